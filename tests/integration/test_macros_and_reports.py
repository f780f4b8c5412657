"""One build answers for any range: macros against builds, and against the oracle."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import pytest

import oracle
from support.compiled import CompiledProject
from support.worlds import DATA, built_world, contract_rows, instant, read_rows, rows

Rows = list[dict[str, Any]]
WORLD = DATA / "contract" / "three-campuses"
(TIMES,) = read_rows(WORLD / "expected" / "default" / "range.json")
AS_OF = instant(TIMES["as_of"])
DEFAULT = (instant(TIMES["range_start"]), instant(TIMES["range_end"]))

LISTS = ("course_list", "user_list", "course_member_list", "attendance_session_list")
RANGED = (
    *LISTS,
    "system_data_summary",
    "attempted_data_syncs",
    "course_sync_log",
    "user_sync_log",
    "course_member_sync_log",
    "attendance_session_sync_log",
    "attendance_posting_sync_log",
)


def drawn_ranges(count: int) -> list[tuple[datetime, datetime]]:
    """Ranges of any length around the log, to the microsecond; the same every time."""
    drawn = random.Random(20261123)
    ranges = []
    for _ in range(count):
        start = AS_OF - timedelta(microseconds=drawn.randrange(9 * 86_400 * 10**6))
        length = timedelta(microseconds=drawn.randrange(8 * 86_400 * 10**6))
        ranges.append((start, start + length))
    return ranges


RANGES = [
    DEFAULT,
    (AS_OF, AS_OF),
    (AS_OF - timedelta(days=4000), AS_OF + timedelta(days=4000)),
    (AS_OF - timedelta(days=4000), AS_OF - timedelta(days=3999)),
    (AS_OF, AS_OF + timedelta(days=30)),
    *drawn_ranges(10),
]


@dataclass(frozen=True)
class Built:
    """A build with the default range, which the connection is in."""

    connection: duckdb.DuckDBPyConnection
    landing: Path

    def report(
        self, report: str, *arguments: Any, **named: Any
    ) -> list[dict[str, Any]]:
        """Rows of a report's macro, as far as the contract names its columns."""
        places = [f"${place}" for place in range(1, len(arguments) + 1)]
        places += [f"{name} := {value}" for name, value in named.items()]
        return contract_rows(
            self.connection,
            f"from reports.{report}_between({', '.join(places)})",
            list(arguments),
        )

    def table(self, report: str) -> Rows:
        """Rows of a report's table."""
        return contract_rows(self.connection, f"from reports.{report}")


@pytest.fixture(scope="module")
def built(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Built]:
    home = tmp_path_factory.mktemp("home")
    with built_world(
        project,
        WORLD / "drop",
        home,
        as_of=AS_OF,
        range_start=DEFAULT[0],
        range_end=DEFAULT[1],
    ) as connection:
        yield Built(connection, home / "landing")


@pytest.fixture
def in_zone(built: Built, request: pytest.FixtureRequest) -> Iterator[str]:
    """The reader's session in another zone, for one test."""
    built.connection.execute(f"set timezone = '{request.param}'")
    yield request.param
    built.connection.execute("set timezone = 'UTC'")


def comparable(report: Rows) -> list[str]:
    """Rows in any order; what follows `?request=` is not public."""
    return sorted(re.sub(r"\?request=[0-9a-f]+", "?request=*", repr(r)) for r in report)


@pytest.mark.parametrize(
    "range_", RANGES, ids=lambda r: f"{r[0]:%m-%dT%H}+{r[1] - r[0]}"
)
def test_macros_are_exact_for_any_range(
    built: Built, range_: tuple[datetime, datetime]
) -> None:
    """Against the oracle, which reads the same drop for that range."""
    read = oracle.read_drop(WORLD / "drop", as_of=AS_OF)
    expected = oracle.build(
        read, as_of=AS_OF, range_start=range_[0], range_end=range_[1]
    )

    for report in RANGED:
        told = [
            {
                name: re.sub(r"\?request=.*", "?request=*", value, flags=re.DOTALL)
                if name == "record_key"
                else value
                for name, value in row.items()
            }
            for row in expected.reports[report]
        ]
        assert comparable(built.report(report, None, *range_)) == sorted(
            map(repr, told)
        ), report


