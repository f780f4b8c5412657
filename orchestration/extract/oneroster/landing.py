"""Land a bundle: each of its files becomes one immutable Parquet file."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import BadInputError, RollbookError
from orchestration.extract.oneroster.discovery import Bundle, has_changed
from orchestration.extract.oneroster.judging import (
    Judgement,
    kept_of_ragged_rows,
)
from orchestration.extract.oneroster.manifest import (
    Contents,
    TypedFile,
    read_contents,
)
from orchestration.extract.oneroster.opening import open_bundle
from orchestration.extract.oneroster.recognising import (
    land_known_rows,
    with_row_key,
)
from orchestration.extract.oneroster.regular import regular_file
from orchestration.extract.oneroster.spooling import (
    FileProblemError,
    SpooledFile,
    spool,
)
from orchestration.extract.oneroster.standard import Rule, all_rules
from orchestration.extract.platform.landing import PARQUET
from orchestration.files import sync_file, sync_folder
from orchestration.source_settings import OneRosterSource, RuleAction
from orchestration.sql import first_line, quoted


class BundleChangedError(BadInputError):
    """A bundle is not what it was when it was found: it is none of this run's."""


@dataclass(frozen=True, slots=True)
class LandedBundle:
    """What was landed of a bundle, as the journal keeps it."""

    version: str
    system_name: str | None
    files: list[dict[str, Any]]
    warnings: list[str]


def land_bundle(
    bundle: Bundle,
    source: OneRosterSource,
    session: duckdb.DuckDBPyConnection,
    *,
    target: Path,
    scratch: Path,
) -> LandedBundle:
    """Read a bundle's files, judge their rows, and write them to ``target``.

    Raises:
        BundleChangedError: somebody wrote to it meanwhile.
        BadInputError: the bundle cannot be used; nothing of it is left in ``target``.
        RollbookError: the home cannot be written.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.rmtree(scratch, ignore_errors=True)
    unpacked = scratch / "unpacked"
    unpacked.mkdir(parents=True)
    target.mkdir(parents=True)
    try:
        with _unchanged(bundle):
            opened = open_bundle(
                bundle.path, unpacked, max_bytes=source.max_bundle_mb << 20
            )
        # A zip is read no more from here on, a folder's files are.
        with _unchanged(bundle) if bundle.path.is_dir() else nullcontext():
            contents = read_contents(
                opened.files, source.modes, bundle_name=bundle.name
            )
            files = _land_files(contents, source, session, target, scratch)
        sync_folder(target)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return LandedBundle(
        contents.version, contents.system_name, files, contents.warnings
    )


@contextmanager
def _unchanged(bundle: Bundle) -> Iterator[None]:
    """Read a bundle; whatever comes of it counts only if nobody wrote to it meanwhile.

    Raises:
        BundleChangedError: somebody did.
    """
    problem: Exception | None = None
    try:
        yield
    except Exception as error:
        problem = error
    if has_changed(bundle):
        raise BundleChangedError(
            f"{bundle.name} changed while it was read: the next run reads it as it is"
            " then; settle_minutes lets a bundle stand still first"
        ) from problem
    if problem is not None:
        raise problem


def rules_in_force(version: str, actions: Iterable[RuleAction]) -> list[Rule]:
    """The rules of a version, with the actions that the school gave them."""
    given = {
        (each.data_type, each.column, each.check): str(each.action) for each in actions
    }
    rules = [
        replace(
            rule,
            action=given.get(
                (rule.data_type, rule.column_name, rule.check_name), rule.action
            ),
        )
        for rule in all_rules()
        if rule.version in ("", version)
    ]
    return [rule for rule in rules if rule.action != "ignore"]


def known_file(folder: Path, data_type: str) -> Path:
    """Where an import's folder keeps the lines that repeat rows landed before."""
    return folder / "known" / f"{data_type}.parquet"


def _land_files(
    contents: Contents,
    source: OneRosterSource,
    session: duckdb.DuckDBPyConnection,
    target: Path,
    scratch: Path,
) -> list[dict[str, Any]]:
    """Land the files; the next is looked through while DuckDB works on the one before.

    Raises:
        FileProblemError: a file cannot be read.
        RollbookError: the home cannot be written.
    """
    read = partial(_read, version=contents.version, scratch=scratch)
    landed: list[dict[str, Any]] = []
    with ThreadPoolExecutor(max_workers=1) as reader:
        reading: Future[SpooledFile] | None = None
        for file, following in zip_longest(contents.files, contents.files[1:]):
            spooled = (reading or reader.submit(read, file)).result()
            reading = reader.submit(read, following) if following else None
            landed.append(
                _land_file(file, spooled, contents.version, source, session, target)
            )
            shutil.rmtree(scratch / file.data_type)
    return landed


def _read(file: TypedFile, *, version: str, scratch: Path) -> SpooledFile:
    """The file as DuckDB will read it.

    Raises:
        FileProblemError: it cannot be read as CSV.
    """
    folder = scratch / file.data_type
    folder.mkdir()
    kept = partial(kept_of_ragged_rows, file.data_type, version)
    return regular_file(file.path, folder, kept=kept) or spool(
        file.path, folder, kept=kept
    )


def _land_file(
    file: TypedFile,
    spooled: SpooledFile,
    version: str,
    source: OneRosterSource,
    session: duckdb.DuckDBPyConnection,
    target: Path,
) -> dict[str, Any]:
    """Land one file; return what the journal keeps of it.

    Raises:
        FileProblemError: the file cannot be read.
        RollbookError: the home cannot be written.
    """
    rules = [
        rule
        for rule in rules_in_force(version, source.rules)
        if rule.data_type == file.data_type
    ]
    judgement = with_row_key(Judgement(file, spooled, version, rules))
    path = target / f"{file.data_type}.parquet"
    known = known_file(target, file.data_type)
    try:
        judgement, known_in = land_known_rows(
            judgement, session, known, source=source.name
        )
        session.execute(f"copy ({judgement.sql()}) to {quoted(path)} ({PARQUET})")
    except duckdb.InvalidInputException as error:
        raise FileProblemError(
            f"{file.name} cannot be read as CSV: {first_line(error)}"
        ) from error
    except duckdb.IOException as error:
        raise RollbookError(f"{path} cannot be written: {first_line(error)}") from error
    sync_file(path)
    if known_in:
        sync_file(known)
        sync_folder(known.parent)
    return {
        "data_type": file.data_type,
        "file_name": file.name,
        "is_delta": file.is_delta,
        "is_named": file.is_named,
        "row_count": spooled.row_count,
        "filled_names": judgement.filled_names,
        "known_in": known_in,
    }
