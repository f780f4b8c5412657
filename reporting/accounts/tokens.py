"""Tokens: random, stored hashed, of some campuses, for some time."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from reporting.accounts.principal import ROLES, Principal
from reporting.errors import BadParameterError, NotAuthenticatedError, NotFoundError
from reporting.instants import moment, parse_zone
from reporting.state import State, TokenRow, now

_TOKEN = re.compile(r"rollbook_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_DAYS = re.compile(r"([1-9][0-9]{0,3})d")
# Compared with where there is no such token, so that both take the same time.
_NO_HASH = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret."""

    token_id: str
    name: str
    role: str
    campuses: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @property
    def status(self) -> str:
        """Whether it counts."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= now() else "active"


def create_token(
    state: State,
    *,
    name: str,
    role: str,
    campuses: Collection[str] | None,
    expires_at: datetime,
) -> str:
    """Make a token and return it, secret and all: it is never shown again.

    ``campuses`` None means every campus, also later ones.

    Raises:
        BadParameterError: the role is none, or the time has passed.
    """
    if role not in ROLES:
        raise BadParameterError(f"role {role!r}: choose one of {', '.join(ROLES)}")
    if expires_at <= now():
        raise BadParameterError(f"expires {expires_at.isoformat()} has passed")
    token_id = secrets.token_hex(6)
    secret = secrets.token_urlsafe(32)
    with state.session() as session:
        session.add(
            TokenRow(
                token_id=token_id,
                name=name,
                role=role,
                campuses=None if campuses is None else sorted(campuses),
                secret_hash=_hash(secret),
                created_at=now(),
                expires_at=expires_at,
            )
        )
        session.commit()
    return f"rollbook_{token_id}_{secret}"


def authenticate(state: State, text: str) -> Principal:
    """Return whose token it is.

    Raises:
        NotAuthenticatedError: unknown, expired or revoked; it does not say which.
    """
    parts = _TOKEN.fullmatch(text)
    row = None
    if parts is not None:
        with state.session() as session:
            row = session.get(TokenRow, parts[1])
    expected = row.secret_hash if row is not None else _NO_HASH
    is_right = hmac.compare_digest(_hash(parts[2] if parts else ""), expected)
    if row is None or not is_right or not _counts(row):
        raise NotAuthenticatedError(
            "a valid token is needed: send the header Authorization: Bearer TOKEN"
        )
    return _principal(row)


def principal_of(state: State, token_id: str) -> Principal:
    """Who a token is, for someone who has shown it before.

    Raises:
        NotAuthenticatedError: it counts no more.
    """
    with state.session() as session:
        row = session.get(TokenRow, token_id)
    if row is None or not _counts(row):
        raise NotAuthenticatedError("your token counts no more: sign in with another")
    return _principal(row)


def is_active(state: State, token_id: str) -> bool:
    """Whether a token counts now."""
    with state.session() as session:
        row = session.get(TokenRow, token_id)
    return row is not None and row.revoked_at is None and row.expires_at > now()


def list_tokens(state: State) -> list[Token]:
    """Every token, oldest first."""
    with state.session() as session:
        rows = session.scalars(
            select(TokenRow).order_by(TokenRow.created_at, TokenRow.token_id)
        ).all()
    return [
        Token(
            row.token_id,
            row.name,
            row.role,
            None if row.campuses is None else tuple(row.campuses),
            row.created_at,
            row.expires_at,
            row.revoked_at,
        )
        for row in rows
    ]


def revoke_token(state: State, token_id: str) -> None:
    """Make a token count no more, from the next request on.

    Raises:
        NotFoundError: there is none.
    """
    with state.session() as session:
        row = session.get(TokenRow, token_id)
        if row is None:
            raise NotFoundError(
                f"there is no token {token_id!r}: see rollbook token list"
            )
        if row.revoked_at is None:
            row.revoked_at = now()
            session.commit()


def parse_expiry(text: str) -> datetime:
    """An instant, or a number of days from now: ``90d``.

    Raises:
        BadParameterError: it is neither.
    """
    days = _DAYS.fullmatch(text)
    if days is not None:
        return now() + timedelta(days=int(days[1]))
    return moment(text, "expires", parse_zone(None))


def _counts(row: TokenRow) -> bool:
    return row.revoked_at is None and row.expires_at > now() and row.role in ROLES


def _principal(row: TokenRow) -> Principal:
    return Principal(
        subject=f"token:{row.token_id}",
        role="admin" if row.role == "admin" else "analyst",
        campuses=None if row.campuses is None else frozenset(row.campuses),
    )


def _hash(secret: str) -> str:
    """The secret has 256 random bits: a slow hash would guard nothing more."""
    return hashlib.sha256(secret.encode()).hexdigest()
