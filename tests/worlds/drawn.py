"""A drawn world: plain data, with reprs that a failing example can be read by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Raw:
    """A JSON text, to be written exactly so (a dict could not hold one key twice)."""

    text: str
    as_text: bool = False
    """In jsonl, write a string that holds the JSON rather than the JSON itself."""

    def __repr__(self) -> str:
        """Show the JSON itself."""
        return f"{'text' if self.as_text else 'json'}:{self.text}"


Cell: TypeAlias = str | Raw | None


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One row of one table, good or bad."""

    cells: tuple[tuple[str, Cell], ...]
    twice: bool = False
    """In jsonl, write the first column twice: an object with one key twice."""

    def __repr__(self) -> str:
        """Show the columns that are not null."""
        shown = (f"{name}={cell!r}" for name, cell in self.cells if cell is not None)
        return f"{'TWICE' if self.twice else ''}({', '.join(shown)})"

    def get(self, column: str) -> Cell:
        """Return one column."""
        return dict(self.cells)[column]

    def with_cells(self, **changed: Cell) -> "DrawnRow":
        """Return the row with some columns changed."""
        unknown = changed.keys() - dict(self.cells).keys()
        if unknown:
            raise KeyError(f"no such columns: {sorted(unknown)}")
        cells = tuple((name, changed.get(name, cell)) for name, cell in self.cells)
        return DrawnRow(cells, self.twice)


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no row: written as ``jsonl`` or as ``csv``, by the file."""

    jsonl: str
    csv: str


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty line: no row, and not a bad one."""


Line: TypeAlias = DrawnRow | Broken | Blank


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """One file of the drop; the end of its path says its format."""

    path: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def table(self) -> str:
        """The table that the file is of."""
        return self.path.split("/")[0].split(".")[0]

    def __repr__(self) -> str:
        """Show one line a row."""
        return "\n      ".join([self.path, *map(repr, self.lines)])


class _Printer(Protocol):
    """What Hypothesis's pretty-printer hands to ``_repr_pretty_``."""

    def text(self, text: str) -> None:
        """Print a text as it is."""


@dataclass(frozen=True, slots=True)
class DrawnWorld:
    """A drop folder, and the run to make of it."""

    as_of: datetime
    range_start: datetime
    range_end: datetime
    files: tuple[DrawnFile, ...]

    def __repr__(self) -> str:
        """Show the run, then file by file."""
        run = (self.as_of, self.range_start, self.range_end)
        as_of, start, end = (instant.isoformat() for instant in run)
        head = f"DrawnWorld as_of {as_of}, range [{start}, {end})"
        return "\n   ".join([head, *map(repr, self.files)])

    def _repr_pretty_(self, printer: "_Printer", _cycle: bool) -> None:
        """Have Hypothesis print the repr, not every field of every dataclass."""
        printer.text(repr(self))
