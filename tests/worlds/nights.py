"""How a world's files come in over several nights, some of which end badly."""

import gzip
import os
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Final

from worlds.drawn import DrawnFile, DrawnWorld
from worlds.writer import content_of, is_zipped

_COUNTS: Final = (1, 2, 3, 3, 4, 4, 5, 5)
_EARLIER_DAYS: Final = (0, 0, 1, 3, 10, 31)
_BROKEN: Final = "api_requests/broken.jsonl.gz"


class Ending(Enum):
    """How a night's run ends."""

    WHOLE = "whole"
    UNREADABLE = "a file cannot be read"
    KILLED_IN_LANDING = "killed in landing"
    KILLED_IN_BUILD = "killed in the build"


_ENDINGS: Final = (
    *(Ending.WHOLE, Ending.WHOLE, Ending.WHOLE, Ending.WHOLE),
    *(Ending.KILLED_IN_BUILD, Ending.KILLED_IN_BUILD),
    *(Ending.KILLED_IN_LANDING, Ending.UNREADABLE),
)


@dataclass(frozen=True, slots=True)
class Night:
    """One run, and the drop folder that it finds."""

    as_of: datetime
    files: tuple[tuple[str, tuple[int, ...]], ...]
    """(path, how many of its lines were there each time that it came or grew)."""
    touched: frozenset[str]
    ending: Ending
    chance: float
    """Where between its first and its last step a killed run dies, 0 to 1."""
    seed: int
    """What else is drawn when the night is run."""


def dated(world: DrawnWorld) -> DrawnWorld:
    """Put roster files without a snapshot folder into one of the world's as_of.

    Such a file's time is that of the run that reads it, so that its nights could not
    have times of their own.
    """
    folder = f"snapshot={world.as_of:%Y%m%dT%H%M%SZ}"
    files = []
    for file in world.files:
        name = file.path.split("/")[-1]
        path = file.path if _is_dated(file) else f"{file.table}/{folder}/{name}"
        files.append(replace(file, path=path))
    return replace(world, files=tuple(files))


def nights(world: DrawnWorld, seed: int) -> list[Night]:
    """Deal a world's files over nights; the last one's run is whole.

    By then every file has been there in full when a run could read it. A file that was
    read in full may be gone afterwards; a table keeps one file, since a table that is
    missing ends a run.
    """
    drawn = random.Random(seed)
    count = drawn.choice(_COUNTS)
    has_own_times = all(map(_is_dated, world.files))
    arrivals = _arrivals(world, drawn, count)
    cuts: dict[str, tuple[int, ...]] = {}
    read_in_full: set[str] = set()
    planned = []
    for number in range(count):
        is_last = number == count - 1
        for file in world.files:
            if number >= arrivals[file.path]:
                before = cuts.get(file.path, ())
                cuts[file.path] = _grown(file, before, drawn, is_last=is_last)
        ending = Ending.WHOLE if is_last else drawn.choice(_ENDINGS)
        there = _there(world, cuts, read_in_full, drawn, is_last=is_last)
        days = drawn.choice(_EARLIER_DAYS) if has_own_times and not is_last else 0
        planned.append(
            Night(
                as_of=world.as_of - timedelta(days=days),
                files=tuple((path, cuts[path]) for path in there),
                touched=frozenset(path for path in there if drawn.random() < 0.15),
                ending=ending,
                chance=drawn.random(),
                seed=drawn.randrange(1 << 30),
            )
        )
        if ending in (Ending.WHOLE, Ending.KILLED_IN_BUILD):
            read_in_full |= {
                file.path
                for file in world.files
                if file.path in there and cuts[file.path][-1] == len(file.lines)
            }
    return planned


def _is_dated(file: DrawnFile) -> bool:
    """Tell whether the run that reads the file has no say in its time."""
    return file.table == "api_requests" or "snapshot=" in file.path


def _arrivals(world: DrawnWorld, drawn: random.Random, count: int) -> dict[str, int]:
    """Draw the night on which each file comes; one of each table on the first."""
    nights = [0, 0, *range(count)]
    arrivals = {file.path: drawn.choice(nights) for file in world.files}
    for table in sorted({file.table for file in world.files}):
        paths = [file.path for file in world.files if file.table == table]
        arrivals[drawn.choice(paths)] = 0
    return arrivals


def _grown(
    file: DrawnFile, before: tuple[int, ...], drawn: random.Random, *, is_last: bool
) -> tuple[int, ...]:
    """Draw how far a file has grown; only the log's files grow."""
    whole = len(file.lines)
    there = before[-1] if before else 0
    if is_last or file.table != "api_requests":
        now = whole
    else:
        now = drawn.choice([there, *(drawn.randint(there, whole) for _ in range(3))])
    return before if before and now == there else (*before, now)


def _there(
    world: DrawnWorld,
    cuts: dict[str, tuple[int, ...]],
    read_in_full: set[str],
    drawn: random.Random,
    *,
    is_last: bool,
) -> list[str]:
    """Draw which files of those that came are still there."""
    there = [file for file in world.files if file.path in cuts]
    for file in tuple(there):
        is_only_one = sum(other.table == file.table for other in there) == 1
        may_go = file.path in read_in_full or not is_last
        if may_go and not is_only_one and drawn.random() < 0.2:
            there.remove(file)
    return [file.path for file in there]


def write_night(world: DrawnWorld, night: Night, folder: Path, number: int) -> None:
    """Make the drop folder what the night finds.

    A file that stays as it is keeps its time; one that came, grew or was touched gets
    the night's.
    """
    cuts = dict(night.files)
    for file in world.files:
        path = folder / file.path
        if file.path not in cuts:
            path.unlink(missing_ok=True)
            continue
        content = _bytes_of(file, cuts[file.path])
        stays = path.exists() and path.read_bytes() == content
        if stays and file.path not in night.touched:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1_800_000_000 + number,) * 2)
    broken = folder / _BROKEN
    broken.unlink(missing_ok=True)
    if night.ending is Ending.UNREADABLE:
        broken.parent.mkdir(exist_ok=True)
        broken.write_bytes(gzip.compress(b"{}\n" * 50, mtime=0)[:-9])


def _bytes_of(file: DrawnFile, cuts: tuple[int, ...]) -> bytes:
    """A file that grew so: of a zipped one each growth is a member of its own."""
    content = content_of(replace(file, lines=file.lines[: cuts[-1]])).encode()
    if not is_zipped(file):
        return content
    ends = [
        len(content_of(replace(file, lines=file.lines[:cut])).encode()) for cut in cuts
    ]
    starts = [0, *ends[:-1]]
    return b"".join(
        gzip.compress(content[start:end], mtime=0)
        for start, end in zip(starts, ends, strict=True)
    )
