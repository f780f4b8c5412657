"""What routes ask for before they begin: the service, and who is there."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from reporting.accounts.principal import Principal
from reporting.errors import NotAuthenticatedError
from reporting.schemas import ErrorBody
from reporting.service import Service

_BEARER = HTTPBearer(
    auto_error=False,
    description="A token of `rollbook token create`, or of signing in.",
)

ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": description}
    for status, description in {
        400: "The request cannot be read at all.",
        401: "No token, or none that counts.",
        403: "Your role may not do this.",
        404: "Nothing of that name that you may know of.",
        410: "It was here, and is not kept any more.",
        422: "A parameter holds what it cannot be.",
        429: "A limit is reached; Retry-After says for how many seconds.",
        503: "It cannot be answered now.",
    }.items()
}


async def the_service(request: Request) -> Service:
    """The service of this application."""
    found: Service = request.app.state.service
    return found


def the_principal(
    request: Request,
    service: Annotated[Service, Depends(the_service)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Principal:
    """Who asks; every request of theirs counts against their limit.

    Raises:
        NotAuthenticatedError: nobody that is known.
        TooManyError: too often.
    """
    if given is None:
        raise NotAuthenticatedError(
            "a token is needed: send the header Authorization: Bearer TOKEN"
        )
    principal = service.authenticate(given.credentials)
    service.limiter.count(principal.subject)
    return principal


ServiceOf = Annotated[Service, Depends(the_service)]
PrincipalOf = Annotated[Principal, Depends(the_principal)]
