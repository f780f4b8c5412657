"""dbt's manifest of this project: what Dagster reads its assets from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from orchestration.errors import BadInputError, RollbookError
from orchestration.files import write_text_atomically
from orchestration.settings import PROJECT_FOLDER
from orchestration.warehouse import code_version

DBT_EXECUTABLE = Path(sys.executable).with_name("dbt")
_PROFILES = PROJECT_FOLDER / "dbt_project"
_TARGET = PROJECT_FOLDER / "target"
_STAMP = _TARGET / "manifest.version"


def dbt_options(*arguments: str, target: Path) -> list[str]:
    """What dbt is told about this project; its artifacts and log go to ``target``."""
    return [
        *arguments,
        "--project-dir",
        str(PROJECT_FOLDER),
        "--profiles-dir",
        str(_PROFILES),
        "--target-path",
        str(target),
        "--log-path",
        str(target),
    ]


def call_dbt(*arguments: str, target: Path) -> None:
    """Have dbt work on this project in a process of its own, silently.

    Raises:
        RollbookError: dbt cannot; the text holds the end of what it says.
    """
    called = subprocess.run(
        [str(DBT_EXECUTABLE), *dbt_options("--quiet", *arguments, target=target)],
        cwd=PROJECT_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    if called.returncode:
        raise RollbookError(
            f"dbt cannot {arguments[0]} {PROJECT_FOLDER}:"
            f" {' '.join(called.stdout.split())[-500:]}"
        )


def current_manifest() -> Path:
    """Return the manifest's path; parse the project first when it changed.

    Raises:
        BadInputError: a seed is not in UTF-8.
        RollbookError: dbt cannot parse the project.
    """
    manifest = _TARGET / "manifest.json"
    wanted = code_version()
    if (
        not manifest.exists()
        or not _STAMP.exists()
        or _STAMP.read_text(encoding="utf-8") != wanted
    ):
        require_utf8(PROJECT_FOLDER / "seeds")
        call_dbt("parse", target=_TARGET)
        write_text_atomically(_STAMP, wanted)
    return manifest


def require_utf8(seeds: Path) -> None:
    """Name the seed that dbt cannot read: spreadsheets like to save in other encodings.

    Raises:
        BadInputError: a seed is not in UTF-8.
    """
    for seed in sorted(seeds.glob("*.csv")):
        try:
            seed.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise BadInputError(
                f"{seed} is not in UTF-8 (byte {error.start}): save it as CSV UTF-8"
            ) from error
