"""Rows of one delimited file, each kept whole or told why it cannot be.

The file is spooled first, so that every row knows its line; DuckDB reads it from there.
"""

from __future__ import annotations

import gzip
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import BadInputError
from orchestration.extract.oneroster.spooling import SpooledFile, spool
from orchestration.sql import quoted

_GZIP = b"\x1f\x8b"
# What people call white space in a cell.
_WHITE = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"
# A time on a clock: a date, hours and minutes, and an offset if it has one.
_TIME = (
    r"\d{4}-\d{2}-\d{2}[T ]([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?"
    r"( ?(Z|UTC|[+-]\d{2}(:?\d{2})?))?"
)
QUARANTINE_COLUMNS = {
    "source": "VARCHAR",
    "table_name": "VARCHAR",
    "source_file": "VARCHAR",
    "line_number": "BIGINT",
    "reason": "VARCHAR",
    "raw_text": "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A column's name, and how its values are judged.

    ``check`` is SQL over ``value``, the trimmed text, never null; ``told`` says what
    a value that fails it is not.
    """

    column: str
    check: str
    told: str
    is_required: bool = False


def is_time(value: str) -> str:
    """SQL that says whether a text is a time on a clock, with an offset or without."""
    return (
        f"regexp_full_match({value}, {quoted(_TIME)})"
        f" and try_cast({value} as timestamptz) is not null"
    )


def unpacked(source: Path, target: Path) -> Path:
    """The file itself, or what was in it when it is compressed.

    Raises:
        BadInputError: it was cut, or is damaged.
    """
    with source.open("rb") as file:
        if file.read(len(_GZIP)) != _GZIP:
            return source
    try:
        with gzip.open(source) as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)
    except (EOFError, OSError, zlib.error) as error:
        raise BadInputError(
            f"{source.name} was cut or is damaged: deliver it again"
        ) from error
    return target


@dataclass(frozen=True)
class DelimitedFile:
    """A spooled file, and which of our columns its columns are."""

    spooled: SpooledFile
    # Our name of a column, and its place in the file.
    places: dict[str, int]

    @classmethod
    def open(
        cls, source: Path, folder: Path, *, delimiter: str, names: dict[str, str]
    ) -> DelimitedFile:
        """Spool a file; ``names`` are our names by the folded ones of its header.

        Raises:
            BadInputError: it has no header, or ends inside a quoted field.
        """
        spooled = spool(
            source,
            folder,
            kept=lambda header: [*range(len(header))],
            delimiter=delimiter,
        )
        places: dict[str, int] = {}
        for place, name in enumerate(spooled.header):
            ours = names.get(folded(name))
            if ours:
                places.setdefault(ours, place)
        return cls(spooled, places)

    def value(self, column: str) -> str:
        """SQL of a column's trimmed text; null where it is empty or not there."""
        place = self.places.get(column)
        if place is None:
            return "cast(null as varchar)"
        return f"nullif(trim(c{place}, {_WHITE}), '')"

    def rows(self) -> str:
        """A relation with a row a record of the right length."""
        return self._relation(self.spooled.path, {})

    def sound(self, rules: list[Rule]) -> str:
        """The same, of the rows that break no rule."""
        return f"(select * from {self.rows()} where {self._reason(rules)} is null)"

    def bad(self, rules: list[Rule]) -> str:
        """A select of line number, reason and raw text of the rows that do."""
        width = len(self.spooled.header)
        cells = ", ".join(f"coalesce(c{place}, '')" for place in range(width))
        raw = f"concat_ws({quoted(self.spooled.delimiter)}, {cells})"
        ragged = self._relation(self.spooled.ragged_path, {"cell_count": "BIGINT"})
        return f"""
            select line_number, {self._reason(rules)} as reason, {raw} as raw_text
            from {self.rows()}
            where reason is not null
            union all
            select
                line_number,
                'the row has ' || cell_count || ' cells, the header names {width}',
                {raw}
            from {ragged}
        """

    def _relation(self, path: Path, more: dict[str, str]) -> str:
        columns = {"line_number": "BIGINT", **more}
        columns |= {f"c{place}": "VARCHAR" for place in range(len(self.spooled.header))}
        types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        return (
            f"read_csv({quoted(path)}, header = false, auto_detect = false,"
            f" delim = {quoted(self.spooled.delimiter)}, quote = '\"', escape = '\"',"
            f" max_line_size = 16777216, columns = {{{types}}})"
        )

    def _reason(self, rules: list[Rule]) -> str:
        """SQL of the first rule that a row breaks, in words; null when none."""
        cases = []
        for rule in rules:
            value = self.value(rule.column)
            if rule.is_required:
                cases.append(f"when {value} is null then '{rule.column} is missing'")
            told = f"{quoted(rule.column + ' ')} || chr(39) || left({value}, 60)"
            cases.append(
                f"when {value} is not null and not coalesce("
                f"{rule.check.replace('{value}', value)}, false)"
                f" then {told} || chr(39) || {quoted(' ' + rule.told)}"
            )
        return f"case {' '.join(cases)} end" if cases else "cast(null as varchar)"


def folded(name: str) -> str:
    """A header's name without case, and without all but letters and digits."""
    return "".join(letter for letter in name.lower() if letter.isalnum())
