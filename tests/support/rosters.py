"""OneRoster bundles written for a test, and a home that imports them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.extract.platform.landing import LandingLimits
from orchestration.home import Home
from orchestration.rosters.decisions import decide
from orchestration.rosters.importing import ImportOutcome, SourceOutcome, import_rosters
from orchestration.rosters.state import state_file
from orchestration.source_settings import OneRosterSource

Rows = Sequence[Sequence[object]]


def csv_text(rows: Rows) -> str:
    """Rows, the header among them, as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def manifest(version: str = "1.1", **modes: str) -> str:
    """A manifest that names files and their modes."""
    return csv_text(
        [
            ("propertyName", "value"),
            ("manifest.version", "1.0"),
            ("oneroster.version", version),
            *((f"file.{name}", mode) for name, mode in modes.items()),
        ]
    )


@dataclass
class RosterHome:
    """A home with one source, whose folder tests fill."""

    root: Path
    settings: dict[str, Any] = field(default_factory=dict)
    of: Home | None = None

    def __post_init__(self) -> None:
        self.home = self.of or Home(self.root / "home")
        self.home.prepare()
        self.inbox.mkdir(exist_ok=True)

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    def deliver(self, name: str, files: Mapping[str, str | Rows]) -> Path:
        """Write a zip of files; a file is a text or rows."""
        path = self.inbox / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file, content in files.items():
                text = content if isinstance(content, str) else csv_text(content)
                archive.writestr(file, text)
        return path

    def run(
        self,
        *,
        is_dry: bool = False,
        on_progress: Callable[[str], None] = lambda message: None,
    ) -> SourceOutcome:
        """Import what is new."""
        source = OneRosterSource(
            name="district",
            kind="oneroster",
            campus_id="C1",
            location="inbox",
            **self.settings,
        )
        (outcome,) = import_rosters(
            self.home,
            [source],
            config_file=self.root / "rollbook.yml",
            as_of=datetime(2026, 3, 20, tzinfo=UTC),
            limits=LandingLimits(threads=2, memory_limit="1GB"),
            on_progress=on_progress,
            is_dry=is_dry,
        )
        return outcome

    def decide(self, outcome: ImportOutcome, decision: str) -> None:
        """Decide on a held import."""
        self.decide_on(outcome.sync_id, decision)

    def decide_on(self, sync_id: str, decision: str) -> None:
        """Decide on a held import, named by its id."""
        decide(self.home, sync_id, decision, decided_by="ada", reason="seen")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the state."""
        with duckdb.connect(str(state_file(self.home)), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def active(self) -> dict[str, int]:
        """Active records by data type."""
        return dict(
            self.query(
                "select data_type, count(*) from state.records"
                " where is_active group by data_type"
            )
        )


def figures(outcome: ImportOutcome) -> dict[str, dict[str, int]]:
    """Counts of an import by data type, those that are not 0."""
    return {
        counts.data_type: {name: n for name, n in counts.figures.items() if n}
        for counts in outcome.counts
    }
