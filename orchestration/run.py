"""The main job, executed in this process as the very Dagster job that the UI shows."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import NoReturn

from orchestration.dbt_build import load_dbt
from orchestration.errors import BadInputError, RollbookError, error_chain
from orchestration.extract.platform.sampling import require_same_sample
from orchestration.home import Home
from orchestration.publish.records import Publication, read_publications
from orchestration.run_ledger import last_started
from orchestration.run_parameters import RunParameters
from orchestration.school_settings import read_school_settings, school_file
from orchestration.settings import PROJECT_FOLDER, Settings, read_settings
from orchestration.warehouse import Warehouse

# With less than this left something could not be written.
_FULL_DISK_BYTES = 32 << 20

_DAGSTER_YAML = """\
telemetry:
  enabled: false
"""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What the command line asks for; texts are resolved by the job itself."""

    source: Path | None
    home: Path
    as_of: str | None = None
    range_start: str | None = None
    range_end: str | None = None
    forced_reason: str | None = None
    config_file: Path | None = None
    reads_sources: bool = True
    sample: float | None = None


def prepare_dagster_home(home: Home) -> None:
    """Make the home's own DAGSTER_HOME the one of this process."""
    config = home.dagster / "dagster.yaml"
    if not config.exists():
        config.write_text(_DAGSTER_YAML, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home.dagster.resolve())


def execute_run(request: RunRequest) -> Publication:
    """Run the job from the drop folder to the publication.

    Raises:
        RollbookError: whatever ended the run; readers keep what they have.
    """
    settings = read_settings()
    home = Home(request.home.absolute())
    home.prepare()
    if request.reads_sources:
        # Landing asks the same: told here, it is told before anything is loaded.
        require_same_sample(home, request.sample)
    _require_times(request, settings)
    if request.source is None:
        _require_sources(request, home)
    prepare_dagster_home(home)
    is_forced = request.forced_reason is not None
    warehouse = Warehouse(home)
    load_dbt(warehouse, warehouse.project_variables(settings, is_forced=is_forced))
    # Dagster is slow to import: only a run pays for it.
    from dagster import DagsterInstance

    from orchestration.dagster_history import history_kept_open
    from orchestration.definitions import defs

    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    source = request.source
    config = {
        "source": str(source.absolute()) if source else None,
        "home": str(home.root),
        "as_of": request.as_of,
        "range_start": request.range_start,
        "range_end": request.range_end,
        "forced_reason": request.forced_reason,
        "config_file": str(request.config_file) if request.config_file else None,
        "reads_sources": request.reads_sources,
        "is_source_configured": request.source is None,
        "sample": request.sample,
    }
    with history_kept_open(), DagsterInstance.get() as instance:
        job = defs().resolve_job_def("publish_reports")
        try:
            # What ended a run is told in one line; Dagster's history has the rest.
            with redirect_stderr(StringIO()):
                job.execute_in_process(
                    run_config={
                        "resources": {"run": {"config": config}},
                        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                    },
                    instance=instance,
                )
        except Exception as error:
            raise _for_people(error, home) from error
    return read_publications(home)[-1]


def _require_times(request: RunRequest, settings: Settings) -> None:
    """Make sure that the times make sense: the run's resource asks the same, later.

    Raises:
        BadInputError: a time has no meaning, or the range ends before it starts.
    """
    RunParameters.of_texts(
        source=request.source,
        as_of=request.as_of,
        range_start=request.range_start,
        range_end=request.range_end,
        range_days=settings.range_days,
        default_as_of=lambda: datetime.now(UTC),
    )


def _require_sources(request: RunRequest, home: Home) -> None:
    """Make sure that a run which is to read has something to read.

    Raises:
        BadInputError: it has not.
    """
    if not request.reads_sources:
        return
    if not read_school_settings(home, request.config_file).sources:
        file = school_file(home, request.config_file)
        raise BadInputError(
            f"there is nothing to read: give --source, or name sources in {file}"
        )


def publish_landed(
    home: Home, *, forced_reason: str | None, config_file: Path | None = None
) -> Publication:
    """Build and publish what is landed, with the times of the newest run.

    Raises:
        RollbookError: whatever ended the run; readers keep what they have.
    """
    newest = last_started(home)
    if newest is None:
        raise BadInputError(f"home {home.root} has landed nothing yet: run first")
    as_of, range_start, range_end = (
        str(newest.details[name]) for name in ("as_of", "range_start", "range_end")
    )
    return execute_run(
        RunRequest(
            source=None,
            home=home.root,
            as_of=as_of,
            range_start=range_start,
            range_end=range_end,
            forced_reason=forced_reason,
            config_file=config_file,
            reads_sources=False,
        )
    )


def open_dagster(source: Path, home_folder: Path) -> NoReturn:
    """Become `dg dev` on a home, with the drop folder as the jobs' default source."""
    home = Home(home_folder.absolute())
    home.prepare()
    prepare_dagster_home(home)
    os.environ["ROLLBOOK_HOME"] = str(home.root)
    os.environ["ROLLBOOK_SOURCE"] = str(source.absolute())
    os.chdir(PROJECT_FOLDER)
    dg = str(Path(sys.executable).with_name("dg"))
    os.execv(dg, [dg, "dev"])


def _for_people(error: BaseException, home: Home) -> RollbookError:
    """What ended the run; on a full disk that is what it comes down to."""
    cause = _cause(error)
    free_bytes = shutil.disk_usage(home.root).free
    if cause.exit_code == RollbookError.exit_code and free_bytes < _FULL_DISK_BYTES:
        return RollbookError(
            f"the disk of home {home.root} is full ({free_bytes >> 20} MB left):"
            f" make room and run again; the last publication stays as it was ({cause})"
        )
    return cause


def _cause(error: BaseException) -> RollbookError:
    """The error for people that a step raised, below Dagster's own wrapping."""
    chain = list(error_chain(error))
    for below in chain:
        if isinstance(below, RollbookError):
            return below
    return RollbookError(" ".join(str(chain[-1]).split()))
