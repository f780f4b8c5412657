"""Signing in, with a token or at the provider, and out."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from reporting.dashboard.rendering import render_plain
from reporting.dashboard.routes.viewers import COOKIE, ViewerOf
from reporting.dashboard.scope import PREFIX, address
from reporting.errors import NotAuthenticatedError
from reporting.routes.login import to_provider, verified_email
from reporting.service import Service

_FORM_COOKIE = "rollbook_form"
_NEXT_COOKIE = "rollbook_next"
_FORM_SECONDS = 3600

router = APIRouter()


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "") -> Response:  # noqa: A002  its name in the address
    """The form for a token, and the way to the provider where there is one."""
    return _form(request, next)


@router.post("/sign-in")
def sign_in(
    request: Request,
    token: Annotated[str, Form()] = "",
    form_token: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",  # noqa: A002  its name in the form
) -> Response:
    """Begin a session with a token. The token itself is not kept."""
    service: Service = request.app.state.service
    service.sessions.check_form(request.cookies.get(_FORM_COOKIE), form_token)
    try:
        principal = service.authenticate(token.strip())
    except NotAuthenticatedError:
        return _form(
            request,
            next,
            status_code=401,
            error="This token does not count: it is unknown, expired or revoked."
            " Copy it whole, or ask who gave it to you for another.",
        )
    return _begun(service, principal.subject, next)


@router.get("/sign-in/provider")
async def go_to_provider(request: Request, next: str = "") -> Response:  # noqa: A002
    """Go to the OpenID Connect provider and sign in there."""
    service: Service = request.app.state.service
    answer = await to_provider(
        request, f"{service.settings.service_url}{PREFIX}/sign-in/callback"
    )
    _remember(answer, service, _NEXT_COOKIE, _safe(next), max_age_seconds=_FORM_SECONDS)
    return answer


@router.get("/sign-in/callback")
async def come_back(request: Request) -> Response:
    """Come back from the provider; the address must be one that it has verified."""
    service: Service = request.app.state.service
    email = await verified_email(request)
    await run_in_threadpool(service.people.sign_in, email)
    answer = _begun(
        service, f"person:{email.lower()}", request.cookies.get(_NEXT_COOKIE, "")
    )
    answer.delete_cookie(_NEXT_COOKIE, path=PREFIX)
    return answer


@router.post("/sign-out")
def sign_out(viewer: ViewerOf, form_token: Annotated[str, Form()] = "") -> Response:
    """End the session: no copy of its cookie counts any more."""
    sessions = viewer.service.sessions
    sessions.check_form(viewer.session.session_id, form_token)
    sessions.end(viewer.session)
    answer = RedirectResponse(address("/sign-in", [("out", "1")]), status_code=303)
    answer.delete_cookie(COOKIE, path=PREFIX)
    return answer


def _begun(service: Service, subject: str, following: str) -> Response:
    answer = RedirectResponse(_safe(following), status_code=303)
    _remember(
        answer,
        service,
        COOKIE,
        service.sessions.begin(subject),
        max_age_seconds=service.sessions.max_age_seconds,
    )
    return answer


def _form(
    request: Request, following: str, *, status_code: int = 200, error: str = ""
) -> Response:
    service: Service = request.app.state.service
    binding = request.cookies.get(_FORM_COOKIE) or secrets.token_urlsafe(18)
    provider = address("/sign-in/provider", [("next", _safe(following))])
    answer = render_plain(
        "sign_in.html.j2",
        title="Sign in",
        status_code=status_code,
        form_token=service.sessions.form_token(binding),
        following=_safe(following),
        provider_href=provider if request.app.state.provider else None,
        error=error,
        is_signed_out=request.query_params.get("out") == "1",
    )
    _remember(answer, service, _FORM_COOKIE, binding, max_age_seconds=_FORM_SECONDS)
    return answer


def _safe(following: str) -> str:
    """An address of ours, whatever was given: nobody is sent to another site."""
    is_ours = following == PREFIX or following.startswith((f"{PREFIX}/", f"{PREFIX}?"))
    has_control = any(ord(letter) < 33 or letter == "\\" for letter in following)
    return following if is_ours and not has_control else PREFIX


def _remember(
    answer: Response, service: Service, name: str, value: str, *, max_age_seconds: int
) -> None:
    """Set a cookie: not for scripts, not for other sites, over TLS where there is TLS.

    Lax, so that a link in an alert's mail opens for who is signed in.
    """
    answer.set_cookie(
        name,
        value,
        max_age=max_age_seconds,
        path=PREFIX,
        httponly=True,
        samesite="lax",
        secure=service.settings.service_url.startswith("https:"),
    )
