"""The cells of a regular file, read by DuckDB."""

from __future__ import annotations

from orchestration.extract.oneroster.spooling import SpooledFile
from orchestration.sql import quoted

# Space, tab, line breaks, no-break space.
WHITE = "' \t' || chr(10) || chr(11) || chr(12) || chr(13) || chr(160)"
_LEAST_LINE_BYTES = 1 << 21


def cells_of(spooled: SpooledFile) -> str:
    """The file as a table: line_number, and c0, c1, ... as they stand, none null.

    The buffer is that of the longest line: one for lines of any length would be larger
    than most files, and a thread reads a buffer.
    """
    cells = [f"c{place}" for place in range(len(spooled.header))]
    types = "".join(f", '{cell}': 'VARCHAR'" for cell in cells)
    line_bytes = max(spooled.longest_line * 4, _LEAST_LINE_BYTES)
    return f"""read_csv(
        {quoted(str(spooled.path))}, header = false, auto_detect = false,
        delim = ',', quote = '"', escape = '"', new_line = '\\n',
        max_line_size = {line_bytes}, buffer_size = {line_bytes * 16},
        force_not_null = [{", ".join(map(quoted, cells))}],
        columns = {{'line_number': 'BIGINT'{types}}}
    )"""


def trimmed(cell: str) -> str:
    """The value of a cell; null where it is blank."""
    return f"nullif(trim({cell}, {WHITE}), '')"
