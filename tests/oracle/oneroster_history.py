"""The history of a source over many runs: imports, holds, decisions, reports."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from oracle.oneroster_counts import (
    OUTCOMES,
    Schooling,
    contents_before,
    count,
    held_types,
    schools_of,
)
from oracle.oneroster_files import (
    ImportedBundle,
    SkipsAndFlags,
    UnreadableError,
    read_bundle,
)
from oracle.oneroster_imports import (
    Effect,
    SourceState,
    apply,
    is_invalid,
    work_out,
)

Cells = tuple[Any, ...]
SETTLED = ("Completed", "Warning", "On Hold", "Discarded")


@dataclass
class Import:
    """One bundle that was an import."""

    sync_id: str
    at: datetime
    identity: tuple[str, str, int]
    path: Path
    status: str = "Waiting"
    stage: str | None = None
    bundle: ImportedBundle | None = None
    effect: Effect | None = None
    schooling: Schooling | None = None
    counts: dict[tuple[str, str | None], Counter[str]] = field(default_factory=dict)
    held_for: set[str] = field(default_factory=set)
    before: dict[Any, Any] = field(default_factory=dict)


class History:
    """A source, as its runs leave it."""

    def __init__(self, source: str, actions: SkipsAndFlags) -> None:
        self.source = source
        self.actions = actions
        self.state = SourceState()
        self.imports: list[Import] = []
        self.ignored: set[tuple[str, str, int]] = set()
        self.applied_sha256: str | None = None

    def held(self) -> Import | None:
        """The import that waits for a decision."""
        return next((each for each in self.imports if each.status == "On Hold"), None)

    def late(self) -> set[str]:
        """The imports that came after a newer one was settled."""
        return {each.sync_id for each in self.imports if each.stage == "late"}

    def run(self, inbox: Path, decision: str | None) -> None:
        """One run over what lies in the inbox, after a decision on the held import."""
        held = self.held()
        if held and decision == "approved":
            self._apply(held)
        elif held and decision == "discarded":
            held.status = "Discarded"
        waiting = [each for each in self.imports if each.status == "Waiting"]
        found = [(each.at, each.identity[0], 0, each) for each in waiting]
        for path in inbox.iterdir():
            at, identity = _identity(path)
            found.append((at, path.name, 1, Import("", at, identity, path)))
        for _, _, is_new, each in sorted(found, key=lambda each: each[:3]):
            if is_new and not self._is_import(each):
                continue
            if each.status == "Waiting" and self.held() is None:
                self._work_on(each)

    def _is_import(self, each: Import) -> bool:
        """Note a bundle that is an import; tell whether it is one."""
        name, sha256, _ = each.identity
        seen = {known.identity for known in self.imports} | self.ignored
        if each.identity in seen:
            return False
        if sha256 == self.applied_sha256:
            if self.held() is None:
                self.ignored.add(each.identity)
            return False
        before = sum(known.identity[:2] == (name, sha256) for known in self.imports)
        each.sync_id = f"{self.source}:{name}:{sha256[:8]}"
        each.sync_id += f":{before + 1}" if before else ""
        settled = [known.at for known in self.imports if known.status in SETTLED]
        self.imports.append(each)
        if settled and each.at < max(settled):
            each.status, each.stage = "Failed", "late"
            return True
        try:
            each.bundle = read_bundle(each.path, self.actions)
        except UnreadableError:
            each.status, each.stage = "Failed", "read"
        return True

    def _work_on(self, each: Import) -> None:
        assert each.bundle is not None
        each.effect = work_out(each.bundle, self.state, self.actions)
        each.schooling = Schooling(each.effect, self.state, each.bundle.version)
        each.counts = count(each.effect, each.schooling)
        each.before = dict(self.state.records)
        each.held_for = held_types(each.effect, self.state)
        if each.held_for:
            each.status, each.stage = "On Hold", "hold"
        else:
            self._apply(each)

    def _apply(self, each: Import) -> None:
        assert each.bundle is not None
        assert each.effect is not None
        apply(each.effect, each.bundle, self.state, each.sync_id)
        self.applied_sha256 = each.identity[1]
        is_odd = each.bundle.is_warned or any(
            found["skipped"] + found["excluded"] + found["invalid"]
            for (_, school), found in each.counts.items()
            if school is None
        )
        each.status, each.stage = ("Warning" if is_odd else "Completed"), None

    def sync_history(self) -> list[Cells]:
        """(sync id, app, started at, status, records, errors)."""
        rows = []
        for each in self.imports:
            whole = [found for (_, school), found in each.counts.items() if not school]
            bad = ("skipped", "excluded", "invalid")
            is_known = each.status not in ("Failed", "Waiting")
            rows.append(
                (
                    *(each.sync_id, each.bundle.app if each.bundle else None, each.at),
                    each.status,
                    sum(found["total"] for found in whole) if is_known else None,
                    sum(found[name] for found in whole for name in bad)
                    if is_known
                    else None,
                )
            )
        return rows

    def counts(self) -> list[Cells]:
        """(sync id, data type, school, total, then the outcomes in their order)."""
        return [
            (
                *(each.sync_id, kind, school, found["total"]),
                *(found[name] for name in OUTCOMES),
            )
            for each in self.imports
            for (kind, school), found in each.counts.items()
        ]

    def records(self) -> list[Cells]:
        """The rows of sync_history_records; messages as what they are of."""
        rows: list[Cells] = []
        for each in self.imports:
            if each.effect is None or each.schooling is None:
                continue
            for row in each.effect.rows():
                flagged = is_invalid(row)
                if row.outcome == "no_change" and not flagged:
                    continue
                known = (row.data_type, row.record_id) in each.before
                record_id = row.record_id if known or not row.is_ragged else None
                content = row.content
                if row.outcome == "deleted":
                    content = each.schooling.before[row.data_type][row.record_id or ""]
                rows.append(
                    (
                        *(each.sync_id, row.data_type, record_id, row.outcome, flagged),
                        *(row.file_name, row.line),
                        sorted(each.schooling.of_row(row)),
                        sorted(row.told),
                        each.effect.changed.get((row.data_type, row.line), []),
                        content,
                    )
                )
            for kind, key in each.effect.absent:
                schools = sorted(each.schooling.of_deletion((kind, key)))
                content = each.schooling.before[kind][key]
                deletion = (each.sync_id, kind, key, "deleted", False, None, None)
                rows.append((*deletion, schools, [], [], content))
        return rows

    def roster_records(self, version: str) -> list[Cells]:
        """(data type, id, is active, schools, content, first and last sync id)."""
        world = contents_before(self.state)
        for (kind, key), record in self.state.records.items():
            if kind == "users":
                world["users"][key] = record.content
        return [
            (
                *(kind, key, record.is_active),
                sorted(schools_of(kind, record.content, version, [world])),
                *(record.content, record.first_sync_id, record.last_sync_id),
            )
            for (kind, key), record in self.state.records.items()
        ]


def _identity(path: Path) -> tuple[datetime, tuple[str, str, int]]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files))
    changed = max(file.stat().st_mtime_ns for file in files)
    try:
        at = datetime.strptime(path.name[:16] + "+0000", "%Y%m%dT%H%M%SZ%z")
    except ValueError:
        at = datetime.fromtimestamp(changed // 10**9, UTC)
    return at, (path.name, digest.hexdigest(), changed)
