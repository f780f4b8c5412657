"""`rollbook validate`: all that is wrong with a drop folder, and nothing is left."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from support.commands import rollbook
from support.drops import (
    SmallDrop,
    course,
    csv_text,
    jsonl_text,
    request,
    user,
    zipped,
)
from support.runs import EXAMPLE


@pytest.fixture
def drop(tmp_path: Path) -> SmallDrop:
    return SmallDrop.create(tmp_path)


def validated(drop: SmallDrop, temporary: Path) -> subprocess.CompletedProcess[str]:
    """Run the command; it must leave nothing behind."""
    temporary.mkdir()
    before = sorted(drop.folder.rglob("*"))
    completed = rollbook("validate", drop.folder, TMPDIR=str(temporary))
    assert list(temporary.iterdir()) == []
    assert sorted(drop.folder.rglob("*")) == before
    assert "Traceback" not in completed.stdout + completed.stderr
    return completed


def test_a_clean_drop_has_its_rows_counted(drop: SmallDrop, tmp_path: Path) -> None:
    drop.deliver("courses/a.csv", csv_text([course("K1"), course("K2")]))
    drop.deliver("courses/b.jsonl.gz", zipped(jsonl_text([course("K3")])))

    completed = validated(drop, tmp_path / "temporary")

    assert (completed.returncode, completed.stderr) == (0, "")
    lines = completed.stdout.splitlines()
    assert "courses               2 files  3 good rows  0 bad rows" in lines
    assert "campuses              1 file  0 good rows  0 bad rows" in lines
    assert lines[-1] == f"{drop.folder}: nothing is wrong"


def test_bad_rows_are_told_with_file_line_and_reason(
    drop: SmallDrop, tmp_path: Path
) -> None:
    snapshot = "courses/snapshot=20260309T060000Z"
    drop.deliver(f"{snapshot}/a.csv", csv_text([course("K1"), course("K1")]))
    drop.deliver(f"{snapshot}/b.csv", csv_text([course("K1", title="x"), course("K2")]))
    drop.deliver("courses/snapshot=20260310T060000Z/a.csv", csv_text([course("K2")]))
    drop.deliver("courses/c.csv", csv_text([course("K1", title="y"), course("")]))
    drop.deliver("api_requests.jsonl", jsonl_text([request(status="lost")]) + "{\n")

    completed = validated(drop, tmp_path / "temporary")

    assert completed.returncode == 4
    assert completed.stderr == (
        f"rollbook: {drop.folder}: 6 bad rows as told above; a run would load the"
        " others\n"
    )
    twice = "course_id 'K1' stands twice in the snapshot, with other content"
    assert completed.stdout.splitlines()[:6] == [
        "api_requests.jsonl:1: status 'lost' is not one of success, error",
        "api_requests.jsonl:2: the line is no JSON",
        "courses/c.csv:3: course_id is missing",
        f"{snapshot}/a.csv:2: {twice}",
        f"{snapshot}/a.csv:3: {twice}",
        f"{snapshot}/b.csv:2: {twice}",
    ]


def test_all_problems_are_told_at_once(drop: SmallDrop, tmp_path: Path) -> None:
    (drop.folder / "campuses.csv").unlink()
    drop.deliver("courses.csv", "course_id,name,name\n")
    drop.deliver("users/cut.csv.gz", zipped("user_id")[:-1])
    drop.deliver("users/snapshot=today/a.csv", csv_text([user()]))
    (drop.folder / "users" / "folder.csv").mkdir()
    drop.deliver("users/good.csv", csv_text([user("U1", user_type="cat")]))
    rows = [{"request_id": "r1"}, {"request_id": "r2"}]
    drop.deliver("api_requests.jsonl", jsonl_text(rows))

    completed = validated(drop, tmp_path / "temporary")

    assert completed.returncode == 2
    assert completed.stderr == (
        f"rollbook: {drop.folder}: a run would end, 6 problems and 1 bad row as told"
        " above\n"
    )
    told = completed.stdout
    assert "table campuses is missing" in told
    assert "courses.csv: columns campus_id, mapping_id, add_code, title" in told
    assert "users/cut.csv.gz is no whole gzip file" in told
    assert "'today' is no snapshot time" in told
    assert "users/folder.csv is no file" in told
    assert "api_requests.jsonl: columns campus_id, requested_at, record_type" in told
    assert "users/good.csv:2: user_type 'cat' is not one of student" in told
    assert "users                 1 file  0 good rows  1 bad row" in told


def test_a_drop_that_validates_clean_lands_without_bad_rows(tmp_path: Path) -> None:
    """And the worked example, whose bad rows are known, is not clean."""
    drop = SmallDrop.create(tmp_path)
    shutil.rmtree(drop.folder)
    shutil.copytree(EXAMPLE / "drop", drop.folder)

    completed = validated(drop, tmp_path / "temporary")

    landed = drop.land().values()
    quarantined = drop.bad_rows("source_file", "line_number", "reason")
    lines = completed.stdout.splitlines()
    assert completed.returncode == 4
    assert quarantined
    for file, line, reason in quarantined:
        assert f"{file}:{line}: {reason}" in lines
    good = sum(entry.landed_count for entry in landed)
    counted = [line for line in lines if line.endswith((" bad row", " bad rows"))]
    assert good == sum(int(line.split()[3]) for line in counted)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    completed = rollbook("validate", tmp_path / "nowhere")

    assert completed.returncode == 2
    assert "nowhere is no folder" in completed.stderr
