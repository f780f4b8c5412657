"""``rollbook explain``: what it says of requests whose story is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from reporting.errors import NotFoundError
from reporting.explaining.explain import explain
from support.commands import rollbook
from support.compiled import CompiledProject
from support.drops import SmallDrop, course, csv_text, jsonl_text, request
from support.runs import PublishedRun
from support.worlds import built_drop


@pytest.fixture(scope="module")
def built(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    drop = SmallDrop.create(tmp_path_factory.mktemp("explained"))
    drop.deliver("courses.csv", csv_text([course("K1", mapping_id="M1", name="Bio")]))
    drop.deliver(
        "api_requests.jsonl",
        jsonl_text(
            [
                request("named", params={"courseID": "none", "mappingID": "M1"}),
                request("chain1", params={"mappingID": "G", "addCode": "A"}),
                request("chain2", params={"addCode": "A", "title": "Art"}),
                *(
                    request(
                        f"long{place}", params={"name": "Long", "title": str(place)}
                    )
                    for place in range(14)
                ),
                request("nothing", params={"title": "Art"}),
                request(
                    "failed",
                    params={"courseID": "K1"},
                    status="error",
                    http_status=404,
                    error_code="COURSE_NOT_FOUND",
                ),
                request("odd", status="error", error_code="X1"),
                request(
                    "bulk",
                    record_type="attendance_session",
                    operation="bulk_delete",
                    params={"attendanceIDs": ["S1", "S2"]},
                ),
            ]
        ),
    )
    drop.land()
    with built_drop(project, drop) as connection:
        yield connection


def told(connection: duckdb.DuckDBPyConnection, request_id: str) -> str:
    return "\n".join(explain(connection.cursor(), request_id))


def test_it_says_which_identifier_named_the_record(
    built: duckdb.DuckDBPyConnection,
) -> None:
    text = told(built, "named")

    assert "gave:          course_id none, mapping_id M1" in text
    assert "record:        course:K1" in text
    assert "named by:    mapping_id M1, which one record of the roster bears" in text
    assert "outcome:       success" in text
    assert "attempted 1 time, 0 with an error" in text


def test_it_says_which_request_joined_it(built: duckdb.DuckDBPyConnection) -> None:
    text = told(built, "chain2")

    assert "record:        course?mapping_id=G" in text
    assert "add_code A, also in request chain1" in text


def test_of_a_long_chain_it_tells_the_nearest_links(
    built: duckdb.DuckDBPyConnection,
) -> None:
    text = told(built, "long3")

    assert text.count("name Long, also in request long") == 10
    assert "and 3 more" in text


def test_without_an_identifier_nothing_named_it(
    built: duckdb.DuckDBPyConnection,
) -> None:
    assert "nothing: it gave no identifier" in told(built, "nothing")


def test_it_says_what_an_error_means_and_who_acts(
    built: duckdb.DuckDBPyConnection,
) -> None:
    text = told(built, "failed")

    assert "outcome:       error: COURSE_NOT_FOUND" in text
    assert "the platform does not have" in text
    assert "(school)" in text


def test_it_lists_the_anomalies(built: duckdb.DuckDBPyConnection) -> None:
    assert "(unknown_error)" in told(built, "odd")
    assert "(silent_drift)" in told(built, "named")
    assert "anomalies:     none" in told(built, "nothing")


def test_every_item_of_a_bulk_is_told(built: duckdb.DuckDBPyConnection) -> None:
    text = told(built, "bulk")

    assert "request bulk, item 0" in text
    assert "request bulk, item 1" in text


def test_an_unknown_request_is_one_clear_error(
    built: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(NotFoundError, match="no request 'none'"):
        told(built, "none")


def test_the_command_reads_what_is_published(run: PublishedRun, tmp_path: Path) -> None:
    with duckdb.connect(str(run.home.published_file), read_only=True) as connection:
        first = connection.execute(
            "select min(request_id) from marts.fct_sync_attempts"
        ).fetchone()
    assert first is not None

    explained = rollbook("explain", first[0], "--home", run.home.root)
    unknown = rollbook("explain", "none", "--home", run.home.root)
    no_home = rollbook("explain", "none", "--home", tmp_path)

    assert explained.stdout.startswith(f"request {first[0]}, item 0, of campus")
    assert (unknown.returncode, len(unknown.stderr.splitlines())) == (2, 1)
    assert "no request 'none'" in unknown.stderr
    assert (no_home.returncode, len(no_home.stderr.splitlines())) == (2, 1)
