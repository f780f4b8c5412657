"""What the service must remember: tokens, who read what, and requests. SQLite."""

from __future__ import annotations

import os
import secrets
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, create_engine, event
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    sessionmaker,
)
from sqlalchemy.types import TypeDecorator

from orchestration.errors import BadInputError
from orchestration.home import Home

_WAIT_SECONDS = 30
# Of the tables below. Who changes one raises it, and says here how to get there.
_SCHEMA_VERSION = 1


class Instant(TypeDecorator[datetime]):
    """An aware instant; SQLite keeps it as UTC without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Store UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Give UTC back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The tables of the service."""

    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it from the class
        datetime: Instant,
        list[str]: JSON(none_as_null=True),
        dict[str, Any]: JSON(none_as_null=True),
    }


class TokenRow(Base):
    """One row per token. The secret itself is not kept, only its SHA-256."""

    __tablename__ = "tokens"

    token_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    campuses: Mapped[list[str] | None]
    secret_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AuditRow(Base):
    """One row per answer that gave rows of a report to someone."""

    __tablename__ = "audit"

    audit_id: Mapped[int] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]
    subject: Mapped[str]
    action: Mapped[str]
    report: Mapped[str]
    campuses: Mapped[list[str] | None]
    range_start_at: Mapped[datetime | None]
    range_end_at: Mapped[datetime | None]
    publication_id: Mapped[str]
    row_count: Mapped[int]


class EndedSessionRow(Base):
    """One row per session that was signed out of before its time."""

    __tablename__ = "ended_sessions"

    session_id: Mapped[str] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime]


class RequestRow(Base):
    """One row per asynchronous request."""

    __tablename__ = "requests"

    request_id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(index=True)
    report: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    output: Mapped[dict[str, Any]]
    campuses: Mapped[list[str] | None]
    is_masked: Mapped[bool]
    status: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    worker_pid: Mapped[int | None]
    notice: Mapped[dict[str, Any] | None]
    notice_error: Mapped[str | None]
    asset: Mapped[str | None]
    row_count: Mapped[int | None]
    size_bytes: Mapped[int | None]
    publication_id: Mapped[str | None]
    error: Mapped[str | None]


class State:
    """The database and the key of a home's service; made when first used."""

    def __init__(self, home: Home) -> None:
        """Open it.

        Raises:
            BadInputError: a newer Rollbook has written it.
        """
        self.folder = home.root / "reporting"
        self.folder.mkdir(exist_ok=True, mode=0o700)
        file = self.folder / "reporting.sqlite"
        self._engine = create_engine(
            f"sqlite:///{file}", connect_args={"timeout": _WAIT_SECONDS}
        )
        event.listen(self._engine, "connect", _set_up_connection)
        _set_up_tables(self._engine, file)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        # Writers of one process take turns here: SQLite lets a writer that waits sleep
        # and try again, and under 16 clients some slept for seconds.
        self.writing = threading.Lock()
        self.key = _key(self.folder / "signing.key")

    @property
    def results(self) -> Path:
        """Where the files of requests lie."""
        folder = self.folder / "results"
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder

    def session(self) -> Session:
        """A session; the caller commits."""
        return self._sessions()

    def close(self) -> None:
        """Close what is open."""
        self._engine.dispose()


def now() -> datetime:
    """The service's clock."""
    return datetime.now(UTC)


def _set_up_tables(engine: Engine, file: Path) -> None:
    with engine.begin() as connection:
        found: int = connection.exec_driver_sql("pragma user_version").scalar_one()
        if found > _SCHEMA_VERSION:
            raise BadInputError(
                f"{file} was written by a newer Rollbook: use that one (its tables are"
                f" of version {found}, this Rollbook knows {_SCHEMA_VERSION})"
            )
        Base.metadata.create_all(connection)
        if found < _SCHEMA_VERSION:
            connection.exec_driver_sql(f"pragma user_version = {_SCHEMA_VERSION}")


def _set_up_connection(connection: Any, _: Any) -> None:
    """Let no reader wait for a writer.

    What is committed survives a crash of the service; of a power cut, all but the last
    moments.
    """
    for pragma in ("journal_mode=wal", "synchronous=normal", "foreign_keys=on"):
        connection.execute(f"pragma {pragma}")


def _key(path: Path) -> str:
    """The key that signs cursors and links, readable by its owner alone."""
    if not path.exists():
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(aside, path)  # another process may be first: then its key counts
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return path.read_text(encoding="utf-8")
