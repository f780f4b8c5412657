"""Import what is new in the OneRoster sources, one bundle at a time, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.erase.rosters import know_users, prepare_rosters, scrub_import
from orchestration.erase.scrub import prepare_scrubbing
from orchestration.errors import BadInputError
from orchestration.extract.oneroster.discovery import Bundle, find_bundles
from orchestration.extract.oneroster.journal import Event, Journal
from orchestration.extract.oneroster.landing import (
    BundleChangedError,
    land_bundle,
    rules_in_force,
)
from orchestration.extract.platform.landing import LandingLimits
from orchestration.home import Home
from orchestration.rosters.decisions import APPROVED, Decision, decision_on
from orchestration.rosters.models import import_models
from orchestration.rosters.projection import Projection
from orchestration.rosters.state import state_session
from orchestration.source_settings import OneRosterSource, located


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import did, or would do, to the records of one type, all schools."""

    data_type: str
    figures: dict[str, int]


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one import in this run."""

    import_no: int
    sync_id: str
    status: str
    reasons: list[str]
    counts: list[ImportCounts]


@dataclass(slots=True)
class SourceOutcome:
    """What became of one source in this run; ``problem`` says why it was not read."""

    source: OneRosterSource
    imports: list[ImportOutcome] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    problem: str | None = None


def import_rosters(
    home: Home,
    sources: Iterable[OneRosterSource],
    *,
    config_file: Path,
    as_of: datetime,
    limits: LandingLimits,
    on_progress: Callable[[str], None],
    is_dry: bool = False,
) -> list[SourceOutcome]:
    """Bring the state of every source up to what its folder holds.

    Args:
        home: the home that the run holds.
        sources: the sources of ``rollbook.yml``.
        config_file: the file that their paths are relative to.
        as_of: the run's logical time.
        limits: what the session may use.
        on_progress: told what is being done.
        is_dry: work everything out on a copy, and leave everything as it was.
    """
    sources = list(sources)
    journal = Journal.read(home, is_dry=is_dry)
    with state_session(home, limits, is_copy=is_dry) as session:
        importer = Importer(home, journal, session, as_of, on_progress)
        return importer.run(sources, config_file)


class Importer:
    """One run over the sources."""

    def __init__(
        self,
        home: Home,
        journal: Journal,
        session: duckdb.DuckDBPyConnection,
        as_of: datetime,
        on_progress: Callable[[str], None],
    ) -> None:
        self.home = home
        self.journal = journal
        self.session = session
        self.as_of = as_of.isoformat()
        self.on_progress = on_progress
        self._projection: Projection | None = None

    @property
    def projection(self) -> Projection:
        """The state with its models; a run without news does not pay for those."""
        if self._projection is None:
            self._projection = Projection(self.session, self.journal, import_models())
        return self._projection

    def run(
        self, sources: list[OneRosterSource], config_file: Path
    ) -> list[SourceOutcome]:
        """Import every source; one that cannot be read does not stop the others."""
        row = self.session.execute(
            "select event_count from roster.state.progress"
        ).fetchone()
        if row and row[0] < len(self.journal.events):
            self.projection.catch_up()
        outcomes = []
        for source in sources:
            outcome = SourceOutcome(source)
            outcomes.append(outcome)
            try:
                self._import_source(source, located(config_file, source), outcome)
            except BadInputError as error:
                outcome.problem = str(error)
            types = self.journal.discarded_delta_types(source.name)
            if types:
                outcome.warnings.append(
                    f"a delta was discarded: {', '.join(types)} may lack its changes"
                    " until the next bulk file"
                )
        self._note_sources(outcomes)
        return outcomes

    def _import_source(
        self, source: OneRosterSource, location: Path, outcome: SourceOutcome
    ) -> None:
        self._carry_out_decision(source, outcome)
        settled = datetime.now(UTC) - timedelta(minutes=source.settle_minutes)
        try:
            bundles = find_bundles(location, settled_before=settled)
        except BadInputError as error:
            outcome.problem = str(error)
            bundles = []
        pending: list[Event | Bundle] = [*self.journal.waiting(source.name), *bundles]
        for each in sorted(pending, key=_order):
            event = self._landed(source, each) if isinstance(each, Bundle) else each
            if event is None:
                continue
            if event["event"] == "failed":
                outcome.imports.append(
                    ImportOutcome(
                        event["import_no"],
                        event["sync_id"],
                        "Failed",
                        [event["message"]],
                        [],
                    )
                )
            elif self.journal.held(source.name) is None:
                outcome.imports.append(self._work_on(event))
            else:
                outcome.imports.append(
                    ImportOutcome(
                        event["import_no"], event["sync_id"], "Waiting", [], []
                    )
                )

    def _carry_out_decision(
        self, source: OneRosterSource, outcome: SourceOutcome
    ) -> None:
        held = self.journal.held(source.name)
        if held is None:
            return
        landed = self.journal.imports(source.name)[held]
        decision = decision_on(self.home, landed["sync_id"])
        if decision is None:
            outcome.warnings.append(f"import {landed['sync_id']} is on hold")
            return
        outcome.imports.append(self._work_on(landed, decision))

    def _landed(self, source: OneRosterSource, bundle: Bundle) -> Event | None:
        """Land a bundle if it is an import; the event, or None if it is none.

        Raises:
            BundleChangedError: it changed while it was read.
        """
        name = source.name
        if self.journal.knows(name, bundle):
            return None
        event: Event = {
            "event": "landed",
            "source": name,
            "import_no": None,
            "bundle_name": bundle.name,
            "sha256": bundle.sha256,
            "modified_ns": bundle.modified_ns,
            "bundle_at": bundle.bundle_at.isoformat(),
            "as_of": self.as_of,
        }
        if bundle.sha256 == self.journal.last_applied_sha256(name):
            # Behind a hold that may change once more.
            if self.journal.held(name) is None:
                self._note({**event, "event": "ignored"})
            return None
        event |= {
            "import_no": self.journal.next_import_no(),
            "sync_id": self.journal.next_sync_id(name, bundle),
            "campus_id": source.campus_id,
            "posted_by": source.posted_by,
        }
        if event["bundle_at"] < self.journal.newest_settled_at(name):
            return self._failed(
                event, "late", "it is older than a bundle that was imported before it"
            )
        self.on_progress(f"reading {bundle.name} of {name}")
        try:
            landed = land_bundle(
                bundle,
                source,
                self.session,
                target=self.journal.import_folder(event["import_no"]),
                scratch=self.home.scratch / "bundle",
            )
        except BundleChangedError:
            # No import: what comes after it would make it late.
            raise
        except BadInputError as error:
            return self._failed(event, "read", str(error))
        if prepare_scrubbing(self.session, self.home):
            # A person who was forgotten stays forgotten.
            folder = self.journal.import_folder(event["import_no"])
            prepare_rosters(self.session)
            know_users(self.session, folder, campus_id=source.campus_id)
            scrub_import(self.session, folder, campus_id=source.campus_id)
        rules = [
            [
                *(rule.data_type, rule.column_name, rule.check_name),
                *(rule.argument, rule.message),
            ]
            for rule in rules_in_force(landed.version, source.rules)
            if rule.is_about_records
        ]
        return self._note(
            {
                **event,
                **asdict(landed),
                "hold": source.hold.model_dump(),
                "record_rules": rules,
            }
        )

    def _failed(self, event: Event, stage: str, message: str) -> Event:
        return self._note(
            {**event, "event": "failed", "stage": stage, "message": message}
        )

    def _work_on(
        self, landed: Event, decision: Decision | None = None
    ) -> ImportOutcome:
        """Apply an import, hold it, or carry out what was decided on it."""
        self.on_progress(f"importing {landed['bundle_name']} of {landed['source']}")
        event: Event = {
            "event": "applied",
            "source": landed["source"],
            "import_no": landed["import_no"],
            "as_of": self.as_of,
            "decision": asdict(decision) if decision else None,
        }
        reasons: list[str] = []
        if decision is None:
            self.projection.evaluate(landed["import_no"])
            reasons = self.projection.hold_reasons()
            event["event"] = "held" if reasons else "applied"
        elif decision.decision != APPROVED:
            event["event"] = "discarded"
        self._note(event)
        status, counts = self._told(landed["import_no"])
        return ImportOutcome(
            landed["import_no"], landed["sync_id"], status, reasons, counts
        )

    def _note(self, event: Event) -> Event:
        """Make an event durable, then take it into the state."""
        self.journal.add(event)
        self.projection.take_in(event, count=len(self.journal.events))
        return event

    def _told(self, import_no: int) -> tuple[str, list[ImportCounts]]:
        row = self.session.execute(
            "select status from roster.state.imports where import_no = ?", [import_no]
        ).fetchone()
        found = self.session.execute(
            "select columns(name -> name not in ('import_no', 'school_id')"
            " and not ends_with(name, '_provider') and not ends_with(name, '_vendor'))"
            " from roster.state.counts where import_no = ? and school_id is null",
            [import_no],
        )
        names = [column[0] for column in found.description or []][1:]
        counts = [
            ImportCounts(row[0], dict(zip(names, row[1:], strict=True)))
            for row in found.fetchall()
        ]
        return str(row[0]) if row else "", counts

    def _note_sources(self, outcomes: list[SourceOutcome]) -> None:
        self.session.execute(
            "delete from roster.state.sources where kind = 'oneroster'"
        )
        for outcome in outcomes:
            told = [outcome.problem] if outcome.problem else []
            told += outcome.warnings
            self.session.execute(
                "insert into roster.state.sources"
                " values (?, 'oneroster', ?, ?, ?, ?, ?, ?)",
                [
                    outcome.source.name,
                    outcome.source.campus_id,
                    "failed" if outcome.problem else "warning" if told else "read",
                    "; ".join(told) or None,
                    outcome.source.schedule,
                    outcome.source.time_zone,
                    self.journal.last_bundle_at(outcome.source.name, self.as_of),
                ],
            )


def _order(each: Event | Bundle) -> tuple[str, str, int]:
    if isinstance(each, Bundle):
        return each.bundle_at.isoformat(), each.name, 1
    return each["bundle_at"], each["bundle_name"], 0
