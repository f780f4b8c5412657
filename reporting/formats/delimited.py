"""CSV and its kin: text is quoted, numbers are not, null is nothing between commas."""

from __future__ import annotations

from typing import IO

import pyarrow as pa
from pyarrow import csv

from reporting.cells import text_cells
from reporting.formats.answer import BATCH_ROWS, Answer


def write_delimited(
    answer: Answer, sink: IO[bytes], *, delimiter: str, kept_rows: int | None = None
) -> int:
    """Write a header and the rows; return how many rows there were.

    With ``kept_rows``, rows after so many are counted, not written.
    """
    reader = answer.execute(text_cells(answer.question)).to_arrow_reader(BATCH_ROWS)
    options = csv.WriteOptions(delimiter=delimiter, quoting_style="needed")
    count = 0
    with csv.CSVWriter(
        pa.PythonFile(sink, mode="w"), reader.schema, write_options=options
    ) as writer:
        for batch in reader:
            writer.write_batch(
                batch if kept_rows is None else batch.slice(0, kept_rows - count)
            )
            count += batch.num_rows
    return count
