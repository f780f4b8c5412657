"""What the manifest of a bundle says, held against the files that are there."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.extract.oneroster.opening import BundleError
from orchestration.extract.oneroster.standard import (
    DATA_TYPES,
    VERSIONS,
    data_type_of_file,
)

MANIFEST = "manifest.csv"


@dataclass(frozen=True, slots=True)
class TypedFile:
    """The file of one data type; one that nobody names deletes nothing by absence."""

    data_type: str
    name: str
    path: Path
    is_delta: bool
    is_named: bool


@dataclass(slots=True)
class Contents:
    """What is in a bundle: its files by type, and what is odd about it."""

    version: str
    system_name: str | None
    files: list[TypedFile] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_contents(
    files: Mapping[str, Path], modes: Mapping[str, str], *, bundle_name: str
) -> Contents:
    """Tell what a bundle's files are.

    Args:
        files: the files by name.
        modes: bulk or delta by data type, as the source's settings say.
        bundle_name: for messages.

    Raises:
        BundleError: two files are of one type, or none is of OneRoster.
    """
    manifests = [name for name in files if name.lower() == MANIFEST]
    properties = _properties(files[manifests[0]]) if manifests else {}
    typed: dict[str, str] = {}
    contents = Contents("", properties.get("source.systemname") or None)
    for name in sorted(files):
        data_type = data_type_of_file(name)
        if data_type is None:
            if name not in manifests:
                contents.warnings.append(f"{name} is no file of OneRoster: left alone")
        elif data_type in typed:
            raise BundleError(
                f"{bundle_name}: {typed[data_type]} and {name} are both files of"
                f" {data_type}: which counts is unknown"
            )
        else:
            typed[data_type] = name
    if not typed and not manifests:
        raise BundleError(f"{bundle_name}: there is no file of OneRoster in it")
    contents.version = _version(properties, typed, contents.warnings)
    if not manifests:
        contents.warnings.append("there is no manifest.csv")
    listed = {
        data_type: value
        for key, value in properties.items()
        if key.startswith("file.")
        and (data_type := data_type_of_file(f"{key.removeprefix('file.')}.csv"))
    }
    for data_type in DATA_TYPES:
        says = listed.get(data_type, "")
        name = typed.get(data_type, "")
        if not name:
            if says in ("bulk", "delta"):
                contents.warnings.append(
                    f"manifest.csv lists {data_type} as {says}, but there is no file"
                )
            continue
        mode = modes.get(data_type) or (says if says in ("bulk", "delta") else "")
        if not mode:
            contents.warnings.append(
                f"{name} is not named by a manifest: nothing is deleted by absence"
            )
        contents.files.append(
            TypedFile(data_type, name, files[name], mode == "delta", bool(mode))
        )
    return contents


def _version(
    properties: Mapping[str, str], typed: Mapping[str, str], warnings: list[str]
) -> str:
    """The manifest's version; without one it follows from the files."""
    said = properties.get("oneroster.version", "")
    for version in VERSIONS:
        if said == version or said.startswith(f"{version}."):
            return version
    version = "1.2" if "roles" in typed else "1.1"
    if said:
        warnings.append(
            f"manifest.csv names version '{said[:20]}', which is neither 1.1 nor 1.2:"
            f" read as {version}"
        )
    return version


def _properties(path: Path) -> dict[str, str]:
    """The manifest's properties, in lower case but for the system's values."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace").replace("\0", "")
    properties = {}
    for row in csv.reader(text.splitlines()):
        if len(row) >= 2:
            key, value = row[0].strip().lower(), row[1].strip()
            properties[key] = value if key.startswith("source.") else value.lower()
    return properties
