"""A second, slow, obvious reading of the contract, to test the warehouse against.

Nothing here shares code, SQL or structure with the product. Every docstring quotes
the sentence of the contract that the code under it implements.
"""

from oracle.drop import read_drop
from oracle.model import DropError, Quarantined, Request, Results, World
from oracle.reports import build
from oracle.rules import RULES

__all__ = [
    "RULES",
    "DropError",
    "Quarantined",
    "Request",
    "Results",
    "World",
    "build",
    "read_drop",
]
