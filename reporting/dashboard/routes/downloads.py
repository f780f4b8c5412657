"""A report as a file, of what the page shows."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from typing import IO

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from reporting.dashboard.page import Page
from reporting.dashboard.routes.viewers import ViewerOf, opened_page
from reporting.dashboard.tables import FORMATS
from reporting.errors import BadParameterError
from reporting.formats.answer import Answer
from reporting.formats.registry import Format, find_format

_CHUNK_BYTES = 1 << 18

router = APIRouter()


@router.get("/reports/{name}/download")
def download(
    request: Request,
    viewer: ViewerOf,
    name: str,
    format: str = "csv",  # noqa: A002
) -> Response:
    """Every row of what the page shows, in its order and zone."""
    if format not in FORMATS:
        raise BadParameterError(
            f"format {format!r}: choose one of {', '.join(FORMATS)}"
        )
    written = find_format(format)
    with opened_page(request, viewer, f"/reports/{name}") as page:
        sink, size_bytes = _written(page, name, written)
        file_name = _file_name(page, name, written)
    return StreamingResponse(
        _chunks(sink),
        media_type=written.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{file_name}"',
            "Content-Length": str(size_bytes),
        },
    )


def _written(page: Page, name: str, written: Format) -> tuple[IO[bytes], int]:
    """The file, whole before the first byte is sent: an error is still a page."""
    report = page.publication.catalog.report(name)
    sort = page.query.get("sort")
    question = page.question(
        report, sorts=[sort] if sort else [], filters=page.query.getlist("filter")
    )
    sink = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    try:
        with (
            page.publication.cursor(page.scope.zone) as cursor,
            page.service.in_time(cursor),
        ):
            answer = Answer(
                question, cursor, page.scope.zone, page.publication.publication_id
            )
            count = written.write(answer, sink, is_gzipped=False)
    except BaseException:
        sink.close()
        raise
    page.written_down(question, count, action="download")
    size_bytes = sink.tell() if written.is_text else sink.seek(0, 2)
    sink.seek(0)
    return sink, size_bytes


def _file_name(page: Page, name: str, written: Format) -> str:
    report = page.publication.catalog.report(name)
    parts = [name, page.scope.campus.campus_id]
    if report.has_range:
        parts += [str(page.scope.first_day), str(page.scope.last_day)]
    safe = re.sub(r"[^A-Za-z0-9_.-]+", "-", "_".join(parts))
    return safe + written.suffix(is_gzipped=False)


def _chunks(sink: IO[bytes]) -> Iterator[bytes]:
    with sink:
        while chunk := sink.read(_CHUNK_BYTES):
            yield chunk
