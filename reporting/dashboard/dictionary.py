"""The error dictionary as the publication carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reporting.dashboard.labels import label_of
from reporting.published import Publication


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Its columns as people read them, and its rows."""

    labels: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def read_dictionary(publication: Publication) -> Dictionary | None:
    """Every known error with its meaning, a school's own before ours.

    Returns:
        None when the publication has no dictionary.
    """
    with publication.session.cursor() as cursor:
        columns: dict[str, list[str]] = {}
        for table, column in cursor.execute(
            "select table_name, column_name from duckdb_columns()"
            " where database_name = 'rollbook' and schema_name = 'seeds'"
            " and table_name in ('school_error_dictionary', 'error_dictionary')"
            " order by table_name desc, column_index"
        ).fetchall():
            columns.setdefault(table, []).append(column)
        rows = [
            row
            for table in columns
            for row in cursor.execute(
                f"select * from rollbook.seeds.{table} order by all"
            ).fetchall()
        ]
    if not columns:
        return None
    labels = tuple(map(label_of, next(iter(columns.values()))))
    return Dictionary(labels, tuple(rows))
