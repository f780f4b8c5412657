"""Small nasty worlds: drawn as plain data, written as a platform's drop folder."""

from worlds.drawn import Blank, Broken, Cell, DrawnFile, DrawnRow, DrawnWorld, Raw
from worlds.nights import Ending, Night, dated, nights, write_night
from worlds.reducing import reduced
from worlds.scattering import scattered
from worlds.strategies import SETTINGS, worlds
from worlds.writer import write_drop

__all__ = [
    "SETTINGS",
    "Blank",
    "Broken",
    "Cell",
    "DrawnFile",
    "DrawnRow",
    "DrawnWorld",
    "Ending",
    "Night",
    "Raw",
    "dated",
    "nights",
    "reduced",
    "scattered",
    "worlds",
    "write_drop",
    "write_night",
]
