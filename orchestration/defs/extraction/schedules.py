"""When the OneRoster sources are read: by their crons, and when a bundle arrives."""

import hashlib
from pathlib import Path

from dagster import (
    DagsterRunStatus,
    Definitions,
    RunRequest,
    RunsFilter,
    ScheduleDefinition,
    SensorDefinition,
    SensorEvaluationContext,
    SkipReason,
    definitions,
)

from orchestration.defs.extraction.identifiers import identifier
from orchestration.defs.publishing.jobs import publish_reports
from orchestration.errors import BadInputError
from orchestration.extract.oneroster.discovery import files_of
from orchestration.home import Home
from orchestration.school_settings import read_school_settings, school_file
from orchestration.settings import read_settings
from orchestration.source_settings import OneRosterSource, located

_SECONDS_BETWEEN_LOOKS = 60
_BUSY = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
]


@definitions
def roster_schedules() -> Definitions:
    """A schedule a source that has a cron, and one sensor for all of them."""
    try:
        sources = read_school_settings(_home(), None).rosters
    except BadInputError:
        # A run with these settings says what is wrong with them.
        sources = ()
    return Definitions(
        schedules=[
            ScheduleDefinition(
                name=f"{identifier(source.name)}_publish_reports",
                job=publish_reports,
                cron_schedule=source.schedule,
                execution_timezone=source.time_zone,
            )
            for source in sources
            if source.schedule
        ],
        sensors=[
            SensorDefinition(
                name="new_bundles",
                job=publish_reports,
                evaluation_fn=look_for_bundles,
                minimum_interval_seconds=_SECONDS_BETWEEN_LOOKS,
                description="Asks for a run when the bundles of a source change.",
            )
        ],
    )


def look_for_bundles(context: SensorEvaluationContext) -> RunRequest | SkipReason:
    """Ask for a run when the folders are not as the last run found them."""
    home = _home()
    try:
        sources = read_school_settings(home, None).rosters
    except BadInputError as error:
        return SkipReason(str(error))
    if not sources:
        return SkipReason("rollbook.yml names no source of bundles")
    listing = "\n".join(
        line
        for source in sources
        for line in _listed(source, located(school_file(home, None), source))
    )
    seen = hashlib.sha256(listing.encode()).hexdigest()
    if seen == (context.cursor or hashlib.sha256(b"").hexdigest()):
        return SkipReason("there is no new bundle")
    if context.instance.get_runs_count(
        RunsFilter(job_name=publish_reports.name, statuses=_BUSY)
    ):
        return SkipReason("a run is under way: the bundles are looked at after it")
    context.update_cursor(seen)
    return RunRequest(run_key=seen)


def _home() -> Home:
    return Home(Path(read_settings().home))


def _listed(source: OneRosterSource, location: Path) -> list[str]:
    """A line a file of a bundle: its path, size and time, without reading it."""
    try:
        return [
            f"{source.name} {file} {stat.st_size} {stat.st_mtime_ns}"
            for path in sorted(location.iterdir())
            for file in files_of(path)
            if (stat := file.stat())
        ]
    except OSError:
        # A folder that cannot be read is told by the run.
        return []
