"""CSV and its kin: text is quoted, numbers are not, null is nothing between commas."""

from __future__ import annotations

from typing import IO

import pyarrow as pa
from pyarrow import csv

from reporting.cells import text_cells
from reporting.formats.answer import BATCH_ROWS, Answer


def write_delimited(answer: Answer, sink: IO[bytes], *, delimiter: str) -> int:
    """Write a header and the rows; return how many rows."""
    reader = answer.execute(text_cells(answer.question)).to_arrow_reader(BATCH_ROWS)
    options = csv.WriteOptions(delimiter=delimiter, quoting_style="needed")
    count = 0
    with csv.CSVWriter(
        pa.PythonFile(sink, mode="w"), reader.schema, write_options=options
    ) as writer:
        for batch in reader:
            writer.write_batch(batch)
            count += batch.num_rows
    return count
