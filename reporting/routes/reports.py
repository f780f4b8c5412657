"""Reports and their rows."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter

from reporting.accounts.audit import record_reading
from reporting.asking import Asked
from reporting.catalog import RANGE_PARAMETERS
from reporting.errors import BadParameterError
from reporting.pages import Page, read_page
from reporting.routes.dependencies import PrincipalOf, ServiceOf
from reporting.schemas import (
    CampusesBody,
    RangeBody,
    ReportBody,
    ReportsBody,
    RowsBody,
    body_of,
    summary_of,
)

MAX_ROWS = 1000

router = APIRouter(tags=["reports"])

_RANGE = TypeAdapter(RangeBody | None)
_OWN = {"campus", "start", "end", "tz", "sort", "filter", "limit", "cursor"}
_CSV = {"text/csv": {"schema": {"type": "string"}}}


@router.get("/campuses")
def list_campuses(service: ServiceOf, principal: PrincipalOf) -> CampusesBody:
    """The campuses of the current publication that you may read."""
    with service.published.current() as publication:
        found = publication.campuses
    allowed = found if principal.campuses is None else found & principal.campuses
    return CampusesBody(campuses=sorted(allowed))


@router.get("/reports")
def list_reports(service: ServiceOf, principal: PrincipalOf) -> ReportsBody:
    """Every report, with the parameters that it takes."""
    with service.published.current() as publication:
        return ReportsBody(
            publication_id=publication.publication_id,
            as_of=publication.as_of,
            reports=[summary_of(report) for report in publication.catalog],
        )


@router.get("/reports/{name}")
def show_report(name: str, service: ServiceOf, principal: PrincipalOf) -> ReportBody:
    """One report: its columns, their order, and where its numbers lead."""
    with service.published.current() as publication:
        return body_of(
            publication.catalog.report(name), is_masked=principal.reader.is_masked
        )


@router.get(
    "/reports/{name}/rows",
    response_model=RowsBody,
    responses={200: {"content": _CSV}},
)
def read_rows(
    request: Request,
    name: str,
    service: ServiceOf,
    principal: PrincipalOf,
    campus: Annotated[
        list[str] | None, Query(description="A campus_id; all of yours when left out.")
    ] = None,
    start: Annotated[
        str | None, Query(description="First instant; without an offset it is in tz.")
    ] = None,
    end: Annotated[str | None, Query(description="First instant after it.")] = None,
    tz: Annotated[
        str | None, Query(description="Zone of the instants; UTC when left out.")
    ] = None,
    sort: Annotated[
        list[str] | None, Query(description="A column, or -column; nulls are last.")
    ] = None,
    filter: Annotated[  # noqa: A002  the name in the URL
        list[str] | None, Query(description="column:operator:value; all must hold.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = 100,
    cursor: Annotated[
        str | None, Query(description="next_cursor of the page before.")
    ] = None,
) -> Response:
    """Rows of a report, as JSON, or as CSV with `Accept: text/csv`."""
    asked = Asked(
        campuses=tuple(campus or ()),
        start=start,
        end=end,
        tz=tz,
        sorts=tuple(sort or ()),
        filters=tuple(filter or ()),
        options=_options(request),
    )
    is_csv = _wants_csv(request.headers.get("accept", ""))
    page = read_page(
        service,
        name,
        asked,
        principal.reader,
        limit=limit,
        cursor=cursor,
        is_csv=is_csv,
    )
    record_reading(
        service.state,
        principal,
        page.question,
        action="rows",
        publication_id=page.publication.publication_id,
        row_count=page.row_count,
    )
    return _csv(request, page) if is_csv else _json(page, tz or "UTC")


def _options(request: Request) -> dict[str, str]:
    """Parameters beside our own: options of the report, if it has them."""
    found = {
        name: text
        for name, text in request.query_params.multi_items()
        if name not in _OWN
    }
    for name in RANGE_PARAMETERS:
        if name in found:
            raise BadParameterError(f"there is no parameter {name}: see /docs")
    return found


def _wants_csv(accept: str) -> bool:
    """Whether CSV is asked for before JSON."""
    kinds = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    known = [kind for kind in kinds if kind in ("text/csv", "application/json")]
    return known[:1] == ["text/csv"]


def _csv(request: Request, page: Page) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{page.question.report.name}.csv"'
    }
    if page.next_cursor is not None:
        following = request.url.include_query_params(cursor=page.next_cursor)
        headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return Response(page.content, media_type="text/csv", headers=headers)


def _json(page: Page, tz: str) -> Response:
    """The body, its rows as the database wrote them: ``RowsBody``."""
    head = {
        "report": page.question.report.name,
        "publication_id": page.publication.publication_id,
        "as_of": page.publication.as_of.isoformat(),
        "range": _RANGE.dump_python(
            RangeBody(start=page.range.start, end=page.range.end)
            if page.range
            else None,
            mode="json",
        ),
        "tz": tz,
        "next_cursor": page.next_cursor,
    }
    whole = json.dumps(head).removesuffix("}").encode()
    return Response(
        whole + b', "rows": [\n' + page.content + b"\n]}",
        media_type="application/json",
    )
