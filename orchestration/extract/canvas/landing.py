"""Land the SIS import jobs of Canvas, with the errors that Canvas soon forgets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from orchestration.errors import RollbookError
from orchestration.extract.api_client import ApiClient, Page
from orchestration.extract.canvas.api import SisImports
from orchestration.extract.fetches import Fetches
from orchestration.extract.platform.landing import PARQUET, LandingLimits
from orchestration.home import Home
from orchestration.sql import first_line, quoted

KIND = "canvas"
# Canvas can restore what an import did for that long: a job that had ended changes.
LOOKBACK = timedelta(days=30)
# A run that dies loses no more jobs than these.
SLICE_JOBS = 500
# Few enough for the quota that Canvas gives a token.
REQUESTS_AT_ONCE = 4

JOB_COLUMNS = {
    "source": "VARCHAR",
    "job_id": "VARCHAR",
    "created_at": "TIMESTAMPTZ",
    "is_final": "BOOLEAN",
    "content_hash": "VARCHAR",
    "job": "JSON",
    "fetch_no": "BIGINT",
}
ERROR_COLUMNS = {
    "source": "VARCHAR",
    "job_id": "VARCHAR",
    "origin": "VARCHAR",
    "place": "BIGINT",
    "file": "VARCHAR",
    "message": "VARCHAR",
    "row": "VARCHAR",
    "fetch_no": "BIGINT",
}
_ATTACHMENT = "attachment"


@dataclass(slots=True)
class CanvasOutcome:
    """What a run took from Canvas."""

    jobs: int = 0
    errors: int = 0
    warnings: list[str] = field(default_factory=list)


def land_jobs(
    home: Home,
    *,
    name: str,
    account_id: str,
    client: ApiClient,
    limits: LandingLimits,
    on_progress: Callable[[str], None] = lambda message: None,
) -> CanvasOutcome:
    """Land the jobs that are new or changed since they were landed.

    They are landed oldest first in slices, so that what is landed is always whole up
    to its newest job, and a run that died is simply run again.

    Raises:
        ApiRefusedError: the token or the account is none.
        ApiError: Canvas did not answer; what was landed before that stays.
        RollbookError: the home cannot be written.
    """
    fetches = Fetches(home, KIND, name)
    landing = _Landing(fetches, SisImports(client, account_id))
    with duckdb.connect(
        config={
            "threads": limits.threads,
            "memory_limit": limits.memory_limit,
            "temp_directory": str(home.scratch / "canvas.tmp"),
        }
    ) as session:
        session.execute("set timezone = 'UTC'")
        landing.session = session
        try:
            landing.run(on_progress)
        except duckdb.Error as error:
            raise RollbookError(
                f"jobs of {name} cannot be landed: {first_line(error)}"
            ) from error
    return landing.outcome


class _Speaking(NamedTuple):
    """A job that has messages."""

    job_id: str
    told_count: int
    has_attachment: bool
    is_mixed: bool


class _Found(NamedTuple):
    """What the endpoint gave of a job's messages."""

    job_id: str
    lines: list[bytes]
    has_more: bool


