"""Requests that cannot be answered: for people one line, for programs a code."""

from __future__ import annotations

from orchestration.errors import BadInputError


class ReportingError(BadInputError):
    """Base of every error that the one who asks can cause or cure."""

    code = "bad_request"
    status_code = 400

    @property
    def headers(self) -> dict[str, str]:
        """What HTTP wants beside the body."""
        return {}


class BadParameterError(ReportingError):
    """A parameter holds what it cannot be."""

    code = "bad_parameter"
    status_code = 422


class NotAuthenticatedError(ReportingError):
    """No token, or none that counts. It never says which of the two."""

    code = "not_authenticated"
    status_code = 401

    @property
    def headers(self) -> dict[str, str]:
        """How to authenticate."""
        return {"WWW-Authenticate": "Bearer"}


class NotAllowedError(ReportingError):
    """The role may not do this."""

    code = "not_allowed"
    status_code = 403


class MaskedColumnError(NotAllowedError):
    """A filter or a sort on what the reader may not see."""

    code = "masked_column"


class NotFoundError(ReportingError):
    """Nothing of that name, or nothing that this reader may know of."""

    code = "not_found"
    status_code = 404


class GoneError(ReportingError):
    """It was here, and is not kept any more."""

    code = "gone"
    status_code = 410


class TooManyError(ReportingError):
    """A limit is reached; the message says what to wait for."""

    code = "too_many"
    status_code = 429

    def __init__(self, message: str, *, wait_seconds: int) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds

    @property
    def headers(self) -> dict[str, str]:
        """When to try again."""
        return {"Retry-After": str(self.wait_seconds)}


class UnavailableError(ReportingError):
    """Nothing is published, or it cannot be opened."""

    code = "unavailable"
    status_code = 503
