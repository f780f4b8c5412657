"""Errors that end a run, each with the exit code and the one line a person reads."""


class RollbookError(Exception):
    """Base of every error that a user can cause or cure.

    ``str(error)`` is one line: what went wrong, where, and what to do.
    """

    exit_code = 1


class BadInputError(RollbookError):
    """Input that cannot be used: nothing of it was loaded."""

    exit_code = 2


class HomeBusyError(RollbookError):
    """Another run holds the home."""

    exit_code = 3


class CheckFailedError(RollbookError):
    """A blocking check failed: the last publication stays as it was."""

    exit_code = 4


class AlertError(RollbookError):
    """An alert cannot be sent; no run ends with it."""
