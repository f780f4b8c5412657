"""Who looks at a page: the session of the browser, and what it may read now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from reporting.accounts.principal import Principal
from reporting.accounts.sessions import Session
from reporting.dashboard.page import Page
from reporting.dashboard.scope import read_scope
from reporting.errors import NotAuthenticatedError
from reporting.service import Service

COOKIE = "rollbook_session"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone who is signed in."""

    service: Service
    session: Session
    principal: Principal


def the_viewer(request: Request) -> Viewer:
    """Who is signed in; every page of theirs counts against their limit.

    Raises:
        NotAuthenticatedError: nobody.
        TooManyError: too often.
    """
    service: Service = request.app.state.service
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        raise NotAuthenticatedError("sign in first")
    session = service.sessions.read(cookie)
    principal = service.principal_of(session.subject)
    service.limiter.count(principal.subject)
    return Viewer(service, session, principal)


ViewerOf = Annotated[Viewer, Depends(the_viewer)]


@contextmanager
def opened_page(request: Request, viewer: Viewer, path: str) -> Iterator[Page]:
    """A page over one publication, from its first number to its last.

    Raises:
        ReportingError: nothing is published, or the address is not for this reader.
    """
    with viewer.service.published.current() as publication:
        yield Page(
            service=viewer.service,
            publication=publication,
            principal=viewer.principal,
            scope=read_scope(
                publication, viewer.principal, request.query_params, request.cookies
            ),
            path=path,
            query=request.query_params,
        )
