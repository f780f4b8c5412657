"""The cells of a regular file, read by DuckDB."""

from __future__ import annotations

from orchestration.extract.oneroster.spooling import SpooledFile
from orchestration.sql import quoted

# Space, tab, line breaks, no-break space.
WHITE = "' \t' || chr(10) || chr(11) || chr(12) || chr(13) || chr(160)"
_LEAST_LINE_BYTES = 1 << 21


def cells_of(spooled: SpooledFile) -> str:
    """The file as a table: c0, c1, ... as they stand, none null.

    Before them stands line_number, where the file has numbers.

    The buffer is that of the longest line: one for lines of any length would be larger
    than most files, and a thread reads a buffer.
    """
    cells = [f"c{place}" for place in range(len(spooled.header))]
    columns = [f"'{cell}': 'VARCHAR'" for cell in cells]
    if spooled.has_numbers:
        columns = ["'line_number': 'BIGINT'", *columns]
    # A power of two: with odd sizes DuckDB 1.5.6 reads on several cores, and fails.
    line_bytes = max(1 << (spooled.longest_line * 4).bit_length(), _LEAST_LINE_BYTES)
    line_end = "\\r\\n" if spooled.line_end == "\r\n" else "\\n"
    # No folder on the way, as c0=7, is a column. With numbers the text stays as it was:
    # the row keys that are known were made of it.
    unparted = "" if spooled.has_numbers else "hive_partitioning = false, "
    header = str(not spooled.has_numbers).lower()
    return f"""read_csv(
        {quoted(str(spooled.path))}, {unparted}header = {header}, auto_detect = false,
        delim = ',', quote = '"', escape = '"', new_line = '{line_end}',
        max_line_size = {line_bytes}, buffer_size = {line_bytes * 16},
        force_not_null = [{", ".join(map(quoted, cells))}],
        columns = {{{", ".join(columns)}}}
    )"""


def trimmed(cell: str) -> str:
    """The value of a cell; null where it is blank."""
    return f"nullif(trim({cell}, {WHITE}), '')"
