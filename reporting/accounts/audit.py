"""Who read which report, of which campuses and which range."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from reporting.accounts.principal import Principal
from reporting.queries import Question
from reporting.state import AuditRow, State, now


def record_reading(
    state: State,
    principal: Principal,
    question: Question,
    *,
    action: str,
    publication_id: str,
    row_count: int,
) -> None:
    """Write down one reading. Filters are left out: they may quote a person."""
    asked = question.range
    with state.writing, state.session() as session:
        session.add(
            AuditRow(
                read_at=now(),
                subject=principal.subject,
                action=action,
                report=question.report.name,
                campuses=None if question.campuses is None else list(question.campuses),
                range_start_at=asked.start if asked else None,
                range_end_at=asked.end if asked else None,
                publication_id=publication_id,
                row_count=row_count,
            )
        )
        session.commit()


def list_readings(state: State, *, newest: int) -> Sequence[AuditRow]:
    """The newest readings, the latest first."""
    with state.session() as session:
        return session.scalars(
            select(AuditRow).order_by(AuditRow.audit_id.desc()).limit(newest)
        ).all()
