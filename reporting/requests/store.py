"""Requests and their states.

Pending (queued or running) becomes Available or Failed, or Missing when its worker
died; what is Missing or Failed runs again on demand. A result is Expired after some
days, or when a person was erased after it was made.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from orchestration.home import Home
from reporting.accounts.principal import Principal
from reporting.errors import BadParameterError, NotFoundError, TooManyError
from reporting.state import RequestRow, State, now

PENDING, AVAILABLE, EXPIRED = "Pending", "Available", "Expired"
FAILED, MISSING = "Failed", "Missing"
_POLL_SECONDS = 10
_SUBMITTING = threading.Lock()


def submit(
    state: State,
    principal: Principal,
    *,
    report: str,
    parameters: dict[str, Any],
    output: dict[str, Any],
    notice: dict[str, Any],
    in_flight: int,
) -> RequestRow:
    """Queue a request; its campuses and masks are those of now.

    Raises:
        TooManyError: the one who asks has as many pending as are allowed.
    """
    with _SUBMITTING, state.session() as session:
        _require_room(state, principal.subject, in_flight)
        row = RequestRow(
            request_id=uuid.uuid4().hex,
            subject=principal.subject,
            report=report,
            parameters=parameters,
            output=output,
            notice=notice,
            campuses=None if principal.campuses is None else sorted(principal.campuses),
            is_masked=principal.reader.is_masked,
            status=PENDING,
            created_at=now(),
        )
        session.add(row)
        session.commit()
        return row


def run_again(
    state: State, principal: Principal, request_id: str, *, in_flight: int
) -> RequestRow:
    """Queue a request that failed or went missing once more.

    Raises:
        NotFoundError: it is none of theirs.
        BadParameterError: it neither failed nor went missing.
        TooManyError: too many are pending.
    """
    with _SUBMITTING, state.session() as session:
        row = _owned(session.get(RequestRow, request_id), principal, request_id)
        if row.status not in (FAILED, MISSING):
            raise BadParameterError(
                f"request {request_id} is {row.status}: only what is Failed or"
                " Missing runs again"
            )
        _require_room(state, principal.subject, in_flight)
        row.status, row.error = PENDING, None
        row.started_at = row.finished_at = row.worker_pid = None
        session.commit()
        return row


def find(state: State, principal: Principal, request_id: str) -> RequestRow:
    """Return one request of theirs.

    Raises:
        NotFoundError: there is none of that id that is theirs.
    """
    with state.session() as session:
        return _owned(session.get(RequestRow, request_id), principal, request_id)


def list_of(state: State, principal: Principal) -> Sequence[RequestRow]:
    """Their requests, the newest first."""
    with state.session() as session:
        return session.scalars(
            select(RequestRow)
            .where(RequestRow.subject == principal.subject)
            .order_by(RequestRow.created_at.desc(), RequestRow.request_id)
        ).all()


def claim_next(state: State) -> RequestRow | None:
    """Take the oldest request that waits; it is marked as started."""
    with state.session() as session:
        row = session.scalars(
            select(RequestRow)
            .where(RequestRow.status == PENDING, RequestRow.started_at.is_(None))
            .order_by(RequestRow.created_at, RequestRow.request_id)
            .limit(1)
        ).first()
        if row is not None:
            row.started_at = now()
            session.commit()
        return row


def mark_missing(state: State, request_id: str | None = None) -> None:
    """A worker is gone: what it had begun and not ended is missing.

    Without an id all that was begun: the service starts, and no worker lives.
    """
    begun = update(RequestRow).where(
        RequestRow.status == PENDING, RequestRow.started_at.is_not(None)
    )
    if request_id is not None:
        begun = begun.where(RequestRow.request_id == request_id)
    with state.session() as session:
        session.execute(begun.values(status=MISSING, finished_at=now()))
        session.commit()


def finish(state: State, request_id: str, **values: Any) -> RequestRow | None:
    """Write down how a request ended, if it still runs."""
    with state.session() as session:
        row = session.get(RequestRow, request_id)
        if row is None or row.status != PENDING:
            return None
        for name, value in {**values, "finished_at": now()}.items():
            setattr(row, name, value)
        session.commit()
        return row


def expire(state: State, home: Home, *, result_days: int) -> None:
    """Delete results that are too old, and all that are older than an erasure."""
    erased_at = _newest_erasure(home)
    with state.session() as session:
        rows = session.scalars(
            select(RequestRow).where(RequestRow.status == AVAILABLE)
        ).all()
        for row in rows:
            is_old = now() >= expires_at(row, result_days)
            made = row.started_at or row.created_at
            is_forgotten = erased_at is not None and made <= erased_at
            if is_old or is_forgotten:
                row.status = EXPIRED
                if is_forgotten:  # filters may quote the person
                    row.parameters = {**row.parameters, "filter": []}
                if row.asset is not None:
                    (state.results / row.asset).unlink(missing_ok=True)
        session.commit()


def expires_at(row: RequestRow, result_days: int) -> datetime:
    """When the result is deleted."""
    return row.created_at + timedelta(days=result_days)


def _newest_erasure(home: Home) -> datetime | None:
    folder = home.landing / "erasures"
    times = [path.stat().st_mtime for path in folder.glob("*.json")]
    return datetime.fromtimestamp(max(times), now().tzinfo) if times else None


def _owned(row: RequestRow | None, principal: Principal, request_id: str) -> RequestRow:
    if row is None or row.subject != principal.subject:
        raise NotFoundError(f"there is no request {request_id!r} of yours")
    return row


def _require_room(state: State, subject: str, in_flight: int) -> None:
    with state.session() as session:
        pending = session.scalars(
            select(RequestRow.request_id)
            .where(RequestRow.subject == subject, RequestRow.status == PENDING)
            .order_by(RequestRow.created_at)
        ).all()
    if len(pending) >= in_flight:
        raise TooManyError(
            f"{len(pending)} requests are pending, and {in_flight} are allowed:"
            f" wait for request {pending[0]}",
            wait_seconds=_POLL_SECONDS,
        )
