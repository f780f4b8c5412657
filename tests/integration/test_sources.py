"""Sources of rollbook.yml: jobs of their own, and none stops another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dagster import materialize

from orchestration.defs.extraction.assets import landed_tables
from orchestration.errors import BadInputError
from orchestration.extract.ledger import Ledger
from orchestration.extract.platform.shapes import land_shapes
from orchestration.extract.source_readings import (
    ConfiguredSource,
    SourceReading,
    note_configured,
    record_reading,
)
from orchestration.rosters.state import state_file
from orchestration.run_resource import RunResource
from support.compiled import CompiledProject
from support.drops import SmallDrop
from support.rosters import RosterHome, manifest

ORGS = [["sourcedId", "name", "type"], ["S1", "North", "school"]]
# When the helper's runs are.
RUN_AT = datetime(2026, 3, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(project: CompiledProject) -> CompiledProject:
    """What tells of jobs and of those that are late."""
    return project.making(
        "reports.integration_jobs", "intermediate.int_anomalies_missed_schedule"
    )


def jobs(
    project: CompiledProject, home: RosterHome, as_of: datetime
) -> tuple[list[dict[str, Any]], list[str]]:
    """The reported jobs, and what is said of those that are late."""
    land_shapes(home.home)
    with project.built(
        landing=home.home.landing,
        published=home.home.published,
        as_of=as_of,
        range_start=as_of - timedelta(days=7),
        range_end=as_of,
        roster=state_file(home.home),
    ) as built:
        found = built.sql("from reports.integration_jobs")
        names = found.columns
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        late = built.execute(
            "select title from workbench.intermediate.int_anomalies_missed_schedule"
        ).fetchall()
        return rows, [row[0] for row in late]


def test_a_source_with_a_schedule_is_a_job_by_its_own_clock(
    made: CompiledProject, tmp_path: Path
) -> None:
    home = RosterHome(
        tmp_path, {"schedule": "0 21 * * *", "time_zone": "America/Denver"}
    )
    home.deliver(
        "20260319T000000Z.zip",
        {"manifest.csv": manifest(orgs="bulk"), "orgs.csv": ORGS},
    )
    home.run()

    # 21:00 in Denver is 03:00 UTC; the run found the bundle three hours before.
    (early,), none_late = jobs(made, home, RUN_AT + timedelta(hours=2))
    (late,), told = jobs(made, home, RUN_AT + timedelta(hours=5))

    assert (early["campus_id"], early["job_id"], early["job"]) == (
        *("C1", "source:district", "district"),
    )
    assert early["schedule_cron"] == "0 21 * * *"
    assert early["last_request_at"] == RUN_AT
    assert early["last_due_at"] == RUN_AT - timedelta(hours=21)
    assert early["next_due_at"] == RUN_AT + timedelta(hours=3)
    assert not early["is_overdue"]
    assert none_late == []
    assert late["last_due_at"] == RUN_AT + timedelta(hours=3)
    assert late["is_overdue"]
    # The day of Denver, where it was still the nineteenth.
    assert told == [
        "Job district (source:district) was due on 2026-03-19 and sent nothing."
    ]


def test_a_source_without_a_schedule_is_no_job(
    made: CompiledProject, tmp_path: Path
) -> None:
    home = RosterHome(tmp_path)
    home.run()

    assert jobs(made, home, RUN_AT) == ([], [])


def test_a_source_of_any_kind_is_late_when_it_could_not_be_read(
    made: CompiledProject, tmp_path: Path
) -> None:
    home = RosterHome(tmp_path)
    home.run()
    note_configured(
        home.home,
        [
            ConfiguredSource("canvas", "canvas", "C1", "0 21 * * *", "America/Denver"),
            ConfiguredSource("clouds", "cloudwork", "C1", None, "UTC"),
        ],
    )
    failed_at = RUN_AT + timedelta(hours=3)
    for read_at, error in ((RUN_AT, None), (failed_at, "it was away")):
        time = read_at.isoformat()
        record_reading(
            home.home, SourceReading("canvas", "canvas", time, time, error=error)
        )

    (early,), none_late = jobs(made, home, RUN_AT + timedelta(hours=2))
    (late,), told = jobs(made, home, RUN_AT + timedelta(hours=5))

    assert (early["job_id"], early["source_system"]) == ("source:canvas", "Canvas")
    assert early["last_request_at"] == late["last_request_at"] == RUN_AT
    assert (early["is_overdue"], none_late) == (False, [])
    assert late["is_overdue"]
    assert told == [
        "Job canvas (source:canvas) was due on 2026-03-19 and sent nothing."
    ]


def test_a_folder_that_is_gone_leaves_the_last_records(tmp_path: Path) -> None:
    home = RosterHome(tmp_path)
    home.deliver(
        "20260319T000000Z.zip",
        {"manifest.csv": manifest(orgs="bulk"), "orgs.csv": ORGS},
    )
    home.run()
    home.inbox.rename(tmp_path / "elsewhere")

    outcome = home.run()

    assert outcome.problem == f"location {home.inbox} is no folder"
    assert home.active() == {"orgs": 1}


def test_a_configured_platform_that_landed_once_may_fail(tmp_path: Path) -> None:
    drop = SmallDrop.create(tmp_path)

    def land(*, is_source_configured: bool) -> Any:
        run = RunResource(
            home=str(drop.home.root),
            source=str(drop.folder),
            as_of="2026-03-13T06:00:00Z",
            is_source_configured=is_source_configured,
        )
        return materialize([landed_tables], resources={"run": run}, raise_on_error=True)

    assert land(is_source_configured=True).success
    batches = Ledger(drop.home.landing).batch_numbers()
    (drop.folder / "users.csv").unlink()

    assert land(is_source_configured=True).success
    assert Ledger(drop.home.landing).batch_numbers() == batches
    with pytest.raises(BadInputError, match="users"):
        land(is_source_configured=False)
