"""Bad rows judged again: under other rules, other settings, from what was kept."""

from __future__ import annotations

import io
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.landing.metrics import METRICS, collect_metrics
from orchestration.errors import BadInputError
from orchestration.extract.ledger import Ledger, Readings
from orchestration.extract.platform import landing, rules
from orchestration.extract.platform.landing import LandingLimits
from orchestration.extract.platform.replay import Replay, replay_rows
from orchestration.home import Home
from support.compiled import CompiledProject
from support.drops import (
    AS_OF,
    SmallDrop,
    course,
    csv_text,
    jsonl_text,
    request,
    zipped,
)
from support.runs import EXAMPLE, TIMES, tables_of
from support.worlds import instant

NEXT_DAY = AS_OF + timedelta(days=1)
LONG = "x" * 3_000


@pytest.fixture
def drop(tmp_path: Path) -> SmallDrop:
    return SmallDrop.create(tmp_path)


@pytest.fixture
def old_rules(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Rules as they might have been: no updates, no zone of Denver; undo() mends."""
    monkeypatch.setitem(rules.OPERATIONS, "course", ("create", "delete"))
    zones = landing.available_timezones() - {"America/Denver"}
    monkeypatch.setattr(landing, "available_timezones", lambda: zones)
    return monkeypatch


def replayed(drop: SmallDrop, source: Path | None = None, **limits: Any) -> Replay:
    told = replay_rows(
        drop.home, source=source, limits=LandingLimits(threads=1, **limits)
    )
    assert len(told.accounts) == (
        told.recovered_count + told.still_bad_count + told.lost_count
    )
    return told


def parquet_text(rows: list[dict[str, Any]]) -> bytes:
    """Requests as Parquet, with an instant, an integer and nested params."""
    table = pa.Table.from_pylist(rows)
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def updates(*ids: str, **given: Any) -> list[dict[str, Any]]:
    return [request(each, operation="update", **given) for each in ids]


def delivered(suffix: str) -> bytes:
    """Updates, among rows that stay bad and a good one; two rows span lines in CSV."""
    rows = [
        request("r1"),
        *updates("r2", "r3", params={"courseID": "K1", "credits": 1.50}),
        request("bad", status="lost", message="é"),
        *updates("r4", message='one "line"\nand another'),
        request("", operation="update"),
    ]
    if suffix == "parquet":
        for number, row in enumerate(rows):
            row["requested_at"] = datetime.fromisoformat(row["requested_at"])
            row["http_status"] = 200 + number
        return parquet_text(rows)
    text = csv_text(rows) if suffix.startswith("csv") else jsonl_text(rows)
    return zipped(text) if suffix.endswith("gz") else text.encode()


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "csv.gz", "jsonl.gz", "parquet"])
def test_what_is_good_now_lands_as_if_it_were_read_now(
    tmp_path: Path, old_rules: pytest.MonkeyPatch, suffix: str
) -> None:
    path = f"api_requests.{suffix}"
    drop, fresh = (SmallDrop.create(tmp_path / name) for name in ("old", "fresh"))
    for each in (drop, fresh):
        each.deliver(path, delivered(suffix))
    assert drop.land()[path].quarantined_count == 5
    old_rules.undo()

    told = replayed(drop)

    fresh.land()
    assert (told.recovered_count, told.still_bad_count, told.batch) == (3, 2, 2)
    assert sorted(drop.rows("api_requests"), key=str) == sorted(
        fresh.rows("api_requests"), key=str
    )
    for rows in ("_source_line", "request_id"):
        assert sorted(drop.rows("api_requests", rows)) == sorted(
            fresh.rows("api_requests", rows)
        )
    bad = ("source_file", "line_number", "reason", "raw_text")
    assert drop.bad_rows(*bad) == fresh.bad_rows(*bad)


def test_every_row_is_accounted_for(
    drop: SmallDrop, old_rules: pytest.MonkeyPatch
) -> None:
    rows = [*updates("r1"), request("r2", status="lost"), request("r3", message=LONG)]
    drop.deliver("api_requests.jsonl", jsonl_text(rows))
    drop.land(max_line_bytes=1024)
    old_rules.undo()

    told = replayed(drop)

    assert told.told().splitlines() == [
        "api_requests.jsonl:1: recovered",
        "api_requests.jsonl:2: still bad: status 'lost' is not one of success, error",
        "api_requests.jsonl:3: cannot be read again, deliver it again:"
        " the line is longer than 1024 bytes",
        "1 recovered, 1 still bad, 1 cannot be read again",
        "what was recovered is batch 2: the next run builds it in",
    ]
    assert drop.bad_rows("line_number") == [(2,), (3,)]


def test_nothing_recovered_is_no_batch(drop: SmallDrop) -> None:
    drop.deliver("api_requests.jsonl", jsonl_text([request("r1", status="lost")]))
    drop.land()
    before = drop.bad_rows()

    told = replayed(drop)

    assert (told.batch, told.still_bad_count) == (None, 1)
    assert drop.batches == [1]
    assert drop.bad_rows() == before
    assert not list(drop.home.landing.glob("*/*/batch=000002"))


def test_a_home_without_bad_rows_has_nothing_to_judge(drop: SmallDrop) -> None:
    assert replayed(drop).told() == "no row is quarantined"
    drop.land()
    assert replayed(drop).told() == "no row is quarantined"


def test_what_was_recovered_is_recovered_once(
    drop: SmallDrop, old_rules: pytest.MonkeyPatch
) -> None:
    rows = [*updates("r1", "r2"), request("", status="lost")]
    drop.deliver("api_requests.jsonl", jsonl_text(rows))
    drop.land()
    old_rules.setitem(rules.OPERATIONS, "course", ("create", "delete", "update"))
    assert replayed(drop).recovered_count == 2

    told = replayed(drop)

    assert (told.recovered_count, told.still_bad_count, told.batch) == (0, 1, None)
    found = drop.rows("api_requests", "request_id", "_source_line", "_batch")
    assert found == [("r1", 1, 2), ("r2", 2, 2)]
    (entry,) = [
        entry
        for entry in Readings(Ledger(drop.home.landing).entries()).counting()
        if entry.path == "api_requests.jsonl"
    ]
    assert (entry.landed_count, entry.quarantined_count, entry.line_count) == (2, 1, 3)


def test_rows_of_all_parts_of_a_log_are_judged_again(
    drop: SmallDrop, old_rules: pytest.MonkeyPatch
) -> None:
    parts = [csv_text([request("r1"), *updates("r2")])]
    parts.append(parts[0] + csv_text(updates("r3")).split("\n", 1)[1])
    for part, night in zip(parts, (AS_OF, NEXT_DAY), strict=True):
        drop.deliver("api_requests.csv", part)
        drop.land(as_of=night)
    old_rules.undo()

    told = replayed(drop)

    assert told.recovered_count == 2
    found = drop.rows("api_requests", "request_id", "_source_line")
    assert sorted(found) == [("r1", 2), ("r2", 3), ("r3", 4)]
    # The file goes on as if nothing had been judged again.
    drop.deliver("api_requests.csv", parts[1] + "r4,too few\n")
    entry = drop.land(as_of=NEXT_DAY)["api_requests.csv"]
    assert (entry.first_line, entry.line_count) == (5, 1)


def test_a_line_that_was_cut_takes_what_was_recovered_with_it(
    drop: SmallDrop, old_rules: pytest.MonkeyPatch
) -> None:
    text = jsonl_text(updates("r1", "r2", "r3"))
    drop.deliver("api_requests.jsonl", text[:-5])
    drop.land()
    old_rules.undo()
    assert replayed(drop).recovered_count == 2
    drop.deliver("api_requests.jsonl", text)

    entry = drop.land(as_of=NEXT_DAY)["api_requests.jsonl"]

    assert len(entry.supersedes) == 2
    found = drop.rows("api_requests", "request_id", "_batch")
    assert found == [("r1", 3), ("r2", 3), ("r3", 3)]
    assert drop.bad_rows() == []


def figures(drop: SmallDrop, batch: int) -> tuple[Any, ...] | None:
    """What the landing checks see of a batch of the log."""
    with duckdb.connect() as session:
        if not collect_metrics(session, drop.home.landing, batch=batch):
            return None
        return session.execute(
            "select unaccounted_lines, landed_rows, quarantined_rows, arrived_rows"
            f" from {METRICS} where table_name = 'api_requests'"
        ).fetchone()


def test_the_landing_checks_see_what_counts_now(
    drop: SmallDrop, old_rules: pytest.MonkeyPatch
) -> None:
    """So a batch that failed its checks passes them once its rows are recovered."""
    rows = [*updates("r1", "r2"), request("r3"), request("", status="lost")]
    text = jsonl_text(rows)
    drop.deliver("api_requests.jsonl", text[:-5])
    drop.land()
    assert figures(drop, 1) == (0, 1, 3, 4)
    old_rules.undo()

    assert replayed(drop).batch == 2

    assert figures(drop, 1) == (0, 3, 1, 4)
    assert figures(drop, 2) is None
    drop.deliver("api_requests.jsonl", text)
    drop.land(as_of=NEXT_DAY)
    assert figures(drop, 1) is None
    assert figures(drop, 3) == (0, 3, 1, 4)


def campuses(*ids: str) -> str:
    return csv_text(
        {"campus_id": each, "name": each, "time_zone": "America/Denver"}
        | dict.fromkeys(
            ("organization_name", "check_in_opens_min", "check_in_closes_min"), ""
        )
        | dict.fromkeys(("check_out_opens_min", "check_out_closes_min"), "")
        for each in ids
    )


def built_rows(
    project: CompiledProject, home: Home, query: str, *, as_of: datetime = AS_OF
) -> list[tuple[Any, ...]]:
    """Query the warehouse that a home makes; every line must be accounted for."""
    with project.built(
        landing=home.landing,
        published=home.published,
        as_of=as_of,
        range_start=as_of - timedelta(days=7),
        range_end=as_of,
    ) as connection:
        unaccounted = connection.execute(
            "select * from marts.input_files where line_count <> loaded_count"
            " + redelivered_count + quarantined_count + blank_count + header_count"
        ).fetchall()
        assert unaccounted == []
        return connection.execute(query).fetchall()


def campuses_by_snapshot(
    project: CompiledProject, home: Home, as_of: datetime
) -> list[tuple[Any, ...]]:
    return built_rows(
        project,
        home,
        "select snapshot_at, campus_id from workbench.intermediate"
        ".int_campuses_ranked order by all",
        as_of=as_of,
    )


def test_input_files_are_the_readings_that_count(
    project: CompiledProject, drop: SmallDrop, old_rules: pytest.MonkeyPatch
) -> None:
    """Two parts, judged again; then a line that was cut takes the place of all."""
    text = jsonl_text([*updates("r1", "r2"), request("r1"), request("r4")])
    lines = text.splitlines(keepends=True)
    query = (
        "select batch, first_line, line_count, loaded_count, redelivered_count,"
        " quarantined_count from marts.input_files"
        " where table_name = 'api_requests' order by all"
    )
    for night, content in enumerate(("".join(lines[:2]), text[:-5])):
        drop.deliver("api_requests.jsonl", content)
        drop.land(as_of=AS_OF + timedelta(days=night))
    assert built_rows(project, drop.home, query) == [
        (1, 1, 2, 0, 0, 2),
        (2, 3, 2, 1, 0, 1),
    ]
    old_rules.undo()
    replayed(drop)
    assert built_rows(project, drop.home, query) == [
        (1, 1, 2, 1, 1, 0),
        (2, 3, 2, 1, 0, 1),
    ]

    drop.deliver("api_requests.jsonl", text)
    drop.land(as_of=NEXT_DAY)

    assert built_rows(project, drop.home, query) == [(4, 1, 4, 3, 1, 0)]


def test_roster_rows_join_every_snapshot_of_their_file(
    project: CompiledProject, drop: SmallDrop, old_rules: pytest.MonkeyPatch
) -> None:
    """`a.csv` is part of three snapshots: read in one, referenced before and after."""
    drop.deliver("campuses/a.csv", campuses("C1"))
    drop.deliver("campuses/b.csv", campuses("C2"))
    drop.land()
    drop.deliver("campuses/b.csv", campuses("C2", "C3"))
    drop.land(as_of=NEXT_DAY)
    old_rules.undo()

    assert replayed(drop).recovered_count == 4

    drop.deliver("campuses/b.csv", campuses("C4"))
    last = NEXT_DAY + timedelta(days=1)
    drop.land(as_of=last)
    assert campuses_by_snapshot(project, drop.home, last) == [
        *((AS_OF, campus) for campus in ("C1", "C2")),
        *((NEXT_DAY, campus) for campus in ("C1", "C2", "C3")),
        *((last, campus) for campus in ("C1", "C4")),
    ]


def test_a_line_that_is_not_kept_is_read_from_the_drop_folder(
    drop: SmallDrop, old_rules: pytest.MonkeyPatch
) -> None:
    rows = [*updates("r1"), request("r2", message=LONG), request("r3")]
    texts = [jsonl_text(rows[:2]), jsonl_text(rows)]
    for text, night in zip(texts, (AS_OF, NEXT_DAY), strict=True):
        drop.deliver("api_requests.jsonl", text)
        drop.land(as_of=night, max_line_bytes=1024)
    old_rules.undo()
    # What came since is read by the next run.
    drop.deliver("api_requests.jsonl", texts[1] + jsonl_text([request("r4")]))

    told = replayed(drop, drop.folder)

    assert (told.recovered_count, told.lost_count) == (2, 0)
    assert drop.rows("api_requests", "request_id", "_source_line", "_batch") == [
        (f"r{number}", number, 3) for number in (1, 2, 3)
    ]
    assert drop.bad_rows() == []
    entry = drop.land(as_of=NEXT_DAY)["api_requests.jsonl"]
    assert (entry.first_line, entry.landed_count) == (4, 1)


@pytest.mark.parametrize("there", ["another file", "a shorter file", "no file"])
def test_a_drop_folder_that_has_changed_does_not_help(
    drop: SmallDrop, there: str
) -> None:
    rows = [request("r1"), request("r2", message=LONG)]
    file = drop.deliver("api_requests.jsonl", jsonl_text(rows))
    drop.land(max_line_bytes=1024)
    text = jsonl_text(rows).replace("r1", "r9")
    file.write_text(text if there == "another file" else text[:9], encoding="utf-8")
    if there == "no file":
        file.unlink()

    told = replayed(drop, drop.folder)

    assert (told.lost_count, told.batch) == (1, None)
    assert "deliver it again" in told.told()


def test_a_drop_folder_helps_no_line_that_is_still_too_long(drop: SmallDrop) -> None:
    drop.deliver("api_requests.jsonl", jsonl_text([request("r1", message=LONG)]))
    drop.land(max_line_bytes=1024)

    told = replayed(drop, drop.folder, max_line_bytes=2048)

    assert (told.still_bad_count, told.batch) == (1, None)
    assert told.accounts[0].endswith("the line is longer than 2048 bytes")
    assert drop.bad_rows("reason") == [("the line is longer than 1024 bytes",)]


def test_a_roster_file_that_is_read_again_stays_in_its_snapshots(
    project: CompiledProject, drop: SmallDrop
) -> None:
    long_one = campuses("C1").replace("C1,C1", f"C1,{LONG}")
    drop.deliver("campuses/a.csv", long_one)
    drop.deliver("campuses/b.csv", campuses("C2"))
    drop.land(max_line_bytes=1024)
    drop.deliver("campuses/b.csv", campuses("C3"))
    drop.land(as_of=NEXT_DAY, max_line_bytes=1024)

    told = replayed(drop, drop.folder)

    assert told.recovered_count == 1
    assert drop.land(as_of=NEXT_DAY) == {}
    assert campuses_by_snapshot(project, drop.home, NEXT_DAY) == [
        *((AS_OF, campus) for campus in ("C1", "C2")),
        *((NEXT_DAY, campus) for campus in ("C1", "C3")),
    ]


def test_a_missing_drop_folder_is_told(drop: SmallDrop) -> None:
    with pytest.raises(BadInputError, match="nowhere is no folder"):
        replayed(drop, drop.folder / "nowhere")


def test_landing_and_replay_are_one_run_under_the_new_rules(
    project: CompiledProject, tmp_path: Path, old_rules: pytest.MonkeyPatch
) -> None:
    """The law of section 5, on the worked example with bad rows of every kind."""
    replayed_drop, fresh = (
        SmallDrop(
            Path(shutil.copytree(EXAMPLE / "drop", tmp_path / name / "drop")),
            Home(tmp_path / name / "home"),
        )
        for name in ("replayed", "fresh")
    )
    times = {name: instant(text) for name, text in TIMES.items()}
    tables = []
    for drop in (replayed_drop, fresh):
        drop.home.prepare()
        drop.deliver("courses/twice.csv", csv_text([course("K1"), course("K1")]))
        drop.land(as_of=times["as_of"])
        if drop is replayed_drop:
            old_rules.undo()
            assert replayed(drop).recovered_count > 1
        with project.built(
            landing=drop.home.landing, published=drop.home.published, **times
        ) as connection:
            tables.append(tables_of(connection))
            accounted = connection.execute(
                "select count(*) > 0, bool_and(line_count = loaded_count"
                " + redelivered_count + quarantined_count + blank_count"
                " + header_count) from marts.input_files"
            ).fetchone()
            assert accounted == (True, True)

    assert tables[0] == tables[1]
