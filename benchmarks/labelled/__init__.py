"""A world whose anomalies are known: each was put there on purpose."""

from benchmarks.labelled.cases import CASES, Case
from benchmarks.labelled.making import Label, labelled_world, write_world
from benchmarks.labelled.world import AS_OF

__all__ = ["AS_OF", "CASES", "Case", "Label", "labelled_world", "write_world"]
