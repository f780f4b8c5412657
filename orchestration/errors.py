"""Errors that end a run, each with the exit code and the one line a person reads."""

from collections.abc import Iterator


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


def error_chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those below it, what wrapped it first.

    The chain may have a loop: an error that is raised again while it is handled.
    """
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        yield error
        seen.append(error)
        error = error.__cause__ or error.__context__