@pytest.mark.parametrize("range_", RANGES, ids=lambda r: f"{r[0]:%m-%d}+{r[1] - r[0]}")
def test_a_build_with_a_range_has_the_tables_of_the_macros(
    project: CompiledProject, built: Built, range_: tuple[datetime, datetime]
) -> None:
    """Order included: macro and table list their rows alike."""
    with project.built(
        landing=built.landing,
        published=built.landing.parent / "published",
        as_of=AS_OF,
        range_start=range_[0],
        range_end=range_[1],
    ) as other:
        for report in RANGED:
            expected = contract_rows(other, f"from reports.{report}")
            assert built.report(report, None, *range_) == expected, report
        unranged = rows(other, "from reports.integration_jobs")
    assert built.table("integration_jobs") == unranged


def test_tables_are_the_macros_for_the_run_s_range(built: Built) -> None:
    for report in RANGED:
        assert built.table(report) == built.report(report, None, *DEFAULT), report
        assert built.table(report), f"{report} has no row in this world"


@pytest.mark.parametrize("report", RANGED)
def test_a_campus_gets_its_own_rows_of_all(built: Built, report: str) -> None:
    everything = built.report(report, None, *DEFAULT)

    campuses = {row["campus_id"] for row in everything}
    assert len(campuses) >= 2
    for campus in campuses:
        assert built.report(report, campus, *DEFAULT) == [
            row for row in everything if row["campus_id"] == campus
        ]
    assert built.report(report, "no such campus", *DEFAULT) == []


@pytest.mark.parametrize("report", LISTS)
@pytest.mark.parametrize("days", [0, 1, 30, 100_000])
def test_lists_look_back_as_far_as_they_are_asked(
    built: Built, report: str, days: int
) -> None:
    since = AS_OF - timedelta(days=min(days, 20_000))
    everything = built.report(report, None, *DEFAULT, lookback_days=100_000)

    found = built.report(report, None, *DEFAULT, lookback_days=days)

    assert found == [
        row
        for row in everything
        if any(
            row[name] is not None and since <= row[name] < AS_OF
            for name in ("created_at", "updated_at")
        )
    ]
    summary = built.report("system_data_summary", None, *DEFAULT, lookback_days=days)
    record_type = report.removesuffix("_list")
    counted = [row for row in summary if row["record_type"] == record_type]
    assert sum(row["existing"] for row in counted) == sum(
        row["existed_before"] for row in found
    )
    assert sum(row["archived"] for row in counted) == sum(
        row["is_archived"] for row in found
    )


def test_lists_look_back_180_days_when_nobody_asks(built: Built) -> None:
    for report in (*LISTS, "system_data_summary"):
        assert built.report(report, None, *DEFAULT) == built.report(
            report, None, *DEFAULT, lookback_days=180
        )


SPELLINGS = [
    pytest.param("2026-03-11 00:23:00", "2026-03-17 05:59:59", id="space"),
    pytest.param("2026-03-11T00:23:00", "2026-03-17T05:59:59", id="T"),
    pytest.param("2026-03-11T00:23", "2026-03-17 05:59:59", id="minutes"),
    pytest.param("2026-03-11T00:23:00.000", "2026-03-17T05:59:59.0", id="decimals"),
    pytest.param("2026-03-11T00:23:00Z", "2026-03-17T05:59:59Z", id="Z"),
    pytest.param("2026-03-10T17:23:00-07:00", "2026-03-17T11:29:59+05:30", id="±"),
    pytest.param("2026-03-10 17:23:00-07", "2026-03-17 05:59:59+00", id="hours"),
    pytest.param(
        datetime(2026, 3, 11, 0, 23, tzinfo=UTC),
        datetime(2026, 3, 17, 5, 59, 59, tzinfo=UTC),
        id="instants",
    ),
    pytest.param(
        datetime(2026, 3, 11, 0, 23),  # noqa: DTZ001 - naive on purpose
        datetime(2026, 3, 17, 5, 59, 59),  # noqa: DTZ001
        id="naive",
    ),
]


