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
    line_bytes = max(spooled.longest_line * 4, _LEAST_LINE_BYTES)
    line_end = "\\r\\n" if spooled.line_end == "\r\n" else "\\n"
    path, header = quoted(str(spooled.path)), str(not spooled.has_numbers).lower()
    return f"""read_csv(
        {path}, header = {header}, auto_detect = false,
        delim = ',', quote = '"', escape = '"', new_line = '{line_end}',
        max_line_size = {line_bytes}, buffer_size = {line_bytes * 16},
        force_not_null = [{", ".join(map(quoted, cells))}],
        columns = {{{", ".join(columns)}}}
    )"""


def trimmed(cell: str) -> str:
    """The value of a cell; null where it is blank."""
    return f"nullif(trim({cell}, {WHITE}), '')"