@dataclass
class _Landing:
    fetches: Fetches
    api: SisImports
    outcome: CanvasOutcome = field(default_factory=CanvasOutcome)
    session: duckdb.DuckDBPyConnection = field(init=False)

    def run(self, on_progress: Callable[[str], None]) -> None:
        begin, known, fresh = _script().split("-- ;;")
        self.session.execute(begin)
        landed = self.fetches.files("jobs.parquet")
        columns = ", ".join(f"null::{kind} as {each}" for each, kind in _known())
        self.session.execute(
            "create or replace view landed_jobs as "
            + (
                f"select * from read_parquet({landed!r}, hive_partitioning = false)"
                if landed
                else f"select {columns} where false"
            )
        )
        self.session.execute(known)
        self._list(on_progress)
        self.session.execute(fresh)
        count = self._value("select count(*) from fresh_jobs")
        # Canvas is far away: what counts is how long it takes to answer.
        pool = ThreadPoolExecutor(REQUESTS_AT_ONCE)
        try:
            asked = self._ask(pool, 0)
            for start in range(0, count, SLICE_JOBS):
                on_progress(
                    f"reading jobs {start + 1:,} to {min(start + SLICE_JOBS, count):,}"
                )
                # Canvas answers for the next slice while this one is written.
                following = self._ask(pool, start + SLICE_JOBS)
                self._land_slice(start, asked)
                asked = following
        finally:
            # After a failure the other jobs are not asked for.
            pool.shutdown(cancel_futures=True)

    def _ask(self, pool: ThreadPoolExecutor, start: int) -> Iterator[_Found]:
        """Have the messages of a slice's jobs asked for; they come in its order."""
        jobs = self.session.execute(
            "select job_id, told_count, has_attachment, is_mixed from fresh_jobs"
            f" where {_slice(start)} and is_final and has_messages order by place"
        ).fetchall()
        return pool.map(self._errors, [_Speaking(*job) for job in jobs])

    def _list(self, on_progress: Callable[[str], None]) -> None:
        """Spool the jobs since the newest landed one, and those that had not ended."""
        on_progress("listing jobs")
        newest = self._value(
            "select strftime(timezone('UTC', max(created_at) - to_days(?)),"
            " '%Y-%m-%dT%H:%M:%SZ') from known_jobs",
            [LOOKBACK.days],
        )
        file = self.fetches.begin() / "listed.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for page in self.api.jobs(created_since=newest):
                lines.writelines(_line({"job": job}) for job in page)
        self._take_listed(file)
        running = self.session.execute(
            "select known_jobs.job_id from known_jobs anti join"
            " (select job ->> '$.id' as job_id from listed_jobs) as listed"
            " on known_jobs.job_id = listed.job_id"
            " where not known_jobs.is_final order by known_jobs.job_id"
        ).fetchall()
        with file.open("w", encoding="utf-8") as lines:
            for (job_id,) in running:
                job = self.api.job(job_id)
                if job is None:
                    self.outcome.warnings.append(
                        f"job {job_id} had not ended, and Canvas has it no more"
                    )
                    continue
                lines.write(_line({"job": job}))
        self._take_listed(file)

    def _take_listed(self, file: Path) -> None:
        self.session.execute(
            "insert into listed_jobs select job from read_json($file, columns ="
            " {'job': 'JSON'}, format = 'newline_delimited',"
            " maximum_object_size = 16777216)",
            {"file": str(file)},
        )

    def _land_slice(self, start: int, asked: Iterator[_Found]) -> None:
        """Land some jobs with their errors as one fetch."""
        folder = self.fetches.begin()
        spool = folder.with_name(f"{folder.name}.errors.jsonl")
        self.session.execute(
            "create or replace table job_errors (job_id varchar, origin varchar,"
            " place bigint, file varchar, message varchar, row varchar)"
        )
        with spool.open("wb") as lines:
            for found in asked:
                lines.writelines(found.lines)
                if found.has_more:
                    self._take_attachment(found.job_id)
        self._copy(
            "select job_id, created_at, is_final, content_hash, job from fresh_jobs"
            f" where {_slice(start)} order by place",
            folder / "jobs.parquet",
        )
        self._copy(
            f"{_spooled(spool)} union all from job_errors", folder / "errors.parquet"
        )
        spool.unlink()
        self.outcome.jobs += self._value(
            f"select count(*) from fresh_jobs where {_slice(start)}"
        )
        self.outcome.errors += self._value(
            f"select count(*) from {quoted(str(folder / 'errors.parquet'))}"
            " where origin != 'failures'"
        )
        self.fetches.commit(folder)

    def _errors(self, job: _Speaking) -> _Found:
        """Lines of a job's errors, a page each, and whether there may be more."""
        lines: list[bytes] = []
        found = self._pages(job, "endpoint", lines)
        # What Canvas has forgotten needs no second question.
        if found and job.is_mixed:
            self._pages(job, "failures", lines)
        is_short = found < job.told_count or not job.told_count
        return _Found(job.job_id, lines, job.has_attachment and is_short)

    def _pages(self, job: _Speaking, origin: str, lines: list[bytes]) -> int:
        """Add a line a page of errors as Canvas gave it; the number of errors."""
        first = 0
        for page in self.api.errors(job.job_id, failures_alone=origin == "failures"):
            lines.append(
                b'{"job_id":"%b","origin":"%b","first":%d,"page":%b}\n'
                % (job.job_id.encode(), origin.encode(), first, _in_one_line(page))
            )
            first += len(self.api.client.list_of(page.content, "sis_import_errors"))
        return first

    def _take_attachment(self, job_id: str) -> None:
        file = self.fetches.aside.with_name(f"{self.fetches.aside.name}.errors.csv")
        if self.api.download_errors(job_id, file):
            try:
                self.session.execute(
                    "insert into job_errors select $job, $origin, row_number() over ()"
                    " - 1, file, message, row from read_csv($file, all_varchar = true,"
                    " header = true, delim = ',', quote = '\"', escape = '\"',"
                    " null_padding = true, max_line_size = 16777216, parallel = false)",
                    {"job": job_id, "origin": _ATTACHMENT, "file": str(file)},
                )
            except (duckdb.InvalidInputException, duckdb.BinderException):
                self.outcome.warnings.append(
                    f"the errors attachment of job {job_id} is no CSV of errors"
                )
        file.unlink(missing_ok=True)

    def _copy(self, select: str, target: Path) -> None:
        number = self.fetches.next_number()
        self.session.execute(
            f"copy (select {quoted(self.fetches.source)} as source, *,"
            f" {number}::bigint as fetch_no from ({select}))"
            f" to {quoted(str(target))} ({PARQUET})"
        )

    def _value(self, query: str, values: list[Any] | None = None) -> Any:
        row = self.session.execute(query, values or []).fetchone()
        return row[0] if row else None


def _spooled(file: Path) -> str:
    """The errors of a spooled file of pages."""
    return f"""
        select
            job_id, origin, first + place - 1 as place,
            error.file as file, error.message as message, error.row as row,
        from (
            select
                job_id, origin, first,
                unnest(page.sis_import_errors) as error,
                generate_subscripts(page.sis_import_errors, 1) as place,
            from read_json({quoted(str(file))}, format = 'newline_delimited',
                maximum_object_size = 16777216, columns = {{'job_id': 'VARCHAR',
                'origin': 'VARCHAR', 'first': 'BIGINT',
                'page': 'STRUCT(sis_import_errors STRUCT(file VARCHAR,
                message VARCHAR, "row" VARCHAR)[])'}})
        )
    """


def _slice(start: int) -> str:
    return f"place >= {start} and place < {start + SLICE_JOBS}"


def _script() -> str:
    return files(__package__).joinpath("landing.sql").read_text(encoding="utf-8")


def _known() -> list[tuple[str, str]]:
    return list(JOB_COLUMNS.items())


def _in_one_line(page: Page) -> bytes:
    """A page as it came, where that is one line that DuckDB takes for an object."""
    if page.received[:1] == b"{" and b"\n" not in page.received:
        return page.received
    return json.dumps(page.content, separators=(",", ":")).encode()


def _line(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