@pytest.mark.parametrize(
    "in_zone", ["UTC", "America/Denver", "Asia/Kathmandu"], indirect=True
)
@pytest.mark.parametrize(("start", "end"), SPELLINGS)
def test_a_range_is_utc_whatever_the_reader_s_zone(
    built: Built, in_zone: str, start: Any, end: Any
) -> None:
    (times,) = read_rows(WORLD / "expected" / "odd" / "range.json")
    range_ = (instant(times["range_start"]), instant(times["range_end"]))
    expected = built.report("user_sync_log", None, *range_)

    found = built.report("user_sync_log", None, start, end)

    assert found == expected
    assert len(found) == len(read_rows(WORLD / "expected/odd/user_sync_log.jsonl"))


@pytest.mark.parametrize("in_zone", ["America/Denver", "Asia/Tokyo"], indirect=True)
def test_a_date_is_its_midnight_in_utc(built: Built, in_zone: str) -> None:
    midnights = (datetime(2026, 3, 13, tzinfo=UTC), datetime(2026, 3, 17, tzinfo=UTC))
    expected = built.report("course_sync_log", None, *midnights)

    as_text = built.report("course_sync_log", None, "2026-03-13", "2026-03-17")
    as_date = contract_rows(
        built.connection,
        "from reports.course_sync_log_between("
        "null, date '2026-03-13', date '2026-03-17')",
    )

    assert expected
    assert as_text == expected
    assert as_date == expected


def test_the_catalog_tells_what_tables_and_macros_are(built: Built) -> None:
    """Names, types and order of the columns, and every macro's parameters."""
    catalog = rows(built.connection, "from marts.report_catalog")

    assert {entry["name"] for entry in catalog} >= {*RANGED, "integration_jobs"}
    for entry in catalog:
        name = entry["name"]
        columns = [
            (column["name"], column["type"].upper())
            for column in json.loads(entry["columns"])
        ]
        described = built.connection.execute(f"describe reports.{name}").fetchall()
        assert [(row[0], row[1].upper()) for row in described] == columns, name
        parameters = [each["name"] for each in json.loads(entry["parameters"])]
        found = built.connection.execute(
            "select parameters from duckdb_functions() where schema_name = 'reports'"
            " and function_name = $1",
            [f"{name}_between"],
        ).fetchall()
        assert [row[0] for row in found] == ([parameters] if parameters else []), name
        if parameters:
            between = built.connection.execute(
                f"describe from reports.{name}_between(null, null, null)"
            ).fetchall()
            assert between == described, name


def test_tables_are_in_their_default_order(built: Built) -> None:
    """By the catalog's own order, nulls last; what follows desc newest first."""
    checked = turned = 0
    for entry in rows(built.connection, "from marts.report_catalog"):
        order = json.loads(entry["default_order"])
        found = built.table(entry["name"])
        if not found:
            continue
        # One column after the other, the last one first: sorting is stable.
        expected = found
        for term in reversed(order):
            name, _, direction = term.partition(" ")
            filled = [row for row in expected if row[name] is not None]
            filled.sort(key=itemgetter(name), reverse=direction == "desc")
            expected = filled + [row for row in expected if row[name] is None]
            turned += direction == "desc"

        assert found == expected, entry["name"]
        checked += 1
    assert checked >= 8
    assert turned


@pytest.mark.parametrize("report", ["system_data_summary", "attempted_data_syncs"])
def test_a_summary_has_its_four_rows_for_each_campus(built: Built, report: str) -> None:
    expected = ["course", "user", "course_member", "attendance_session"]
    never = (AS_OF + timedelta(days=900), AS_OF + timedelta(days=901))

    for table in (built.table(report), built.report(report, None, *never)):
        campuses = [row["campus_id"] for row in table[::4]]
        assert len(set(campuses)) == len(campuses) == 3
        assert [(row["campus_id"], row["record_type"]) for row in table] == [
            (campus, record_type) for campus in campuses for record_type in expected
        ]
