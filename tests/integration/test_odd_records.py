"""Records that no rule refuses and none can be without: what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.compiled import CompiledProject
from support.drops import SmallDrop, course, csv_text, jsonl_text, request
from support.worlds import built_drop, rows

CAMPUS = "campus_id,name,organization_name,time_zone"
MINUTES = "check_in_opens_min,check_in_closes_min,check_out_opens_min"


@pytest.fixture
def drop(tmp_path: Path) -> SmallDrop:
    drop = SmallDrop.create(tmp_path)
    drop.deliver(
        "campuses.csv",
        f"{CAMPUS},{MINUTES},check_out_closes_min\nC1,North,Schools,UTC,1,2,3,4\n",
    )
    return drop


def test_a_request_of_an_unknown_campus_is_kept_and_has_no_summary(
    drop: SmallDrop, project: CompiledProject
) -> None:
    known = request("r1", campus_id="C1")
    unknown = request("r2", campus_id="C9")
    drop.deliver("api_requests.jsonl", jsonl_text([known, unknown]))

    with built_drop(project, drop) as connection:
        attempts = rows(connection, "select campus_id from marts.fct_sync_attempts")
        logged = rows(connection, "select campus_id from reports.course_sync_log")
        summaries = rows(
            connection,
            "select distinct campus_id from reports.attempted_data_syncs"
            " union all select distinct campus_id from reports.system_data_summary",
        )
        refused = rows(connection, "from marts.quarantined_rows")

    assert sorted(row["campus_id"] for row in attempts) == ["C1", "C9"]
    assert sorted(row["campus_id"] for row in logged) == ["C1", "C9"]
    assert [row["campus_id"] for row in summaries] == ["C1", "C1"]
    assert refused == []


def test_of_a_roster_id_that_stands_twice_the_latest_row_counts(
    drop: SmallDrop, project: CompiledProject
) -> None:
    """In one snapshot, in two files; an equal row is one with the row that counts."""
    older = course("K1", name="Old", updated_at="2026-03-01T00:00:00Z")
    newer = course("K1", name="New", updated_at="2026-03-02T00:00:00Z")
    folder = "courses/snapshot=20260312T060000Z"
    drop.deliver(f"{folder}/a.csv", csv_text([newer, older]))
    drop.deliver(f"{folder}/b.csv", csv_text([newer]))

    with built_drop(project, drop) as connection:
        counting = rows(connection, "select name from marts.dim_courses")
        refused = rows(
            connection,
            "select table_name, source_file, line_number, reason"
            " from marts.quarantined_rows",
        )
        accounted = rows(
            connection,
            "select source_file, loaded_count, redelivered_count, quarantined_count"
            " from marts.input_files where table_name = 'courses'"
            " order by source_file",
        )

    assert counting == [{"name": "New"}]
    assert refused == [
        {
            "table_name": "courses",
            "source_file": f"{folder}/a.csv",
            "line_number": 3,
            "reason": "course_id 'K1' stands twice in the snapshot",
        }
    ]
    assert [tuple(row.values()) for row in accounted] == [
        (f"{folder}/a.csv", 1, 0, 1),
        (f"{folder}/b.csv", 0, 1, 0),
    ]
