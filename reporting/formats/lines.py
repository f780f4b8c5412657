"""JSON: one object a row, alone on its line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from reporting.cells import json_object
from reporting.formats.answer import BATCH_ROWS, Answer


def json_lines(answer: Answer) -> Iterator[list[str]]:
    """Rows as JSON objects, batch by batch."""
    reader = answer.execute(json_object(answer.question)).to_arrow_reader(BATCH_ROWS)
    for batch in reader:
        yield batch.column(0).to_pylist()


def write_jsonl(answer: Answer, sink: IO[bytes]) -> int:
    """Write JSON Lines; return how many rows."""
    count = 0
    for lines in json_lines(answer):
        sink.write("".join(f"{line}\n" for line in lines).encode())
        count += len(lines)
    return count


def write_json(answer: Answer, sink: IO[bytes]) -> int:
    """Write one JSON array; return how many rows."""
    count = 0
    sink.write(b"[")
    for lines in json_lines(answer):
        sink.write(("," if count else "").encode() + b"\n")
        sink.write(",\n".join(lines).encode())
        count += len(lines)
    sink.write(b"\n]\n")
    return count
