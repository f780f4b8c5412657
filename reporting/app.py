"""The application: what belongs together is wired here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware

from reporting.dashboard import charts, scope
from reporting.dashboard.app import create_dashboard
from reporting.errors import ReportingError
from reporting.openapi import describe
from reporting.routes import login, reports, requests
from reporting.routes.dependencies import ERRORS
from reporting.schemas import ErrorBody, ErrorDetail
from reporting.service import Service

PREFIX = "/api/v1"
_LOGIN_SECONDS = 600
_CODES = {404: "not_found", 405: "not_allowed"}


def create_app(service: Service) -> FastAPI:
    """The API over a service; it is closed when the application ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # More at once than the cores can work on would only make all of them slow.
        current_default_thread_limiter().total_tokens = service.settings.answers_at_once
        service.workers.start()
        charts.warm_up()
        yield
        service.close()

    app = FastAPIOffline(
        redoc_url=None,
        title="Rollbook",
        version="1",
        description="Did our records arrive, what failed, and who has to act?",
        lifespan=lifespan,
    )
    app.state.service = service
    app.state.provider = login.provider_of(service.settings)
    # Only what signing in must remember on its way: some minutes, signed.
    app.add_middleware(
        SessionMiddleware,
        secret_key=service.state.key,
        session_cookie="rollbook_login",
        max_age=_LOGIN_SECONDS,
        same_site="lax",
        https_only=service.settings.service_url.startswith("https:"),
    )
    app.mount(scope.PREFIX, create_dashboard(service, app.state.provider))
    app.add_api_route("/", _to_dashboard, include_in_schema=False)
    app.include_router(login.router, prefix=PREFIX, responses=ERRORS)
    app.include_router(reports.router, prefix=PREFIX, responses=ERRORS)
    app.include_router(requests.router, prefix=PREFIX, responses=ERRORS)
    app.openapi = lambda: describe(app, service)  # type: ignore[method-assign]
    app.add_exception_handler(ReportingError, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _internal)
    return app


def _to_dashboard() -> RedirectResponse:
    return RedirectResponse(scope.PREFIX, status_code=303)


def _response(
    status_code: int, code: str, message: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    body = ErrorBody(error=ErrorDetail(code=code, message=message))
    return JSONResponse(body.model_dump(), status_code=status_code, headers=headers)


def _told(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, ReportingError):
        return _internal(_, error)
    return _response(error.status_code, error.code, str(error), error.headers)


def _invalid(_: Request, error: Exception) -> JSONResponse:
    """What FastAPI itself found wrong, in our shape and in one line."""
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    where = ".".join(map(str, first.get("loc", ())[1:])) or "the request"
    return _response(422, "bad_parameter", f"{where}: {first.get('msg', 'is invalid')}")


def _http(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        return _internal(_, error)
    code = _CODES.get(error.status_code, "bad_request")
    headers = dict(error.headers) if error.headers else None
    return _response(error.status_code, code, str(error.detail), headers)


def _internal(_: Request, error: Exception) -> JSONResponse:
    """Nothing of the error reaches the one who asks: it may quote a row."""
    return _response(500, "internal", "this is our fault: the service's log has more")
