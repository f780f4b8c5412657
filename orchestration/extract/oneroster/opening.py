"""A bundle's files, taken out of their zip without trusting it."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from orchestration.errors import BadInputError
from orchestration.extract.oneroster.discovery import files_of

MAX_EXPANSION = 100
_ENCRYPTED = 0x1
_CHUNK_BYTES = 1 << 20
_NESTED = (".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz")


class BundleError(BadInputError):
    """A bundle cannot be opened: the import fails, and nothing of it is applied."""


@dataclass(frozen=True, slots=True)
class OpenedBundle:
    """The files of a bundle by name, where they can be read; no two names are one."""

    files: dict[str, Path]


def open_bundle(path: Path, folder: Path, *, max_bytes: int) -> OpenedBundle:
    """Take a bundle's files out of it, into ``folder`` if it is a zip.

    Args:
        path: a zip or a folder.
        folder: an empty folder of ours.
        max_bytes: how large the files may be together.

    Raises:
        BundleError: it is damaged, encrypted or nested, names a path outside itself,
            or is larger than allowed.
    """
    try:
        if path.is_dir():
            files = {file.name: file for file in files_of(path)}
            if sum(file.stat().st_size for file in files.values()) > max_bytes:
                raise _too_large(path, max_bytes)
            return OpenedBundle(files)
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path, max_bytes)
            return OpenedBundle(
                {
                    name: _take_out(archive, member, folder / f"{place:04d}", path)
                    for place, (name, member) in enumerate(members.items())
                }
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BundleError(
            f"{path.name}: the zip is damaged or cut ({error}): deliver it again"
        ) from error
    except OSError as error:
        raise BundleError(
            f"{path.name} cannot be read: {error.strerror or error}"
        ) from error


def _members(
    archive: zipfile.ZipFile, path: Path, max_bytes: int
) -> dict[str, zipfile.ZipInfo]:
    """The zip's files by their name at its root, or in the one folder around all.

    Raises:
        BundleError: an entry is not to be trusted.
    """
    entries = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
    ]
    for entry in entries:
        _check(entry, path)
    if sum(entry.file_size for entry in entries) > max_bytes:
        raise _too_large(path, max_bytes)
    around = {PurePosixPath(entry.filename).parts[:-1] for entry in entries}
    root = around.pop() if len(around) == 1 else ()
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        parts = PurePosixPath(entry.filename).parts
        if parts[:-1] != root or len(root) > 1 or parts[-1].startswith("."):
            continue
        if parts[-1] in members:
            raise BundleError(
                f"{path.name}: it holds {parts[-1]} twice: which counts is unknown"
            )
        members[parts[-1]] = entry
    return members


def _check(entry: zipfile.ZipInfo, path: Path) -> None:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        raise BundleError(f"{path.name}: an entry's path leads out of the zip: refused")
    if entry.flag_bits & _ENCRYPTED:
        raise BundleError(
            f"{path.name}: {name.name} is encrypted: deliver the zip without a password"
        )
    if name.suffix.lower() in _NESTED:
        raise BundleError(
            f"{path.name}: {name.name} is an archive within the zip: put its files at"
            " the zip's root"
        )
    if entry.file_size > MAX_EXPANSION * max(entry.compress_size, 1):
        raise BundleError(
            f"{path.name}: {name.name} expands more than {MAX_EXPANSION} times: refused"
        )


def _take_out(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, path: Path
) -> Path:
    """Write one member; what its zip says of its size is not believed.

    Raises:
        BundleError: it is larger than it said.
    """
    written = 0
    target.mkdir()
    file = target / PurePosixPath(member.filename).name
    with archive.open(member) as packed, file.open("wb") as unpacked:
        while chunk := packed.read(_CHUNK_BYTES):
            written += len(chunk)
            if written > member.file_size:
                raise BundleError(
                    f"{path.name}: {file.name} is larger than the zip says: refused"
                )
            unpacked.write(chunk)
    return file


def _too_large(path: Path, max_bytes: int) -> BundleError:
    return BundleError(
        f"{path.name}: its files are larger than {max_bytes >> 20} MB together:"
        " raise max_bundle_mb of the source if that is right"
    )
