"""HOME: the folder that holds everything a run leaves, and its lock."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.errors import BadInputError, HomeBusyError

_UNUSABLE = re.compile(r"['\"#%*?\[\]{}]")


@dataclass(frozen=True, slots=True)
class Home:
    """The stores of one installation (contract, section 5)."""

    root: Path

    @property
    def landing(self) -> Path:
        """Immutable copies of what was read, with their ledger."""
        return self.root / "landing"

    @property
    def warehouse(self) -> Path:
        """Where dbt builds, one writer at a time."""
        return self.root / "warehouse"

    @property
    def published(self) -> Path:
        """What readers open."""
        return self.root / "published"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: the runs that the UI shows."""
        return self.root / "dagster"

    @property
    def scratch(self) -> Path:
        """Spilled data of running queries; empty between runs."""
        return self.root / "scratch"

    @property
    def sampled_campuses(self) -> Path:
        """JSON: the campuses that this home is a sample of; absent if it is none."""
        return self.root / "sample.json"

    @property
    def run_ledger(self) -> Path:
        """JSON Lines, one an event of a run, oldest first."""
        return self.root / "runs.jsonl"

    @property
    def publications_ledger(self) -> Path:
        """JSON Lines, one a publication, oldest first."""
        return self.published / "publications.jsonl"

    @property
    def check_results_ledger(self) -> Path:
        """JSON Lines, one a check and recent publication, oldest first."""
        return self.published / "check_results.jsonl"

    @property
    def older_check_results(self) -> Path:
        """The same of older publications, a file each; no build reads them."""
        return self.published / "check_results"

    @property
    def check_pages(self) -> Path:
        """Static pages of what the checks found; ``index.html`` is the newest run's."""
        return self.root / "checks"

    @property
    def alerts_state(self) -> Path:
        """JSON: which alerts were told, and which wait for their channel."""
        return self.root / "alerts.json"

    @property
    def published_file(self) -> Path:
        """The link that readers open."""
        return self.published / "rollbook.duckdb"

    def prepare(self) -> None:
        """Create what is missing.

        Raises:
            BadInputError: the home cannot be written.
        """
        if _UNUSABLE.search(str(self.root)):
            raise BadInputError(
                f"home {self.root} has a character in its path that DuckDB, dbt or"
                " Dagster read as more than a name: use none of ' \" # % * ? [ ] { }"
            )
        try:
            for folder in (
                self.landing,
                self.warehouse,
                self.published,
                self.dagster,
                self.scratch,
            ):
                folder.mkdir(parents=True, exist_ok=True)
            for ledger in (self.publications_ledger, self.check_results_ledger):
                if not ledger.exists():
                    ledger.touch()
            probe = self.scratch / f"writable.{os.getpid()}"
            probe.touch()
            probe.unlink(missing_ok=True)
        except OSError as error:
            raise BadInputError(
                f"home {self.root} cannot be written: {error.strerror}"
            ) from error

    @classmethod
    def existing(cls, folder: Path) -> Home:
        """The home in a folder, which only a run makes one.

        Raises:
            BadInputError: it is none.
        """
        home = cls(folder.absolute())
        if not home.publications_ledger.exists():
            raise BadInputError(f"{home.root} is no home: no run was made in it")
        return home

    def clear_scratch(self) -> None:
        """Remove what a run that died had spilled; only the lock's holder may.

        The folder stays: another process may just try whether it can be written.
        """
        for path in self.scratch.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    @contextmanager
    def held(self, *, purpose: str) -> Iterator[None]:
        """Hold the home for one writer; the kernel frees it when the process dies.

        Raises:
            HomeBusyError: another process holds it; the message says which.
        """
        path = self.root / "home.lock"
        with path.open("a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise HomeBusyError(
                    f"home {self.root} is held by {_describe_holder(path)}: "
                    "wait for it, or use another --home"
                ) from error
            lock.truncate(0)
            json.dump(
                {
                    "pid": os.getpid(),
                    "host": socket.gethostname(),
                    "purpose": purpose,
                    "since": datetime.now(UTC).isoformat(timespec="seconds"),
                },
                lock,
            )
            lock.flush()
            yield


def _describe_holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "another process"
    return (
        f"{holder.get('purpose')} (process {holder.get('pid')} on "
        f"{holder.get('host')}, since {holder.get('since')})"
    )
