"""What the published file has to tell: critical anomalies, and each campus's day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration.alerts.words import (
    Message,
    counted,
    id_word,
    owner_word,
    rule_word,
)
from orchestration.errors import AlertError
from orchestration.school_settings import AlertEvent
from orchestration.sql import first_line


@dataclass(frozen=True, slots=True)
class Anomaly:
    """An open critical anomaly; of its texts none is kept."""

    campus_id: str
    anomaly_id: str
    rule: str
    next_step_owner: str | None
    first_seen_at: datetime

    @property
    def key(self) -> str:
        """What makes it the same from run to run."""
        return f"{self.campus_id}/{self.anomaly_id}"


@dataclass(frozen=True, slots=True)
class CampusDay:
    """The counts of a campus for its digest, and the day by its own calendar."""

    campus_id: str
    day: date
    range_start: datetime
    range_end: datetime
    syncs: tuple[tuple[str, int, int, int], ...]
    open_anomalies: tuple[tuple[str, int], ...]
    overdue_jobs: int


@contextmanager
def _opened(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published file.

    Raises:
        AlertError: it cannot be read, or another version wrote it.
    """
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            yield connection
    except duckdb.Error as error:
        raise AlertError(
            f"{file} does not tell what alerts need: {first_line(error)}"
        ) from error


def critical_anomalies(file: Path) -> list[Anomaly]:
    """The open critical anomalies, by campus, oldest first."""
    with _opened(file) as connection:
        rows = connection.execute(
            "select campus_id, anomaly_id, rule, next_step_owner, first_seen_at"
            " from reports.sync_anomalies where severity = 'critical' and is_open"
            " order by campus_id, first_seen_at, anomaly_id"
        ).fetchall()
    return [Anomaly(*row) for row in rows]


def campus_days(file: Path) -> list[CampusDay]:
    """Each campus of the newest publication in the file, with what its digest tells."""
    with _opened(file) as connection:
        newest = connection.execute(
            "select as_of, range_start_at, range_end_at from marts.publications"
            " order by published_at desc, publication_id desc limit 1"
        ).fetchone()
        if newest is None:
            return []
        as_of, range_start, range_end = newest
        campuses = connection.execute(
            "select campus_id, cast(timezone(time_zone, $as_of) as date)"
            " from marts.dim_campuses where not is_deleted order by campus_id",
            {"as_of": as_of},
        ).fetchall()
        syncs = connection.execute(
            "select campus_id, record_type, distinct_syncs, distinct_errors,"
            " last_errors from reports.attempted_data_syncs"
        ).fetchall()
        anomalies = connection.execute(
            "select campus_id, severity, count(*) from reports.sync_anomalies"
            " where is_open group by all order by all"
        ).fetchall()
        overdue = dict(
            connection.execute(
                "select campus_id, count(*) from reports.integration_jobs"
                " where is_overdue group by campus_id"
            ).fetchall()
        )
    return [
        CampusDay(
            campus_id=campus_id,
            day=day,
            range_start=range_start.astimezone(UTC),
            range_end=range_end.astimezone(UTC),
            syncs=tuple(row[1:] for row in syncs if row[0] == campus_id),
            open_anomalies=tuple(row[1:] for row in anomalies if row[0] == campus_id),
            overdue_jobs=overdue.get(campus_id, 0),
        )
        for campus_id, day in campuses
    ]


def anomaly_message(anomalies: Sequence[Anomaly], *, listed_count: int) -> Message:
    """One message about the new critical anomalies of one campus."""
    campus_id = anomalies[0].campus_id
    campus = id_word(campus_id)
    by_rule = Counter(rule_word(anomaly.rule) for anomaly in anomalies)
    lines = [
        f"Rollbook found {counted(len(anomalies), 'new critical anomaly')} at campus"
        f" {campus}:",
        "",
        *(f"- {rule}: {count:,}" for rule, count in by_rule.most_common()),
        "",
        *(
            f"{id_word(anomaly.anomaly_id)}: {rule_word(anomaly.rule)}, first seen"
            f" {anomaly.first_seen_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, next step:"
            f" {owner_word(anomaly.next_step_owner)}"
            for anomaly in anomalies[:listed_count]
        ),
    ]
    if len(anomalies) > listed_count:
        lines.append(f"and {len(anomalies) - listed_count:,} more")
    lines += [
        "",
        "Whom and what each is about, and what to do, stands in the report"
        " sync_anomalies.",
    ]
    return Message(
        AlertEvent.CRITICAL_ANOMALIES,
        f"Rollbook: {counted(len(anomalies), 'new critical anomaly')} at {campus}",
        "\n".join(lines),
        campus_id,
    )


def digest_message(campus: CampusDay) -> Message:
    """The daily digest of one campus."""
    name = id_word(campus.campus_id)
    anomalies = ", ".join(
        f"{count:,} {rule_word(severity)}" for severity, count in campus.open_anomalies
    )
    lines = [
        f"Campus {name}, {campus.day:%Y-%m-%d}.",
        f"What was attempted from {campus.range_start:%Y-%m-%d %H:%M} to"
        f" {campus.range_end:%Y-%m-%d %H:%M} UTC:",
        "",
        *(
            f"- {rule_word(record_type)}: {counted(syncs, 'distinct sync')},"
            f" {counted(errors, 'error')}, {counted(last, 'record')} whose last"
            " attempt failed"
            for record_type, syncs, errors, last in campus.syncs
        ),
        "",
        f"Open anomalies: {anomalies or 'none'}.",
        f"Overdue jobs: {campus.overdue_jobs or 'none'}.",
    ]
    return Message(
        AlertEvent.DAILY_DIGEST,
        f"Rollbook: {name} on {campus.day:%Y-%m-%d}",
        "\n".join(lines),
        campus.campus_id,
    )
