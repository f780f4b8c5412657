"""Fetches: what one run took from one source, in a folder that appears whole."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.erase.systems import scrub_fetched
from orchestration.files import sync_file, sync_folder
from orchestration.home import Home


@dataclass(frozen=True, slots=True)
class Fetches:
    """The fetches of one source, ``landing/<kind>/<source>/fetch=NNNNNN/``.

    They are written in the scratch and appear by one rename. A run that died leaves
    nothing but what is in the scratch.
    """

    home: Home
    kind: str
    source: str

    @property
    def folder(self) -> Path:
        """Where the fetches are."""
        return self.home.landing / self.kind / self.source

    @property
    def aside(self) -> Path:
        """Where one is written."""
        return self.home.scratch / self.kind / self.source

    def begin(self) -> Path:
        """An empty folder to write a fetch in."""
        shutil.rmtree(self.aside, ignore_errors=True)
        self.aside.mkdir(parents=True)
        return self.aside

    def files(self, name: str) -> list[str]:
        """The files of this name, oldest fetch first."""
        return sorted(map(str, self.folder.glob(f"fetch=*/{name}")))

    def next_number(self) -> int:
        """The number of the fetch that is committed next."""
        numbers = [int(path.name[6:]) for path in self.folder.glob("fetch=*")]
        return max(numbers, default=0) + 1

    def commit(self, folder: Path) -> Path:
        """Make a written fetch part of the landing, without forgotten persons."""
        for file in folder.glob("*.parquet"):
            scrub_fetched(self.home, file, source=self.source)
        for file in folder.iterdir():
            sync_file(file)
        sync_folder(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"fetch={self.next_number():06d}"
        folder.rename(target)
        sync_folder(self.folder)
        return target
