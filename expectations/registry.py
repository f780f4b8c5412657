"""Every check there is."""

from __future__ import annotations

from expectations.checks import Check
from expectations.landing import checks as landing
from expectations.published import checks as published


def all_checks() -> list[Check]:
    """Every check once, landing's first; each stage in the order of its results."""
    return [*landing.CHECKS, *published.CHECKS]
