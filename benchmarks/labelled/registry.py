"""The cases by name: what each puts into a world, and whether its rule must fire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.labelled.world import Campus

Inject = Callable[[Campus], str]
"""Puts one case at a campus; returns the subject that the anomaly would have."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way of being on one side of a rule."""

    rule: str
    name: str
    fires: bool
    inject: Inject
    is_alone: bool
    """Whether it needs a campus without anything else."""

    def __str__(self) -> str:
        """Name it in a test's id."""
        return f"{self.rule}: {self.name}"


CASES: list[Case] = []


def fires(
    rule: str, name: str, *, is_alone: bool = False
) -> Callable[[Inject], Inject]:
    """Register a case that the rule must find."""
    return _registering(rule, name, is_firing=True, is_alone=is_alone)


def silent(
    rule: str, name: str, *, is_alone: bool = False
) -> Callable[[Inject], Inject]:
    """Register a case that the rule must not find."""
    return _registering(rule, name, is_firing=False, is_alone=is_alone)


def _registering(
    rule: str, name: str, *, is_firing: bool, is_alone: bool
) -> Callable[[Inject], Inject]:
    def register(inject: Inject) -> Inject:
        CASES.append(Case(rule, name, is_firing, inject, is_alone))
        return inject

    return register
