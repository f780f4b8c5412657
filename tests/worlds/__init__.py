"""Small nasty worlds: drawn as plain data, written as a platform's drop folder."""

from worlds.drawn import Blank, Broken, DrawnFile, DrawnRow, DrawnWorld, Raw
from worlds.reducing import reduced
from worlds.strategies import worlds
from worlds.writer import write_drop

__all__ = [
    "Blank",
    "Broken",
    "DrawnFile",
    "DrawnRow",
    "DrawnWorld",
    "Raw",
    "reduced",
    "worlds",
    "write_drop",
]
