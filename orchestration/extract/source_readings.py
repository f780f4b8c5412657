"""What the readings of each source came to: ``HOME/landing/readings/<source>.jsonl``.

JSON Lines, oldest first, one an attempt; only the holder of the home's lock adds one.
A file is written anew and appears by one rename, so dbt never meets half a line; the
oldest attempts go, the last good one stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.files import write_text_atomically
from orchestration.home import Home

FOLDER = "readings"
_CONFIGURED = "configured.jsonl"
# A file stays small enough to be written anew each time.
_KEPT_READINGS = 1000


@dataclass(frozen=True, slots=True)
class SourceReading:
    """One attempt to read a source.

    Attributes:
        source: its name in ``rollbook.yml``.
        kind: its kind there.
        as_of: the logical time of the run that read it; an ISO instant.
        attempted_at: when it was read, by this machine's clock; an ISO instant.
        rows: rows that the attempt landed.
        warnings: what is odd about what was read.
        error: why it failed, in one line; None when it did not.
    """

    source: str
    kind: str
    as_of: str
    attempted_at: str
    rows: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether the source was read."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class ConfiguredSource:
    """A source as the settings of the newest run name it; no secret is among it."""

    source: str
    kind: str
    campus_id: str | None
    schedule: str | None
    time_zone: str


def record_reading(home: Home, reading: SourceReading) -> None:
    """Keep a reading."""
    path = _folder(home) / f"{reading.source}.readings.jsonl"
    readings = [*read_readings(home, reading.source), reading]
    kept = readings[-_KEPT_READINGS:]
    good = [each for each in readings if each.is_good][-1:]
    if good and good[0] not in kept:
        kept.insert(0, good[0])
    write_text_atomically(path, "".join(map(_line, kept)))


def read_readings(home: Home, source: str) -> list[SourceReading]:
    """The readings of a source that are kept, oldest first."""
    path = _folder(home) / f"{source}.readings.jsonl"
    if not path.exists():
        return []
    return [
        SourceReading(**{**told, "warnings": tuple(told["warnings"])})
        for told in map(json.loads, path.read_bytes().splitlines())
    ]


def has_landed(home: Home, source: str) -> bool:
    """Whether a source was ever read."""
    return any(reading.is_good for reading in read_readings(home, source))


def note_configured(home: Home, sources: Iterable[ConfiguredSource]) -> None:
    """Write down which sources there are now."""
    write_text_atomically(_folder(home) / _CONFIGURED, "".join(map(_line, sources)))


def configured_names(home: Home) -> list[str]:
    """The sources of the newest run that read any."""
    path = _folder(home) / _CONFIGURED
    if not path.exists():
        return []
    return [json.loads(line)["source"] for line in path.read_bytes().splitlines()]


def ensure_readings(landing: Path) -> None:
    """Write the files that the warehouse reads, without lines, where there are none."""
    for name in (_CONFIGURED, "_none.readings.jsonl"):
        if not (landing / FOLDER / name).exists():
            write_text_atomically(landing / FOLDER / name, "")


def _folder(home: Home) -> Path:
    return home.landing / FOLDER


def _line(record: SourceReading | ConfiguredSource) -> str:
    return json.dumps(asdict(record), ensure_ascii=False) + "\n"
