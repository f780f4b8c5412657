"""The lines of the demo world that nobody can load."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from small_demo import World


class RepeatedKeyError(Exception):
    """An object has one key twice."""


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, and insist on the difference of its keys."""
    if len(dict(pairs)) < len(pairs):
        raise RepeatedKeyError
    return dict(pairs)


def json_lines(world: World) -> Iterator[str]:
    """Return every line of every JSON file of the log."""
    for path in sorted((world.directory / "api_requests").rglob("*.jsonl*")):
        data = path.read_bytes()
        yield from (
            (gzip.decompress(data) if path.suffix == ".gz" else data)
            .decode()
            .splitlines()
        )


def fault(line: str) -> str | None:
    """Return what is wrong with a line, as far as one line can tell."""
    try:
        row = json.loads(line, object_pairs_hook=unique)
    except RepeatedKeyError:
        return "one key twice"
    except ValueError:
        return "broken JSON"
    if row["request_id"] is None:
        return "no request_id"
    if not row["request_id"].startswith("unreadable"):
        return None
    if row["record_type"] == "gradebook_entry":
        return "unknown record_type"
    if row["operation"] == "upsert":
        return "unknown operation"
    if row["status"] == "pending":
        return "unknown status"
    if not row["requested_at"].startswith("2026-0") or "02-30" in row["requested_at"]:
        return "no time"
    if isinstance(row["params"], list):
        return "params is an array"
    if isinstance(row["item_results"], dict):
        return "item_results is an object"
    if "sessions" not in row["params"]:
        return "bulk without elements"
    return "element is no object"


def test_every_kind_of_unreadable_row_is_there_twice(small_world: World) -> None:
    faults = Counter(fault(line) for line in json_lines(small_world))

    del faults[None]
    assert faults.total() == small_world.summary.bad_rows == 22
    assert len(faults) == 11
    assert set(faults.values()) == {2}


def test_unreadable_rows_stand_among_the_others(small_world: World) -> None:
    paths = (small_world.directory / "api_requests").rglob("*.jsonl")
    holding = [path for path in paths if "unreadable" in path.read_text("utf-8")]

    assert len(holding) >= 3
