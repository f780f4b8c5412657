"""The published versions of a home, and the link that names the current one."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import BadInputError
from orchestration.files import sync_file, sync_folder, write_text_atomically
from orchestration.home import Home

_FILE_NAME = "rollbook.duckdb"
_RECORD_NAME = "publication.json"
_ASIDE = ".building-"


@dataclass(frozen=True, slots=True)
class Versions:
    """``published/versions/<id>/rollbook.duckdb`` and the link beside them."""

    home: Home

    @property
    def folder(self) -> Path:
        """Where the versions stand, one folder each."""
        return self.home.published / "versions"

    def current(self) -> str | None:
        """The id of the version that readers open, or None before the first."""
        link = self.home.published_file
        return link.readlink().parent.name if link.is_symlink() else None

    def kept(self) -> list[str]:
        """Ids of the versions on disk, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(
            path.name
            for path in self.folder.iterdir()
            if path.is_dir() and not path.name.startswith(_ASIDE)
        )

    def file(self, version_id: str) -> Path:
        """The file of a version."""
        return self.folder / version_id / _FILE_NAME

    def require(self, version_id: str) -> Path:
        """Return the file of a version that is kept.

        Raises:
            BadInputError: it is not.
        """
        if version_id not in self.kept():
            raise BadInputError(
                f"version {version_id} is not kept: choose one of"
                f" {', '.join(self.kept()) or 'none'}"
            )
        return self.file(version_id)

    def record(self, version_id: str) -> Path:
        """What is to be remembered of a version, beside its file."""
        return self.folder / version_id / _RECORD_NAME

    def begin(self, version_id: str) -> Path:
        """Return the path of a version under construction; leftovers are removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.folder.glob(f"{_ASIDE}*"):
            shutil.rmtree(leftover)
        aside = self.folder / f"{_ASIDE}{version_id}"
        aside.mkdir()
        return aside / _FILE_NAME

    def finish(self, version_id: str, *, record: str) -> None:
        """Make a version under construction whole, durable and read-only."""
        aside = self.folder / f"{_ASIDE}{version_id}"
        file = aside / _FILE_NAME
        file.chmod(0o444)
        sync_file(file)
        write_text_atomically(aside / _RECORD_NAME, record)
        aside.rename(self.folder / version_id)
        sync_folder(self.folder)

    def discard(self, version_id: str) -> None:
        """Remove a version under construction."""
        shutil.rmtree(self.folder / f"{_ASIDE}{version_id}", ignore_errors=True)

    def serve(self, version_id: str) -> None:
        """Swap the link to a version by one rename.

        A reader that has a file open keeps it; the link is relative, so a home may be
        moved or mounted elsewhere.
        """
        self.require(version_id)
        link = self.home.published_file
        aside = link.with_name(f".{link.name}.{os.getpid()}")
        aside.unlink(missing_ok=True)
        aside.symlink_to(Path("versions") / version_id / _FILE_NAME)
        aside.rename(link)
        sync_folder(link.parent)

    def prune(self, keep: int) -> None:
        """Delete all but the newest ``keep`` versions, never the current one."""
        current = self.current()
        for version_id in self.kept()[:-keep]:
            if version_id != current:
                self.remove(version_id)

    def remove(self, version_id: str) -> None:
        """Delete a version; a reader that has it open keeps it.

        A crash on the way leaves what the next version's beginning removes.
        """
        aside = self.folder / f"{_ASIDE}{version_id}"
        (self.folder / version_id).rename(aside)
        shutil.rmtree(aside)
