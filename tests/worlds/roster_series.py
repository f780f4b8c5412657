"""Series of OneRoster bundles with every outcome, drawn by a seed."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from oracle import oneroster_standard as standard
from worlds.roster_faults import Fault, Values, faults, spoil
from worlds.roster_truth import District

_START = datetime(2026, 3, 2, 2, tzinfo=UTC)
_DRIFT = {
    "dateLastModified": "dataLastModified",
    "preferredGivenName": "prefferedGivenName",
    "grades": "Grade",
    "schoolYearSourcedId": "schoolYearId",
    "status": " STATUS ",
}
KINDS = (
    *("bulk", "delta", "bulk", "partial", "delta", "torn", "late", "repeated"),
    *("mended", "unlisted", "touched", "manifest", "deleting", "refusing", "emptying"),
    *("vanishing", "inactive", "folder"),
)
ACTIONS = {
    ("users", "email", "email"): "ignore",
    ("enrollments", "role", "vocabulary"): "ignore",
    ("classes", "termSourcedIds", "required"): "flag",
    ("academicSessions", "schoolYear", "year"): "skip",
    ("users", "username", "unique"): "ignore",
    ("enrollments", "classSourcedId", "reference"): "ignore",
}


@dataclass
class Series:
    """One source's inbox, filled day by day.

    Args:
        inbox: the folder of the source.
        seed: what everything is drawn by; odd ones are of version 1.2.
    """

    inbox: Path
    seed: int

    def __post_init__(self) -> None:
        self.drawn = Random(self.seed)
        self.version = "1.2" if self.seed % 2 else "1.1"
        self.district = District(self.drawn, self.version)
        self.day = 0
        self.faults = deque(faults(self.version))
        self.faults.rotate(-37 * (self.seed // 2))
        self.kinds = deque(KINDS)
        self.kinds.rotate(-5 * self.seed)
        self.actions = ACTIONS if self.seed % 3 == 2 else {}

    def deliver(self) -> str:
        """Put the next bundle into the inbox; the kind it is of."""
        self.day += 1
        if self.day == 1:
            self._write("bulk", self._files("bulk"))
            return "bulk"
        kind = self.kinds[0]
        self.kinds.rotate(-1)
        self.district.change()
        before = sorted(self.inbox.glob("*.zip"))
        match kind:
            case "repeated":
                copy = self.inbox / self._name()
                copy.write_bytes(before[-1].read_bytes())
                self._stamp(copy)
            case "touched":
                self._stamp(before[-1])
            case "late":
                self._write("bulk", self._files("bulk"), name="20260301T000000Z.zip")
            case "torn":
                self._tear(self._write("bulk", self._files("bulk")))
            case "mended":
                self._write("bulk", self._files("bulk"), name="roster.zip")
            case "manifest":
                self._write("bulk", {"manifest.csv": self._manifest({})})
            case _:
                self._write(kind, self._files(kind))
        return kind

    def _name(self) -> str:
        return f"{_START + timedelta(days=self.day):%Y%m%dT%H%M%SZ}.zip"

    def _stamp(self, path: Path) -> None:
        at = (_START + timedelta(days=self.day)).timestamp()
        for each in [path, *path.iterdir()] if path.is_dir() else [path]:
            os.utime(each, (at, at))

    def _write(self, kind: str, files: dict[str, str], *, name: str = "") -> Path:
        path = self.inbox / (name or self._name())
        if kind == "folder":
            path = path.with_suffix("")
            path.mkdir()
            for file, text in files.items():
                (path / file).write_text(text, encoding="utf-8", newline="")
        else:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for file, text in files.items():
                    archive.writestr(file, text)
        self._stamp(path)
        return path

    def _tear(self, path: Path) -> None:
        match self.drawn.randrange(3):
            case 0:
                path.write_bytes(path.read_bytes()[:-50])
            case 1:
                files = self._files("bulk")
                files["users.csv"] = files["users.csv"].rstrip() + '\n"u77'
                self._write("bulk", files, name=path.name)
            case 2:
                files = self._files("bulk")
                self._write(
                    "bulk", {**files, "USERS.csv": files["users.csv"]}, name=path.name
                )
        self._stamp(path)

    def _manifest(self, modes: dict[str, str]) -> str:
        rows = [
            ("propertyName", "value"),
            ("oneroster.version", self.version),
            *((f"file.{kind}", mode) for kind, mode in modes.items()),
        ]
        if self.day % 2:
            rows.append(("source.systemName", "Records"))
        return _text(rows).rstrip("\n")

    def _files(self, kind: str) -> dict[str, str]:
        """The texts of a bundle of a kind."""
        types = standard.data_types(self.version)
        mode = "delta" if kind in ("delta", "inactive") else "bulk"
        if kind == "partial":
            wanted = set(self.drawn.sample(types, 5))
            types = [each for each in types if each in wanted]
        modes = dict.fromkeys(types, mode)
        texts = {}
        rows = {each: self._rows(each, kind) for each in types}
        if kind != "vanishing":
            for fault in self._next_faults(types, mode):
                names = standard.columns(fault.data_type, self.version)
                spoil(fault, rows[fault.data_type], names, self.drawn)
        for each in types:
            texts[f"{each}.csv"] = self._csv(each, rows[each], kind)
        if kind == "unlisted":
            modes["users"] = "absent"
            modes["classes"] = "bulk"
            texts.pop("classes.csv", None)
            texts["notes.csv"] = "a,b\n"
        if self.day % 9:
            texts["manifest.csv"] = self._manifest(modes)
        return texts

    def _next_faults(self, types: list[str], mode: str) -> list[Fault]:
        """The next faults that a bundle can have; the others keep their turn."""
        chosen: list[Fault] = []
        passed: list[Fault] = []
        count = 0 if self.day == 1 else 12
        while self.faults and len(chosen) < count and len(passed) < 250:
            fault = self.faults.popleft()
            is_possible = fault.data_type in types and (
                mode == "delta" or fault.check not in ("instant",)
            )
            (chosen if is_possible else passed).append(fault)
        self.faults.extendleft(reversed(passed))
        self.faults.extend(chosen)
        return chosen

    def _rows(self, data_type: str, kind: str) -> list[Values]:
        records = self.district.records[data_type]
        if kind in ("delta", "inactive"):
            at = f"{_START + timedelta(days=self.day):%Y-%m-%dT%H:%M:%SZ}"
            touched = [
                {**records[each], "status": "Active", "dateLastModified": at}
                for each in self.district.touched[data_type]
            ]
            status = "inactive" if kind == "inactive" else "tobedeleted"
            return touched + [
                {"sourcedId": each, "status": status, "dateLastModified": at}
                for each in self.district.gone.get(data_type, [])
            ]
        rows = [dict(values) for values in records.values()]
        self.drawn.shuffle(rows)
        target = self.drawn.choice(("users", "enrollments"))
        if kind == "deleting" and data_type == target:
            rows = rows[: len(rows) // 2]
        if kind == "refusing" and data_type == "enrollments":
            for row in rows[:14]:
                row["role"] = ""
        if kind == "emptying" and data_type == "users":
            for row in rows:
                row["email"] = ""
        if kind == "vanishing" and data_type == target:
            rows = []
        return rows

    def _csv(self, data_type: str, rows: list[Values], kind: str) -> str:
        names = standard.columns(data_type, self.version)
        others = names[3:]
        if self.day % 4 == 3:
            self.drawn.shuffle(others)
        names = [*names[:3], *others]
        if self.day % 5 == 2:
            names.append("metadata.note")
        header = [
            _DRIFT.get(name, name) if self.day % 3 == 0 else name for name in names
        ]
        table = [[*header, ""] if self.day % 4 == 1 else header]
        for row in rows:
            cells = [self._spelled(row.get(name, "")) for name in names]
            if row.get("") == "cut":
                cells = cells[: self.drawn.randrange(2, len(cells))]
            if row.get("") == "more":
                cells += ["", "beyond"]
            table.append(cells)
        text = _text(table, end="\r\n" if self.day % 4 == 2 else "\n")
        return ("\ufeff" if self.day % 3 == 1 else "") + text

    def _spelled(self, value: str) -> str:
        """The same value, as another system may spell it."""
        turn = self.drawn.random()
        if turn < 0.03:
            return f" {value}\t"
        return value.upper() if turn < 0.06 and value in _WORDS else value


_WORDS = ("true", "student", "scheduled", "school", "primary", "female", "term")


def _text(rows: object, *, end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()
