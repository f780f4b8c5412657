"""One record: the search for it, and its page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reporting.dashboard.cells import record_href
from reporting.dashboard.rendering import render
from reporting.dashboard.routes.viewers import ViewerOf, opened_page
from reporting.dashboard.stories import read_record_page
from reporting.records import FOUND_ROWS, find_records

router = APIRouter()


@router.get("/records")
def search_record(request: Request, viewer: ViewerOf, q: str = "") -> Response:
    """Find a record by any identifier."""
    wanted = q.strip()
    with opened_page(request, viewer, "/records") as page:
        found = (
            find_records(
                page.service,
                page.publication,
                page.scope.campus.campus_id,
                wanted,
                page.reader,
            )
            if wanted
            else []
        )
        return render(
            request,
            page,
            viewer.session,
            "records.html.j2",
            title="Find a record",
            wanted=wanted,
            found=[(each, record_href(page, each.record_key)) for each in found],
            is_cut=len(found) == FOUND_ROWS,
        )


@router.get("/records/{name}")
def show_record(request: Request, viewer: ViewerOf, name: str) -> Response:
    """Everything that happened to one record."""
    with opened_page(request, viewer, "/records") as page:
        record = read_record_page(page, name)
        return render(
            request,
            page,
            viewer.session,
            "record.html.j2",
            title=record.title,
            record=record,
        )
