"""The error of this area."""

from __future__ import annotations

from orchestration.errors import RollbookError


class CheckRunError(RollbookError):
    """A check could not be carried out: that says nothing about the data."""
