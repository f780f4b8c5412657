"""Which records of an export are left out, by whom, and what refers to them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from orchestration.app_settings import EXPORTED_COLUMNS, ProviderFilter, Requirement
from orchestration.extract.oneroster.judging import is_right
from orchestration.extract.oneroster.standard import all_rules
from orchestration.sql import quoted

_SCHOOL_COLUMNS = {
    "orgs": "sourcedId",
    "courses": "orgSourcedId",
    "classes": "schoolSourcedId",
    "users": "orgSourcedIds",
    "enrollments": "schoolSourcedId",
}


def mark(session: duckdb.DuckDBPyConnection) -> None:
    """Give each record a place to say who left it out."""
    for data_type in EXPORTED_COLUMNS:
        session.execute(f'alter table "{data_type}" add column left_out_by varchar')


def leave_out_by_provider(
    session: duckdb.DuckDBPyConnection, filters: Sequence[ProviderFilter]
) -> None:
    """Mark what the provider's filters leave out, and empty the columns they name."""
    for each in filters:
        column = f'"{each.column}"'
        if each.values:
            _mark(
                session, each.data_type, "provider", f"{column} in {_list(each.values)}"
            )
        else:
            session.execute(f'update "{each.data_type}" set {column} = null')
    _take_along(session, "provider")


def leave_out_by_vendor(
    session: duckdb.DuckDBPyConnection, requirements: Sequence[Requirement]
) -> None:
    """Mark what does not meet the vendor's requirements."""
    for each in requirements:
        value = f'"{each.column}"'
        if each.check == "required":
            broken = f"{value} is null"
        else:
            right = is_right(each.check, " ".join(each.values), value)
            broken = f"{value} is not null and not ({right})"
        _mark(session, each.data_type, "vendor", broken)
    _take_along(session, "vendor")


def counts(
    session: duckdb.DuckDBPyConnection,
) -> list[tuple[str, str | None, int, int, int]]:
    """Count the records of each type and school; null is for all schools.

    Returns:
        Tuples of data type, school, provider's, vendor's and received records.
    """
    found: list[tuple[str, str | None, int, int, int]] = []
    for data_type in EXPORTED_COLUMNS:
        school = _SCHOOL_COLUMNS.get(data_type)
        sets = "(), (school_id)" if school else "()"
        column = f'"{school}"' if school else "cast(null as varchar)"
        found += session.execute(
            f"select {quoted(data_type)}, {'school_id' if school else 'null'},"
            " count(*) filter (where left_out_by = 'provider'),"
            " count(*) filter (where left_out_by = 'vendor'),"
            " count(*) filter (where left_out_by is null)"
            f' from (select left_out_by, {column} as school_id from "{data_type}")'
            f" group by grouping sets ({sets}) order by all nulls first"
        ).fetchall()
    return found


def _mark(
    session: duckdb.DuckDBPyConnection, data_type: str, by: str, condition: str
) -> None:
    session.execute(
        f'update "{data_type}" set left_out_by = {quoted(by)}'
        f" where left_out_by is null and ({condition})"
    )


def _take_along(session: duckdb.DuckDBPyConnection, by: str) -> None:
    """Mark what refers to marked records; the types stand in an order for that."""
    rules = [
        rule
        for data_type in EXPORTED_COLUMNS
        for rule in all_rules()
        if rule.data_type == data_type
        and rule.check_name == "reference"
        and rule.version in ("", "1.1")
        and rule.argument in EXPORTED_COLUMNS
    ]
    for rule in rules:
        known = session.execute(
            "select 1 from duckdb_columns() where database_name = 'memory'"
            " and table_name = ? and column_name = ?",
            [rule.data_type, rule.column_name],
        ).fetchone()
        if known:
            _mark(
                session,
                rule.data_type,
                by,
                f'"{rule.column_name}" in (select "sourcedId" from "{rule.argument}"'
                " where left_out_by is not null)",
            )


def _list(values: Sequence[str]) -> str:
    return f"({', '.join(map(quoted, values))})"
