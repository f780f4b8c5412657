"""Homes with a published file of just what alerts read, and channels to tell it to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.home import Home

NAME, ADDRESS = "Ottilie Quarrington", "ottilie.quarrington@school.example"

_TABLES = """
create schema marts;
create schema reports;
create table marts.publications as
    select '000001' as publication_id, timestamptz '{as_of}' as as_of,
    timestamptz '{as_of}' - interval 7 days as range_start_at,
    timestamptz '{as_of}' as range_end_at, timestamptz '{as_of}' as published_at;
create table marts.dim_campuses as
    from (values ('C1', 'America/Denver', false), ('C2', 'Pacific/Auckland', false),
        ('C3', 'UTC', true)) as v (campus_id, time_zone, is_deleted);
create table reports.attempted_data_syncs as
    select campus_id, unnest(['course', 'user']) as record_type,
    1200 as distinct_syncs, 7 as distinct_errors, 1 as last_errors
    from marts.dim_campuses where not is_deleted;
create table reports.integration_jobs as
    from (values ('C1', true), ('C1', false), ('C2', false))
    as v (campus_id, is_overdue);
create table reports.sync_anomalies (
    campus_id varchar, anomaly_id varchar, rule varchar, severity varchar,
    record_type varchar, record_key varchar, job_id varchar,
    first_seen_at timestamptz, last_seen_at timestamptz, resolved_at timestamptz,
    occurrences bigint, is_open boolean, title varchar, evidence json,
    next_step varchar, next_step_owner varchar
);
"""


@dataclass(frozen=True)
class Found:
    """An anomaly; whatever text it has names a student."""

    anomaly_id: str
    campus_id: str = "C1"
    rule: str = "posting_missing"
    severity: str = "critical"
    is_open: bool = True
    owner: str = "school"


def serve(home: Home, *found: Found, as_of: str = "2026-03-30 06:00:00+00") -> None:
    """Put a file where readers look for it."""
    home.published_file.unlink(missing_ok=True)
    with duckdb.connect(str(home.published_file)) as connection:
        connection.execute(_TABLES.format(as_of=as_of))
        for each in found:
            connection.execute(
                "insert into reports.sync_anomalies by name select"
                " $campus_id as campus_id, $anomaly_id as anomaly_id, $rule as rule,"
                " $severity as severity, 'user' as record_type,"
                " 'user?email=' || $address as record_key,"
                " timestamptz '2026-03-29 10:00:00+00' as first_seen_at,"
                " $is_open as is_open, $name || ' has no posting' as title,"
                " json_object('email', $address) as evidence,"
                " 'Ask ' || $name as next_step, $owner as next_step_owner",
                {
                    "campus_id": each.campus_id,
                    "anomaly_id": each.anomaly_id,
                    "rule": each.rule,
                    "severity": each.severity,
                    "is_open": each.is_open,
                    "owner": each.owner,
                    "name": NAME,
                    "address": ADDRESS,
                },
            )


def settings_text(*channels: dict[str, object], attempt_count: int = 2) -> str:
    """A rollbook.yml that does not wait long."""
    return json.dumps(
        {
            "alerts": {
                "channels": list(channels),
                "attempt_count": attempt_count,
                "first_wait_seconds": 0.01,
                "longest_wait_seconds": 0.02,
            }
        },
        indent=1,
    )


def with_channels(folder: Path, *channels: dict[str, object], **given: int) -> Home:
    """A home that has these channels."""
    home = Home(folder)
    home.prepare()
    (folder / "rollbook.yml").write_text(settings_text(*channels, **given))
    return home
