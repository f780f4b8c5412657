"""A home with a publication of the worked example, as readers see it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration.home import Home
from support.compiled import CompiledProject
from support.worlds import DATA, built_world, instant

EXAMPLE = DATA / "worked_example"
TIMES = {
    name: instant(text)
    for name, text in json.loads(
        (EXAMPLE / "expected" / "range.json").read_text(encoding="utf-8")
    ).items()
}


def build_file(project: CompiledProject, folder: Path) -> Path:
    """Build the worked example into one file, without its publication's record."""
    file = folder / "rollbook.duckdb"
    with built_world(
        project, EXAMPLE / "drop", folder / "built-home", **TIMES
    ) as connection:
        connection.execute(f"attach '{file}' as copied")
        connection.execute("copy from database rollbook to copied")
        connection.execute("detach copied")
    return file


def publish_file(home: Home, built: Path, *, number: int = 1, edit: str = "") -> str:
    """Make a version of a built file and swap the link to it; ``edit`` is SQL."""
    home.prepare()
    version = f"{number:06}-{TIMES['as_of']:%Y%m%dT%H%M%SZ}"
    folder = home.published / "versions" / version
    folder.mkdir(parents=True)
    file = folder / "rollbook.duckdb"
    shutil.copy(built, file)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "insert into marts.publications by name select $id as publication_id,"
            " $as_of as as_of, $start as range_start_at, $end as range_end_at,"
            " $at as published_at",
            {
                "id": version,
                "as_of": TIMES["as_of"],
                "start": TIMES["range_start"],
                "end": TIMES["range_end"],
                "at": datetime(2026, 4, 1, tzinfo=UTC) + timedelta(days=number),
            },
        )
        if edit:
            connection.execute(edit)
    file.chmod(0o444)
    aside = home.published / ".swap"
    aside.symlink_to(Path("versions") / version / "rollbook.duckdb")
    aside.replace(home.published_file)
    return version
