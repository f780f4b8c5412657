"""Which bundles lie in the folder of a source, and in which order they count."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.errors import BadInputError

_TIME = re.compile(r"(?<!\d)\d{8}T\d{6}Z")
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Bundle:
    """A zip or a folder of files that was delivered as one.

    ``bundle_at`` is the time in its name, else that of the file; ``modified_ns`` that
    of its newest file; ``sha256`` of its bytes, of a folder's files in name order;
    ``stamps`` are name, time of change and size of each file.
    """

    path: Path
    bundle_at: datetime
    modified_ns: int
    sha256: str
    stamps: list[tuple[str, int, int]]

    @property
    def name(self) -> str:
        """What the bundle is called in its source."""
        return self.path.name

    @property
    def identity(self) -> tuple[str, str, int]:
        """What makes it another one than those seen before."""
        return self.name, self.sha256, self.modified_ns


def find_bundles(location: Path, *, settled_before: datetime) -> list[Bundle]:
    """List the bundles of a folder in the order in which they count.

    Args:
        location: the source's folder.
        settled_before: bundles that changed later may still be growing.

    Raises:
        BadInputError: there is no such folder, or it cannot be read.
    """
    if not location.is_dir():
        raise BadInputError(f"location {location} is no folder")
    try:
        bundles = [
            _bundle(path, files)
            for path in sorted(location.iterdir())
            if (files := files_of(path))
            and max(file.stat().st_mtime for file in files)
            <= settled_before.timestamp()
        ]
    except OSError as error:
        raise BadInputError(
            f"{error.filename} cannot be read: {error.strerror}"
        ) from error
    return sorted(bundles, key=lambda bundle: (bundle.bundle_at, bundle.name))


def files_of(path: Path) -> list[Path]:
    """The files of what may be a bundle: a zip itself, or a folder's with a CSV."""
    if path.name.startswith((".", "_")):
        return []
    if path.is_file():
        return [path] if path.suffix.lower() == ".zip" else []
    files = [
        file
        for file in sorted(path.iterdir())
        if file.is_file() and not file.name.startswith(".")
    ]
    return files if any(file.suffix.lower() == ".csv" for file in files) else []


def has_changed(bundle: Bundle) -> bool:
    """Whether the files of a bundle are others than when it was found."""
    try:
        return _stamps(files_of(bundle.path)) != bundle.stamps
    except OSError:
        return True


def _stamps(files: list[Path]) -> list[tuple[str, int, int]]:
    stats = [(file.name, file.stat()) for file in files]
    return [(name, stat.st_mtime_ns, stat.st_size) for name, stat in stats]


def _bundle(path: Path, files: list[Path]) -> Bundle:
    stamps = _stamps(files)
    modified_ns = max(modified_ns for _, modified_ns, _ in stamps)
    digest = hashlib.sha256()
    for chunk in (chunk for file in files for chunk in _chunks(file)):
        digest.update(chunk)
    return Bundle(
        path=path,
        bundle_at=time_of_name(path.name)
        or datetime.fromtimestamp(modified_ns // 10**9, UTC),
        modified_ns=modified_ns,
        sha256=digest.hexdigest(),
        stamps=stamps,
    )


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK_BYTES):
            yield chunk


def time_of_name(name: str) -> datetime | None:
    """The instant that a file's name gives as YYYYMMDDTHHMMSSZ, if it gives one."""
    for text in _TIME.findall(name):
        try:
            return datetime.strptime(f"{text}+0000", "%Y%m%dT%H%M%SZ%z")
        except ValueError:
            continue
    return None
