"""A PostgreSQL schema, open for reading: one transaction that sees one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

import duckdb
import pyarrow as pa
from adbc_driver_manager import Error as AdbcError
from adbc_driver_postgresql import dbapi

from orchestration.errors import BadInputError, RollbookError
from orchestration.extract.platform.tables import Table
from orchestration.settings import read_secret
from orchestration.source_settings import PlatformSource
from orchestration.sql import first_line, quoted

_CONNECT_SECONDS = 15
_DEFAULT_TIMEOUT_SECONDS = 600
INSTANTS = ("timestamp with time zone", "timestamp without time zone")


@dataclass(frozen=True, slots=True)
class Database:
    """An open transaction, and how messages call where it is."""

    connection: dbapi.Connection
    place: str
    schema: str

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a small answer."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    @contextmanager
    def batches(self, statement: str) -> Iterator[pa.RecordBatchReader]:
        """The rows of a large one, as they come."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            yield cursor.fetch_record_batch()

    def table(self, name: str) -> str:
        """A table of the schema, as SQL calls it."""
        return f"{identifier(self.schema)}.{identifier(name)}"


@contextmanager
def opened(source: PlatformSource) -> Iterator[Database]:
    """The database, in one read-only transaction that sees one moment.

    Raises:
        BadInputError: it cannot be reached or read, also when that turns out inside.
    """
    schema = source.schema_name or "public"
    parts = urlsplit(source.location)
    host = parts.hostname or dict(parse_qsl(parts.query))["host"]
    place = f"PostgreSQL at {host}, database {parts.path[1:]}, schema {schema}"
    password = (
        read_secret(source.password_env, source_name=source.name)
        if source.password_env
        else None
    )
    timeout_ms = 1000 * (source.statement_timeout_seconds or _DEFAULT_TIMEOUT_SECONDS)
    try:
        with dbapi.connect(_address(source.location, password)) as connection:
            with connection.cursor() as cursor:
                for statement in (
                    "set transaction isolation level repeatable read, read only",
                    f"set local statement_timeout = {timeout_ms}",
                    "set local timezone = 'UTC'",
                    "set local datestyle = 'ISO, YMD'",
                    "set local extra_float_digits = 1",
                ):
                    cursor.execute(statement)
            try:
                yield Database(connection, place, schema)
            finally:
                _roll_back(connection)
    except RollbookError:
        raise
    except (AdbcError, duckdb.Error, pa.ArrowException, OSError) as error:
        # Not chained: what the driver was called with holds the password.
        raise BadInputError(f"{place}: {_reason(error, source, password)}") from None


def _roll_back(connection: dbapi.Connection) -> None:
    """End the transaction; one whose connection was cut has ended."""
    try:
        connection.rollback()
    except AdbcError:
        return


def _address(location: str, password: str | None) -> str:
    parts = urlsplit(location)
    netloc = parts.netloc
    if password is not None:
        user, _, host = netloc.rpartition("@")
        netloc = f"{user}:{quote(password, safe='')}@{host}"
    query = f"{parts.query}&" if parts.query else ""
    if "connect_timeout=" not in query:
        query += f"connect_timeout={_CONNECT_SECONDS}&"
    query += "application_name=rollbook"
    return urlunsplit(parts._replace(netloc=netloc, query=query))


def _reason(error: Exception, source: PlatformSource, password: str | None) -> str:
    text = first_line(error) if isinstance(error, duckdb.Error) else str(error)
    text = " ".join(text.split())
    for form in (password, quote(password or "", safe="")):
        if form:
            text = text.replace(form, "***")
    if "authentication failed" in text:
        variable = source.password_env or "password_env, which names none"
        return f"the user or the password is refused: look at {variable}"
    return f"it cannot be read: {text}"


def types_of(database: Database, table: Table) -> dict[str, str]:
    """The columns of a table, with their types.

    Raises:
        BadInputError: the table or one of its columns is missing.
    """
    found = dict(
        database.rows(
            "select attname::text, format_type(atttypid, null) from pg_attribute"
            " join pg_class on pg_class.oid = attrelid"
            " join pg_namespace on pg_namespace.oid = relnamespace"
            f" where nspname = {quoted(database.schema)}"
            f" and relname = {quoted(table.name)} and attnum > 0 and not attisdropped"
        )
    )
    if not found:
        raise BadInputError(f"{database.place}: table {table.name} is missing")
    missing = [name for name in table.column_names if name not in found]
    if missing:
        raise BadInputError(
            f"{database.place}: column{'s' if len(missing) > 1 else ''}"
            f" {', '.join(missing)} of table {table.name}"
            f" {'are' if len(missing) > 1 else 'is'} missing"
            f" (found: {', '.join(found)})"
        )
    return found


def as_text(name: str, kind: str) -> str:
    """A column as the text that a drop would hold."""
    column = identifier(name)
    if kind not in INSTANTS:
        return f"cast({column} as text) as {column}"
    # What no drop can say, infinity or a year before Christ, goes as it is: a bad row.
    at = f"{column} at time zone 'UTC'" if kind == INSTANTS[0] else column
    return (
        f"case when {column} >= '1000-01-01' and {column} < '10000-01-01'"
        f""" then to_char({at}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        f" else cast({column} as text) end as {column}"
    )


def identifier(name: str) -> str:
    """A name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'
