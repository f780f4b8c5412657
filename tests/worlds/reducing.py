"""Making a failing world small without drawing it again."""

from collections.abc import Callable
from dataclasses import replace

from worlds.drawn import DrawnRow, DrawnWorld


def reduced(world: DrawnWorld, still_fails: Callable[[DrawnWorld], bool]) -> DrawnWorld:
    """Drop lines from the world's files for as long as it still fails.

    Hypothesis shrinks what it draws, and a world takes a thousand draws and more:
    shrinking one took over five minutes of the oracle alone, and the warehouse takes
    seconds a run. Lines hardly depend on each other, so that dropping them in pieces
    takes about a hundred runs. Files stay, also without lines: an empty snapshot is a
    snapshot, and a table must not be missing.
    """
    size = max((len(file.lines) for file in world.files), default=0)
    while size:
        smaller = _without_pieces(world, size, still_fails)
        size = size // 2 if smaller == world else size
        world = smaller
    return world


def _without_pieces(
    world: DrawnWorld, size: int, still_fails: Callable[[DrawnWorld], bool]
) -> DrawnWorld:
    for place in range(len(world.files)):
        start = 0
        while start < len(world.files[place].lines):
            candidate = _without(world, place, start, size)
            if still_fails(candidate):
                world = candidate
            else:
                start += size
    return world


def _without(world: DrawnWorld, place: int, start: int, size: int) -> DrawnWorld:
    file = world.files[place]
    lines = file.lines[:start] + file.lines[start + size :]
    # Without a row, jsonl would not tell its columns: such a file becomes csv.
    has_rows = any(isinstance(line, DrawnRow) for line in lines)
    path = file.path if has_rows else file.path.replace(".jsonl", ".csv")
    fewer = replace(file, path=path, lines=lines)
    files = (*world.files[:place], fewer, *world.files[place + 1 :])
    return replace(world, files=files)
