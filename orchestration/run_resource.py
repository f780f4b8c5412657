"""The Dagster resource that a run's steps share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dagster import ConfigurableResource, DagsterInstance, InitResourceContext

from orchestration.check_ledger import forget_results
from orchestration.erase.erase import finish_erasures
from orchestration.home import Home
from orchestration.publish.records import complete_records
from orchestration.run_ledger import Event, record_event
from orchestration.run_parameters import RunParameters
from orchestration.school_settings import read_school_settings
from orchestration.settings import read_settings
from orchestration.source_settings import AnySource, PlatformSource


class RunResource(ConfigurableResource["RunResource"]):
    """Where a run reads and writes, and what time it is for it.

    Holds the home's lock from the first step to the last. Without ``as_of`` the run's
    time is that of its first try, so that a retry keeps it. ``source`` is a drop folder
    to read instead of the platform that ``rollbook.yml`` names. With ``forced_reason``
    no failed check ends the run. ``config_file`` is the school's ``rollbook.yml``; the
    home's own, when left out. Without ``reads_sources`` none of its sources is read.
    With ``is_source_configured`` a ``source`` that fails may leave what it landed.
    ``sample`` is the share of the platform's campuses that is read.
    """

    source: str | None = None
    home: str
    as_of: str | None = None
    range_start: str | None = None
    range_end: str | None = None
    forced_reason: str | None = None
    config_file: str | None = None
    reads_sources: bool = True
    is_source_configured: bool = False
    sample: float | None = None

    @contextmanager
    def yield_for_execution(
        self, context: InitResourceContext
    ) -> Iterator["RunResource"]:
        """Hold the home for as long as the run's steps work."""
        home = self.opened_home
        home.prepare()
        # A run whose settings cannot be read does not begin.
        read_school_settings(home, self.school_file)
        run_id = context.run.run_id if context.run else ""
        instance = context.instance or DagsterInstance.get()
        with home.held(purpose=f"run {run_id}"):
            complete_records(home)
            home.clear_scratch()
            finish_erasures(home)
            forget_results(home)
            asked = self.parameters(instance, run_id).as_texts()
            record_event(
                home, run_id, Event.STARTED, **asked, forced_reason=self.forced_reason
            )
            try:
                yield self
            finally:
                record_event(home, run_id, Event.ENDED)

    @property
    def is_forced(self) -> bool:
        """Whether the run publishes whatever its checks say."""
        return self.forced_reason is not None

    @property
    def school_file(self) -> Path | None:
        """The school's settings file, if one was given."""
        return Path(self.config_file) if self.config_file else None

    @property
    def sources(self) -> tuple[AnySource, ...]:
        """The sources that the run reads; a drop folder that was given comes first.

        Raises:
            BadInputError: the settings cannot be read.
        """
        named: tuple[AnySource, ...] = ()
        if self.reads_sources:
            named = read_school_settings(self.opened_home, self.school_file).sources
        if self.source is None:
            return named
        others = tuple(each for each in named if not isinstance(each, PlatformSource))
        return (self._short_form(self.source, others), *others)

    @staticmethod
    def _short_form(folder: str, others: tuple[AnySource, ...]) -> PlatformSource:
        """``--source DIR`` as a source, under a name that no other one has."""
        name = "platform"
        while name in {each.name for each in others}:
            name += "_"
        return PlatformSource(name=name, kind="platform", location=folder)

    @property
    def opened_home(self) -> Home:
        """The home that the run works in."""
        return Home(Path(self.home))

    def parameters(self, instance: DagsterInstance, run_id: str) -> RunParameters:
        """Resolve what the run is asked to do.

        Raises:
            BadInputError: a time has no meaning, or the range ends before it starts.
        """
        return RunParameters.of_texts(
            source=Path(self.source) if self.source else None,
            as_of=self.as_of,
            range_start=self.range_start,
            range_end=self.range_end,
            range_days=read_settings().range_days,
            default_as_of=lambda: _first_try_at(instance, run_id),
        )


def _first_try_at(instance: DagsterInstance, run_id: str) -> datetime:
    run = instance.get_run_by_id(run_id)
    first = (run.root_run_id if run else None) or run_id
    record = instance.get_run_record_by_id(first)
    if record is None:
        return datetime.now(UTC)
    return record.create_timestamp.replace(tzinfo=UTC)
