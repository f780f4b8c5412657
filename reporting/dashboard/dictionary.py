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
    """Every known error with its meaning; None when the publication has none."""
    with publication.session.cursor() as cursor:
        names = [
            row[0]
            for row in cursor.execute(
                "select column_name from duckdb_columns()"
                " where database_name = 'rollbook' and schema_name = 'seeds'"
                " and table_name = 'error_dictionary' order by column_index"
            ).fetchall()
        ]
        if not names:
            return None
        rows = cursor.execute(
            "select * from rollbook.seeds.error_dictionary order by all"
        ).fetchall()
    return Dictionary(tuple(map(label_of, names)), tuple(rows))
