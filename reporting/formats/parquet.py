"""Parquet: values in their own types, compressed by itself."""

from __future__ import annotations

from typing import IO

import pyarrow as pa
from pyarrow import parquet

from reporting.cells import typed_cells
from reporting.formats.answer import BATCH_ROWS, Answer

# Row groups that readers can skip, and that fit in memory: about 50 MB of a sync log.
_GROUP_BATCHES = 10


def write_parquet(answer: Answer, sink: IO[bytes]) -> int:
    """Write the rows; return how many."""
    reader = answer.execute(typed_cells(answer.question)).to_arrow_reader(BATCH_ROWS)
    count = 0
    waiting: list[pa.RecordBatch] = []
    with parquet.ParquetWriter(sink, reader.schema, compression="zstd") as writer:
        for batch in reader:
            waiting.append(batch)
            count += batch.num_rows
            if len(waiting) == _GROUP_BATCHES:
                writer.write_table(pa.Table.from_batches(waiting))
                waiting.clear()
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting))
    return count
