"""A real PostgreSQL that holds a platform's tables, for a reader with a password."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
from adbc_driver_postgresql import dbapi

from orchestration.extract.platform.tables import TABLES
from orchestration.home import Home
from orchestration.source_settings import PlatformSource

PASSWORD = "p@ss:w/rd%'"
VARIABLE = "ROLLBOOK_TEST_PASSWORD"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL with one schema that a reader may read."""

    uri: str

    def execute(self, *statements: str) -> None:
        with dbapi.connect(self.uri, autocommit=True) as connection:
            for statement in statements:
                with connection.cursor() as cursor:
                    cursor.execute(statement)

    def source(self, **given: object) -> PlatformSource:
        location = self.uri.replace("postgres:@", "reader@")
        return PlatformSource.model_validate(
            {
                "name": "attendance",
                "kind": "platform",
                "location": location,
                "schema": "rollbook",
                "password_env": VARIABLE,
                **given,
            }
        )

    def fill(self, home: Home) -> None:
        """Make the schema hold what a home has landed, in PostgreSQL's own types."""
        self.execute(
            "drop schema if exists rollbook cascade",
            "create schema rollbook",
            "grant usage on schema rollbook to reader",
            "alter default privileges in schema rollbook grant select on tables"
            " to reader",
        )
        with (
            duckdb.connect() as session,
            dbapi.connect(self.uri) as connection,
        ):
            session.execute("set timezone = 'UTC'")
            for table in TABLES:
                columns = ", ".join(
                    f"{_as_delivered(column.name)} as {column.name}"
                    if column.kind.value == "JSON"
                    else column.name
                    for column in table.columns
                )
                rows = session.sql(
                    f"select {columns} from read_parquet("
                    f"'{home.landing}/platform/{table.name}/*/*.parquet')"
                ).to_arrow_table()
                with connection.cursor() as cursor:
                    cursor.adbc_ingest(
                        table.name, rows, mode="create", db_schema_name="rollbook"
                    )
            connection.commit()
        self.execute(
            "alter table rollbook.api_requests"
            " alter params type json using params::json",
        )


def _as_delivered(column: str) -> str:
    """Landed JSON as it came: some numbers stand there as marked text."""
    marked = r'"\\u0001#([^"]*)"'
    return f"regexp_replace(cast({column} as varchar), '{marked}', '\\1', 'g')"
