"""What the oracle read of a drop, as a drop again: plain, and without a bad row."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from oracle import Request, World
from oracle.json_text import Json, Number, compact

_REQUEST_COLUMNS = (
    *("request_id", "campus_id", "job_id", "requested_at", "record_type", "operation"),
    *("params", "status", "http_status", "error_code", "message", "item_results"),
)


def write_plain_drop(
    world: World, columns: dict[str, Sequence[str]], drop: Path
) -> None:
    """Write snapshots as CSV, and the log half as CSV and half as JSON Lines.

    A request with a number that DuckDB's JSON writer would spell in another way is
    left out of the world, so that the two keep saying the same.
    """
    for table, snapshots in world.snapshots.items():
        for snapshot_at, rows in snapshots.items():
            folder = drop / table / f"snapshot={snapshot_at:%Y%m%dT%H%M%SZ}"
            _write_csv(
                folder / f"{table}.csv",
                columns[table],
                [[row[name] for name in columns[table]] for row in rows],
            )
    world.requests[:] = [one for one in world.requests if not _is_respelled(one)]
    rows = [_cells(request) for request in world.requests]
    half = len(rows) // 2
    _write_csv(drop / "api_requests" / "1.csv", _REQUEST_COLUMNS, rows[:half])
    (drop / "api_requests" / "2.jsonl").write_text(
        "".join(
            json.dumps(dict(zip(_REQUEST_COLUMNS, row, strict=True))) + "\n"
            for row in rows[half:]
        )
    )


def _write_csv(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(header)
        writer.writerows(rows)


def _cells(request: Request) -> list[object]:
    results = request.item_results
    status = request.http_status
    return [
        request.request_id,
        request.campus_id,
        request.job_id,
        request.requested_at.isoformat(),
        request.record_type,
        request.operation,
        compact(request.params),
        request.status,
        None if status is None else str(status),
        request.error_code,
        request.message,
        None if results is None else compact(results),
    ]


def _is_respelled(request: Request) -> bool:
    results = request.item_results
    return any(
        json.dumps(json.loads(number.text)) != number.text
        for number in [*_numbers(request.params), *_numbers(results)]
    )


def _numbers(value: Json) -> list[Number]:
    if isinstance(value, Number):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for part in value for number in _numbers(part)]
    return []
