"""One request, in a process of its own: ``python -m reporting.requests.run``.

The process has a limit of address space. A report that needs more ends it, and
nothing else.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import Any

from orchestration.errors import RollbookError
from orchestration.home import Home
from orchestration.settings import Settings, read_settings
from reporting.accounts.audit import record_reading
from reporting.accounts.principal import Principal
from reporting.asking import Asked, Reader, ask
from reporting.exports import Output, export, reading
from reporting.requests.notices import send_notice
from reporting.requests.store import AVAILABLE, FAILED, finish
from reporting.state import RequestRow, State

_MEGABYTE = 1 << 20


def run_request(state: State, home: Home, settings: Settings, request_id: str) -> None:
    """Run a request to its end, whatever it is, and tell who wants to know."""
    with state.session() as session:
        row = session.get(RequestRow, request_id)
        if row is None:
            return
        row.worker_pid = os.getpid()
        session.commit()
    try:
        values = _result(state, home, settings, row)
    except RollbookError as error:
        values = {"status": FAILED, "error": str(error)}
    except MemoryError:
        values = {
            "status": FAILED,
            "error": "the report needs more memory than a worker may have:"
            " ask for a shorter range or fewer campuses",
        }
    done = finish(state, request_id, **values)
    if done is not None:
        unsent = send_notice(done, settings)
        if unsent is not None:
            with state.session() as session:
                session.merge(done).notice_error = unsent
                session.commit()


def asked_of(row: RequestRow) -> Asked:
    """What a request asks, as a route or a command does."""
    given = dict(row.parameters)
    return Asked(
        campuses=tuple(given.pop("campus", ())),
        start=given.pop("start", None),
        end=given.pop("end", None),
        tz=given.pop("tz", None),
        sorts=tuple(given.pop("sort", ())),
        filters=tuple(given.pop("filter", ())),
        options={name: str(value) for name, value in given.items()},
    )


def _result(
    state: State, home: Home, settings: Settings, row: RequestRow
) -> dict[str, Any]:
    campuses = None if row.campuses is None else frozenset(row.campuses)
    reader = Reader(campuses, is_masked=row.is_masked)
    asset = row.request_id + row.output["suffix"]
    output = Output(
        state.results / asset,
        format_name=row.output["format"],
        is_gzipped=row.output["compression"],
    )
    with reading(
        home, memory_mb=settings.report_memory_mb, threads=settings.threads
    ) as publication:
        question = ask(publication, row.report, asked_of(row), reader)
        count = export(publication, row.report, asked_of(row), output, reader)
        record_reading(
            state,
            Principal(row.subject, "analyst" if row.is_masked else "admin", campuses),
            question,
            action="request",
            publication_id=publication.publication_id,
            row_count=count,
        )
    return {
        "status": AVAILABLE,
        "asset": asset,
        "row_count": count,
        "size_bytes": (state.results / asset).stat().st_size,
        "publication_id": publication.publication_id,
    }


def main() -> None:
    """Run the request that the command line names."""
    settings = read_settings()
    limit = settings.worker_memory_mb * _MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    home = Home(Path(sys.argv[1]))
    run_request(State(home), home, settings, sys.argv[2])


if __name__ == "__main__":
    main()
