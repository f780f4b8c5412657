"""Signing in with OpenID Connect."""

from __future__ import annotations

import contextlib
import importlib
import warnings

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from orchestration.settings import Settings
from reporting.errors import (
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
    UnavailableError,
)
from reporting.routes.dependencies import ServiceOf
from reporting.schemas import SessionBody

# Authlib warns whoever starts the service that httpx has a successor.
with warnings.catch_warnings(record=True):
    from authlib.integrations.base_client import OAuthError
    from authlib.integrations.starlette_client import OAuth

_NO_ANSWER: tuple[type[Exception], ...] = (httpx.HTTPError,)
with contextlib.suppress(ImportError):  # Authlib calls with httpx2 where there is one
    _NO_ANSWER += (importlib.import_module("httpx2").HTTPError,)

router = APIRouter(tags=["login"])

CALLBACK = "/api/v1/login/callback"


def provider_of(settings: Settings) -> OAuth | None:
    """The provider of the settings; None when nobody signs in.

    The code is bound to this browser by state, nonce and PKCE.
    """
    if not settings.openid_issuer:
        return None
    found = OAuth()
    found.register(
        "provider",
        client_id=settings.openid_client_id,
        client_secret=settings.openid_client_secret,
        server_metadata_url=settings.openid_issuer.rstrip("/")
        + "/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256"},
    )
    return found


@router.get(
    "/login",
    response_class=RedirectResponse,
    status_code=302,
    responses={302: {"description": "To the provider."}},
)
async def login(request: Request, service: ServiceOf) -> Response:
    """Go to the provider and sign in there."""
    return await to_provider(request, service.settings.service_url + CALLBACK)


@router.get("/login/callback")
async def end_login(request: Request, service: ServiceOf) -> SessionBody:
    """Come back from the provider, with a bearer token of some hours.

    The address must be one that the provider has verified, if it says so at all.
    """
    email = await verified_email(request)
    signed = await run_in_threadpool(service.people.sign_in, email)
    campuses = await run_in_threadpool(service.people.campuses_of, email)
    return SessionBody(
        token=signed,
        email=email,
        campuses=sorted(campuses),
        max_age_seconds=service.people.max_age_seconds,
    )


async def to_provider(request: Request, callback_url: str) -> Response:
    """Send a browser to the provider, which sends it back to ``callback_url``.

    Raises:
        ReportingError: nobody signs in here, or the provider does not answer.
    """
    client = _client(request)
    try:
        answer: Response = await client.provider.authorize_redirect(
            request, callback_url
        )
    except _NO_ANSWER as error:
        raise UnavailableError("the sign-in provider does not answer") from error
    return answer


async def verified_email(request: Request) -> str:
    """The address that the provider vouches for, when a browser comes back from it.

    Raises:
        ReportingError: signing in failed, or there is no such address.
    """
    provider = _client(request).provider
    try:
        token = await provider.authorize_access_token(request)
        claims = dict(token.get("userinfo") or {})
        if "email" not in claims:
            claims |= await provider.userinfo(token=token)
    except (OAuthError, ValueError) as error:
        raise NotAuthenticatedError("signing in failed: begin again") from error
    except _NO_ANSWER as error:
        raise UnavailableError("the sign-in provider does not answer") from error
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is False:
        raise NotAllowedError("the provider vouches for no e-mail address of yours")
    return email


def _client(request: Request) -> OAuth:
    found: OAuth | None = request.app.state.provider
    if found is None:
        raise NotFoundError("nobody signs in here: ROLLBOOK_OPENID_ISSUER is empty")
    return found
