"""The journal of imports: what was seen, landed and decided, in order, for good.

The state of the rosters follows from it and the landed files alone. An event is
durable before the state that it leads to.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from orchestration.extract.oneroster.discovery import Bundle
from orchestration.files import sync_folder
from orchestration.home import Home

Event = dict[str, Any]

_APPLIED, _HELD, _DISCARDED = "applied", "held", "discarded"


@dataclass
class Journal:
    """The events of one home, oldest first."""

    home: Home
    events: list[Event] = field(default_factory=list)
    is_dry: bool = False

    @classmethod
    def read(cls, home: Home, *, is_dry: bool = False) -> Journal:
        """Read what is there; a dry one keeps nothing, and lands in the scratch."""
        journal = cls(home, is_dry=is_dry)
        if journal.path.exists():
            # A line without its end was being written when the power went.
            *lines, _cut = journal.path.read_bytes().split(b"\n")
            journal.events = [json.loads(line) for line in lines]
        return journal

    @property
    def folder(self) -> Path:
        """Where bundles are landed."""
        return self.home.landing / "oneroster"

    @property
    def path(self) -> Path:
        """JSON Lines, one an event."""
        return self.folder / "journal.jsonl"

    def add(self, event: Event) -> Event:
        """Keep one more event."""
        self.events.append(event)
        if self.is_dry:
            return event
        self.folder.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        with self.path.open("a+b") as file:
            _drop_cut_line(file)
            file.write(json.dumps(event, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self.folder)
        return event

    def import_folder(self, import_no: int) -> Path:
        """Where the landed files of an import are."""
        name = f"import={import_no:06d}"
        landed = self.folder / name
        if self.is_dry and not landed.exists():
            return self.home.scratch / "dry" / name
        return landed

    def next_import_no(self) -> int:
        """The number of the next import."""
        return max((each["import_no"] or 0 for each in self.events), default=0) + 1

    def imports(self, source: str) -> dict[int, Event]:
        """The first event of each import of a source: landed or failed."""
        found: dict[int, Event] = {}
        for event in self.events:
            if event["source"] == source and event["import_no"]:
                found.setdefault(event["import_no"], event)
        return found

    def states(self, source: str) -> dict[int, str]:
        """What became of each import of a source, by the newest event on it."""
        return {
            event["import_no"]: event["event"]
            for event in self.events
            if event["source"] == source and event["import_no"]
        }

    def knows(self, source: str, bundle: Bundle) -> bool:
        """Whether a bundle of this name, bytes and file time was seen."""
        return any(
            event["source"] == source
            and "sha256" in event
            and (event["bundle_name"], event["sha256"], event["modified_ns"])
            == bundle.identity
            for event in self.events
        )

    def last_bundle_at(self, source: str, as_of: str) -> str | None:
        """Time of the newest run up to ``as_of`` that found a bundle it had not seen.

        One that brings nothing new, or cannot be read, was delivered all the same.
        """
        return max(
            (
                event["as_of"]
                for event in self.events
                if event["source"] == source
                and "sha256" in event
                and datetime.fromisoformat(event["as_of"])
                <= datetime.fromisoformat(as_of)
            ),
            key=datetime.fromisoformat,
            default=None,
        )

    def newest_settled_at(self, source: str) -> str:
        """Time of the newest bundle applied, held or discarded; empty if none."""
        imports = self.imports(source)
        return max(
            (
                imports[number]["bundle_at"]
                for number, state in self.states(source).items()
                if state in (_APPLIED, _HELD, _DISCARDED)
            ),
            default="",
        )

    def last_applied_sha256(self, source: str) -> str | None:
        """The bytes that were applied last."""
        imports = self.imports(source)
        for event in reversed(self.events):
            if event["source"] == source and event["event"] == _APPLIED:
                return str(imports[event["import_no"]]["sha256"])
        return None

    def held(self, source: str) -> int | None:
        """The import that the later ones of a source wait behind."""
        for number, state in self.states(source).items():
            if state == _HELD:
                return number
        return None

    def waiting(self, source: str) -> Iterator[Event]:
        """Imports that are landed and not worked on yet."""
        imports = self.imports(source)
        for number, state in self.states(source).items():
            if state == "landed":
                yield imports[number]

    def next_sync_id(self, source: str, bundle: Bundle) -> str:
        """The id of an import of this bundle, numbered when it was imported before."""
        base = f"{source}:{bundle.name}:{bundle.sha256[:8]}"
        before = sum(
            (each["bundle_name"], each["sha256"]) == (bundle.name, bundle.sha256)
            for each in self.imports(source).values()
        )
        return f"{base}:{before + 1}" if before else base

    def discarded_delta_types(self, source: str) -> list[str]:
        """Types of a discarded delta of which no bulk file was applied since."""
        imports = self.imports(source)
        open_types: dict[str, None] = {}
        for event in self.events:
            if event["source"] != source:
                continue
            files = imports.get(event["import_no"], {}).get("files", [])
            for file in files:
                if event["event"] == _DISCARDED and file["is_delta"]:
                    open_types[file["data_type"]] = None
                if event["event"] == _APPLIED and not file["is_delta"]:
                    open_types.pop(file["data_type"], None)
        return list(open_types)


def _drop_cut_line(file: BinaryIO) -> None:
    """Drop a last line that was not written to its end: no event was taken from it."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - 1, 0))
    if file.read(1) in (b"", b"\n"):
        return
    file.seek(0)
    file.truncate(file.read().rfind(b"\n") + 1)
