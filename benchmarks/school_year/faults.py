"""The register of faults: what each does to a school, and whether it must show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.school_year.platform import School

Inject = Callable[[School], str]
"""Does one fault to a school; returns the subject of the anomaly."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, or what looks like one and is none."""

    rule: str
    name: str
    fires: bool
    inject: Inject
    needs: str
    """``any`` school, one with ``posting`` or ``no posting``, or an ``empty`` one."""


FAULTS: Final[list[Fault]] = []


def fault(rule: str, *, fires: bool, needs: str = "any") -> Callable[[Inject], Inject]:
    """Register a fault under its function's name."""

    def register(inject: Inject) -> Inject:
        name = inject.__name__.replace("_", " ")
        FAULTS.append(Fault(rule, name, fires, inject, needs))
        return inject

    return register
