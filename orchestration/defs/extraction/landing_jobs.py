"""Each source that lands by itself: an asset in a group of its own, a job, a schedule.

Such a job lands and builds nothing: the next main run builds from what is landed. Its
failure is its own.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from dagster import (
    AssetExecutionContext,
    AssetsDefinition,
    AssetSelection,
    Config,
    Definitions,
    Failure,
    MaterializeResult,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    asset,
    define_asset_job,
    definitions,
)

from orchestration.defs.extraction.identifiers import (
    LANDS_ONLY,
    figures,
    identifier,
    source_key,
)
from orchestration.errors import BadInputError
from orchestration.extract.platform.landing import LandingLimits
from orchestration.extract.source_readings import SourceReading
from orchestration.home import Home
from orchestration.instants import parse_instant
from orchestration.progress import Steps
from orchestration.school_settings import read_school_settings, school_file
from orchestration.settings import read_settings
from orchestration.source_settings import AnySource, OneRosterSource, PlatformSource
from orchestration.sources.connectors import Reach
from orchestration.sources.landing import land_source, told
from orchestration.sources.platform import land_platform


class LandConfig(Config):
    """What a landing job is asked: a home, its settings, and a time; now if none."""

    home: str | None = None
    config_file: str | None = None
    as_of: str | None = None

    @property
    def opened_home(self) -> Home:
        """The home to land in."""
        return Home(Path(self.home) if self.home else read_settings().home)

    @property
    def school_file(self) -> Path | None:
        """The settings file, if one was given."""
        return Path(self.config_file) if self.config_file else None


@definitions
def source_jobs() -> Definitions:
    """An asset, a job and, by its cron, a schedule a source that lands by itself."""
    try:
        sources = read_school_settings(Home(read_settings().home)).sources
    except BadInputError:
        # A run with these settings says what is wrong with them.
        sources = ()
    # The import of a roster is no mere landing: its schedule is in schedules.py.
    landed = [each for each in sources if not isinstance(each, OneRosterSource)]
    assets = [_asset_of(each) for each in landed]
    jobs = [
        define_asset_job(
            f"land_{identifier(each.name)}",
            selection=AssetSelection.assets(source_key(each)),
            description=f"Land what is new in {each.name}; the next main run builds.",
        )
        for each in landed
    ]
    return Definitions(
        assets=assets,
        jobs=jobs,
        schedules=[
            ScheduleDefinition(
                name=f"scheduled_land_{identifier(each.name)}",
                job=job,
                cron_schedule=each.schedule,
                execution_timezone=each.time_zone,
                execution_fn=_request_of(each),
            )
            for each, job in zip(landed, jobs, strict=True)
            if each.schedule
        ],
    )


def _asset_of(source: AnySource) -> AssetsDefinition:
    @asset(
        key=source_key(source),
        group_name=f"source_{identifier(source.name)}",
        description=f"What is landed of {source.name} ({source.kind}).",
        tags={LANDS_ONLY: "true"},
    )
    def landed_source(
        context: AssetExecutionContext, config: LandConfig
    ) -> MaterializeResult[None]:
        reading = _land_alone(source.name, config)
        for line in told(reading, config.opened_home):
            context.log.warning(line)
        if reading.error is not None:
            raise Failure(description=reading.error, allow_retries=False)
        return MaterializeResult(metadata=figures(reading))

    return landed_source


def _request_of(
    source: AnySource,
) -> Callable[[ScheduleEvaluationContext], RunRequest]:
    """A run whose logical time is the schedule's tick."""

    def request(context: ScheduleEvaluationContext) -> RunRequest:
        as_of = context.scheduled_execution_time.isoformat()
        op_name = "__".join(source_key(source).path)
        return RunRequest(
            run_key=as_of, run_config={"ops": {op_name: {"config": {"as_of": as_of}}}}
        )

    return request


def _land_alone(name: str, config: LandConfig) -> SourceReading:
    """Land the source of this name, as the settings have it now.

    Raises:
        RollbookError: it is there no more, or the home is held.
    """
    home = config.opened_home
    home.prepare()
    sources = read_school_settings(home, config.school_file).sources
    found = [each for each in sources if each.name == name]
    if not found or isinstance(found[0], OneRosterSource):
        raise BadInputError(f"rollbook.yml names no source {name} that lands by itself")
    reach = Reach(
        config_file=school_file(home, config.school_file),
        as_of=parse_instant(config.as_of, name="as_of")
        if config.as_of
        else datetime.now(UTC),
        limits=LandingLimits.of(read_settings()),
        on_progress=Steps().show,
    )
    with home.held(purpose=f"landing of {name}"):
        if isinstance(found[0], PlatformSource):
            return land_platform(found[0], home, reach)[0]
        return land_source(found[0], home, reach)
