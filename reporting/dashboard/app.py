"""The dashboard as an application of its own, below one path of the service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reporting.dashboard.rendering import render_error
from reporting.dashboard.routes import downloads, pages, records, signing_in
from reporting.dashboard.scope import address
from reporting.errors import NotAuthenticatedError, ReportingError
from reporting.service import Service

if TYPE_CHECKING:
    from authlib.integrations.starlette_client import OAuth

_STATIC = Path(__file__).with_name("static")
_YEAR_SECONDS = 31_536_000
# Nothing is loaded from elsewhere, and no page of another site may frame ours.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self';"
    " script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def create_dashboard(service: Service, provider: OAuth | None) -> FastAPI:
    """The pages over a service; they stand in no OpenAPI document."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.service = service
    app.state.provider = provider
    app.add_middleware(SafeHeaders)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    for each in (signing_in, pages, records, downloads):
        app.include_router(each.router)
    app.add_exception_handler(ReportingError, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _internal)
    return app


class SafeHeaders:
    """Headers that every answer has: pages are not kept, our own assets are."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add them to the answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                is_asset = "/static/" in scope["path"] and message["status"] == 200
                headers["Cache-Control"] = (
                    f"public, max-age={_YEAR_SECONDS}, immutable"
                    if is_asset
                    else "private, no-store"
                )
            await send(message)

        await self.app(scope, receive, with_headers)


def _told(request: Request, error: Exception) -> Response:
    if isinstance(error, NotAuthenticatedError):
        asked = request.url.path + (
            f"?{request.url.query}" if request.url.query else ""
        )
        given = [("next", asked)] if request.method == "GET" else []
        return RedirectResponse(address("/sign-in", given), status_code=303)
    if not isinstance(error, ReportingError):
        return _internal(request, error)
    return render_error(request, error.status_code, str(error), headers=error.headers)


def _invalid(request: Request, _: Exception) -> Response:
    return render_error(request, 422, "the address holds what it cannot mean")


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _internal(request, error)
    if error.status_code == 404:
        return render_error(request, 404, "there is no page at this address")
    return render_error(request, error.status_code, str(error.detail))


def _internal(request: Request, _: Exception) -> Response:
    """Nothing of the error reaches the reader: it may quote a row."""
    return render_error(request, 500, "this is our fault: the service's log has more")
