"""The mirror: every row once, replaced whole, and nothing else touched."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from reporting.errors import BadParameterError
from reporting.exports import reading
from reporting.mirror import mirror
from support.commands import one_line, rollbook
from support.served import publish_file


def files_of(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    )


def test_every_row_of_every_report_is_in_one_file(
    served_home: Home, direct: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = tmp_path / "mirror"
    done = rollbook("mirror", folder, "--home", served_home.root)
    again = rollbook("mirror", folder, "--home", served_home.root)

    assert done.returncode == 0, done.stderr
    assert "now holds" in done.stdout
    assert "holds already" in again.stdout
    reports = direct.execute("select name from marts.report_catalog").fetchall()
    for (report,) in reports:
        for file in (folder / report).glob("*.parquet"):
            rows = direct.execute(f"from '{file}'").fetchall()
            campus = None if file.stem == "_no_campus" else file.stem
            assert {row[0] for row in rows} <= {campus}
        mirrored = direct.execute(
            f"select count(*) from '{folder}/{report}/*.parquet'"
        ).fetchone()
        published = direct.execute(f"select count(*) from reports.{report}").fetchone()
        assert mirrored == published
    record = json.loads((folder / "mirror.json").read_text())
    assert files_of(folder) == sorted([*record["files"], "mirror.json"])


def test_a_mirror_follows_the_publication_and_forgets_what_is_gone(
    built_file: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    folder = tmp_path / "mirror"
    publish_file(home, built_file)
    with reading(home, memory_mb=128, threads=1) as publication:
        mirror(publication, folder)
        gone = sorted(publication.campuses)[0]
    (folder / "notes.txt").write_text("not the mirror's")
    second = publish_file(
        home,
        built_file,
        number=2,
        edit=f"delete from marts.dim_campuses where campus_id = '{gone}';"
        f" delete from marts.fct_sync_attempts where campus_id = '{gone}';"
        " delete from reports.user_list;"
        " insert into marts.dim_campuses (campus_id) values ('../../up')",
    )
    with reading(home, memory_mb=128, threads=1) as publication:
        done = mirror(publication, folder)

    assert (done.publication_id, done.is_new) == (second, True)
    names = files_of(folder)
    assert not [name for name in names if name.endswith(f"/{gone}.parquet")]
    assert "notes.txt" in names
    assert "user_list/%2E%2E%2F%2E%2E%2Fup.parquet" in names
    assert not (tmp_path / "up.parquet").exists()


def test_another_folder_is_left_alone(served_home: Home, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    refused = rollbook("mirror", tmp_path, "--home", served_home.root)

    assert refused.returncode == 2
    assert "holds something else" in one_line(refused)
    assert files_of(tmp_path) == ["letter.txt"]


def test_an_interrupted_mirror_is_finished_by_the_next(
    served_home: Home, tmp_path: Path
) -> None:
    folder = tmp_path / "mirror"
    with reading(served_home, memory_mb=128, threads=1) as publication:
        whole = mirror(publication, folder)
        record = json.loads((folder / "mirror.json").read_text())
        (folder / ".mirror.json").write_text(json.dumps({"files": record["files"]}))
        (folder / "mirror.json").unlink()
        lost = folder / next(iter(record["files"]))
        lost.unlink()
        again = mirror(publication, folder)

    assert lost.exists()
    assert (again.files, again.rows, again.is_new) == (whole.files, whole.rows, True)


def test_a_folder_that_cannot_be_written_is_told(
    served_home: Home, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    with (
        reading(served_home, memory_mb=128, threads=1) as publication,
        pytest.raises(BadParameterError, match="cannot be written"),
    ):
        mirror(publication, tmp_path / "file" / "mirror")
