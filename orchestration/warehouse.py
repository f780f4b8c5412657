"""The warehouse folder: how dbt is called on it, and how far it is built."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import RollbookError
from orchestration.extract.ledger import Ledger, Readings
from orchestration.extract.shapes import ensure_shapes
from orchestration.extract.source_readings import ensure_readings
from orchestration.files import write_text_atomically
from orchestration.home import Home
from orchestration.rosters.state import ensure_state
from orchestration.run_parameters import RunParameters
from orchestration.settings import PROJECT_FOLDER, Settings

# What DuckDB raises on a file that it cannot open, memory and misuse aside.
_BROKEN = (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException)

# Models that are built for each import of a roster, not once a run.
IMPORT_TAG = "one_import"

_CODE_FOLDERS = ("dbt_project", "seeds", "dbt_project.yml")


def code_version() -> str:
    """Version of Rollbook and a digest of everything that dbt builds from."""
    digest = hashlib.sha256()
    for name in _CODE_FOLDERS:
        root = PROJECT_FOLDER / name
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(PROJECT_FOLDER).as_posix().encode())
                digest.update(path.read_bytes())
    return f"{version('rollbook')}+{digest.hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class DbtCommand:
    """What dbt is to do on this project.

    ``project_variables`` are there when dbt reads the project, the source of a path or
    the severity of a test may hold them. ``run_variables`` are compiled into models
    alone: tests/integration/test_dbt_build.py says so of all that a run sets.
    """

    arguments: list[str]
    project_variables: Mapping[str, object]
    run_variables: Mapping[str, object] = field(default_factory=dict)

    def parse_arguments(self) -> list[str]:
        """How dbt is to read the project for this command."""
        return parse_arguments(self.project_variables)

    def all_arguments(self) -> list[str]:
        """The command with every variable."""
        variables = {**self.project_variables, **self.run_variables}
        return [*self.arguments, "--vars", json.dumps(variables)]


def parse_arguments(project_variables: Mapping[str, object]) -> list[str]:
    """How dbt reads the project; its manifest is written by what is done with it."""
    return ["parse", "--no-write-json", "--vars", json.dumps(project_variables)]


@dataclass(frozen=True, slots=True)
class Warehouse:
    """The files that dbt writes, and the mark that says what they hold.

    The mark is written after a whole build. A build that died leaves the old one, so
    the next takes the same batches in again; every incremental model bears that.
    """

    home: Home

    @property
    def database(self) -> Path:
        """The file that becomes the publication."""
        return self.home.warehouse / "rollbook.duckdb"

    @property
    def workbench(self) -> Path:
        """The file of staging and intermediate models; it is never published."""
        return self.home.warehouse / "workbench.duckdb"

    @property
    def target(self) -> Path:
        """Dbt's artifacts of the last build."""
        return self.home.warehouse / "target"

    @property
    def _mark(self) -> Path:
        return self.home.warehouse / "built.json"

    def begin_build(self) -> int:
        """Return the batch the warehouse is built through; 0 asks for a full build.

        A warehouse that other code built is not trusted, nor one that holds requests
        of readings that count no more. What is not trusted is deleted: a table that
        the project no longer has would stay in it.

        Raises:
            RollbookError: another process holds the warehouse.
        """
        ensure_state(self.home)
        ensure_shapes(self.home.landing)
        ensure_readings(self.home.landing)
        ledger = Ledger(self.home.landing)
        ledger.tidy()
        mark = self._read_mark()
        if (
            mark["code_version"] == code_version()
            and self._is_whole()
            and not Readings(ledger.entries()).lost_requests_since(mark["batch"])
        ):
            return int(mark["batch"])
        self._mark.unlink(missing_ok=True)
        for file in (self.database, self.workbench):
            file.unlink(missing_ok=True)
            file.with_name(f"{file.name}.wal").unlink(missing_ok=True)
        return 0

    def _read_mark(self) -> dict[str, Any]:
        try:
            mark: dict[str, Any] = json.loads(self._mark.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {"batch": 0, "code_version": None}
        return mark

    def _is_whole(self) -> bool:
        """Whether both files are there and DuckDB can open them.

        Raises:
            RollbookError: another process holds one of them.
        """
        for file in (self.database, self.workbench):
            if not file.exists():
                return False
            try:
                duckdb.connect(str(file)).close()
            except _BROKEN as error:
                if "lock" in str(error):
                    raise RollbookError(
                        f"{file} is open in another process: close it there; what is"
                        f" meant for readers is {self.home.published_file}"
                    ) from error
                return False
        return True

    def finish_build(self) -> None:
        """Mark every landed batch as built in."""
        batch = max(Ledger(self.home.landing).batch_numbers(), default=0)
        write_text_atomically(
            self._mark, json.dumps({"batch": batch, "code_version": code_version()})
        )

    def project_variables(
        self, settings: Settings, *, is_forced: bool
    ) -> dict[str, object]:
        """What dbt's reading of the project may depend on: the same from run to run."""
        return {
            "is_forced": is_forced,
            "landing": str(self.home.landing.resolve()),
            "warehouse": str(self.home.warehouse.resolve()),
            "published": str(self.home.published.resolve()),
            "scratch": str(self.home.scratch.resolve()),
            "memory_limit": settings.memory_limit,
            "threads": settings.threads,
        }

    def build_command(
        self,
        parameters: RunParameters,
        settings: Settings,
        *,
        built_through: int,
        is_forced: bool,
    ) -> DbtCommand:
        """The one dbt invocation of a run."""
        # Unit tests prove the code, not the data: `make test` runs them.
        arguments = [
            "build",
            "--exclude-resource-type",
            "unit_test",
            "--exclude",
            f"tag:{IMPORT_TAG}",
        ]
        return DbtCommand(
            arguments if built_through else [*arguments, "--full-refresh"],
            self.project_variables(settings, is_forced=is_forced),
            {
                "as_of": parameters.as_of.isoformat(),
                "range_start": parameters.range_start.isoformat(),
                "range_end": parameters.range_end.isoformat(),
                "built_through_batch": built_through,
            },
        )

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file, so that the file alone is whole."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("force checkpoint")
