"""Requests that run in the background, and the files that they leave."""

from __future__ import annotations

from typing import Any, cast

from fastapi import APIRouter
from fastapi.responses import FileResponse
from itsdangerous import BadSignature, SignatureExpired

from reporting.asking import ask
from reporting.errors import BadParameterError, GoneError, NotFoundError
from reporting.formats.registry import find_format
from reporting.requests import store
from reporting.requests.notices import check_notice
from reporting.requests.run import asked_of
from reporting.routes.dependencies import PrincipalOf, ServiceOf
from reporting.schemas import (
    NewRequest,
    RequestBody,
    RequestOutput,
    RequestsBody,
    SignedRequestBody,
    Status,
)
from reporting.service import Service
from reporting.state import RequestRow

router = APIRouter(tags=["requests"])

_BY_DELIMITER = {",": "csv", "\t": "tsv", "|": "psv"}
_SECONDS_A_DAY = 86_400


@router.post("/requests/{name}", status_code=202)
def submit_request(
    name: str, body: NewRequest, service: ServiceOf, principal: PrincipalOf
) -> RequestBody:
    """Ask for a report of any range; it is made in the background."""
    parameters = body.parameters.model_dump(exclude_defaults=True)
    output = _output(body.output)
    notice = body.notice.model_dump(exclude_none=True)
    check_notice(service.settings, webhook=body.notice.webhook, email=body.notice.email)
    asked = asked_of(RequestRow(parameters=parameters))
    with service.published.current() as publication:
        ask(publication, name, asked, principal.reader)
    row = store.submit(
        service.state,
        principal,
        report=name,
        parameters=parameters,
        output=output,
        notice=notice,
        in_flight=service.settings.requests_in_flight,
    )
    service.workers.wake()
    return RequestBody(**_told(service, row))


@router.get("/requests")
def list_requests(service: ServiceOf, principal: PrincipalOf) -> RequestsBody:
    """Your requests, the newest first."""
    _expire(service)
    rows = store.list_of(service.state, principal)
    return RequestsBody(requests=[RequestBody(**_told(service, row)) for row in rows])


@router.get("/requests/{request_id}")
def show_request(
    request_id: str, service: ServiceOf, principal: PrincipalOf
) -> SignedRequestBody:
    """One request; when it is Available, with a signed link to its result."""
    _expire(service)
    row = store.find(service.state, principal, request_id)
    return SignedRequestBody(**_told(service, row), signed_assets=_links(service, row))


@router.post("/requests/{request_id}/runs", status_code=202)
def run_request_again(
    request_id: str, service: ServiceOf, principal: PrincipalOf
) -> RequestBody:
    """Run a request once more that is Failed or Missing."""
    row = store.run_again(
        service.state,
        principal,
        request_id,
        in_flight=service.settings.requests_in_flight,
    )
    service.workers.wake()
    return RequestBody(**_told(service, row))


@router.get(
    "/downloads/{signed}",
    response_class=FileResponse,
    responses={200: {"content": {"*/*": {}}, "description": "The file."}},
)
def download(signed: str, service: ServiceOf) -> FileResponse:
    """A result, by its signed link: it needs no token, and counts for some days."""
    try:
        request_id = service.links.loads(
            signed, max_age=service.settings.link_days * _SECONDS_A_DAY
        )
    except SignatureExpired as error:
        raise GoneError("the link is too old: get the request again") from error
    except BadSignature as error:
        raise NotFoundError("there is no such download") from error
    _expire(service)
    with service.state.session() as session:
        row = session.get(RequestRow, request_id)
    if row is None or not service.is_active(row.subject):
        raise NotFoundError("there is no such download")
    if row.status != store.AVAILABLE or row.asset is None:
        raise GoneError("the result is not kept any more: request it again")
    return FileResponse(
        service.state.results / row.asset,
        media_type="application/gzip"
        if row.output["compression"]
        else find_format(row.output["format"]).media_type,
        filename=f"{row.report}{row.output['suffix']}",
    )


def _output(given: RequestOutput) -> dict[str, Any]:
    name = given.format
    if given.delimiter is not None:
        if name not in ("csv", _BY_DELIMITER[given.delimiter]):
            raise BadParameterError(f"output.delimiter: {name} has none of its own")
        found = find_format(_BY_DELIMITER[given.delimiter])
    else:
        found = find_format(name)
    is_gzipped = found.is_text if given.compression is None else given.compression
    if is_gzipped:
        found.require_gzip()
    return {
        "format": found.name,
        "compression": is_gzipped,
        "suffix": found.suffix(is_gzipped=is_gzipped),
    }


def _told(service: Service, row: RequestRow) -> dict[str, Any]:
    return {
        "request_id": row.request_id,
        "status": cast(Status, row.status),
        "report": row.report,
        "parameters": row.parameters,
        "output": {name: row.output[name] for name in ("format", "compression")},
        "created_at": row.created_at,
        "finished_at": row.finished_at,
        "expires_at": store.expires_at(row, service.settings.result_days),
        "publication_id": row.publication_id,
        "row_count": row.row_count,
        "size_bytes": row.size_bytes,
        "assets": [row.asset] if _is_available(row) else [],
        "error": row.error,
        "notice_error": row.notice_error,
    }


def _is_available(row: RequestRow) -> bool:
    return row.status == store.AVAILABLE and row.asset is not None


def _links(service: Service, row: RequestRow) -> list[str]:
    if not _is_available(row):
        return []
    signed = service.links.dumps(row.request_id)
    return [f"{service.settings.service_url}/api/v1/downloads/{signed}"]


def _expire(service: Service) -> None:
    store.expire(service.state, service.home, result_days=service.settings.result_days)
