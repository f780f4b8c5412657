"""docs/api.md: its commands and its Python are run against a real service."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.settings import PROJECT_FOLDER
from reporting.errors import ReportingError
from support.served import publish_file
from support.service import listening, make_token

PAGE = (PROJECT_FOLDER / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def environment(
    built_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    home = Home(tmp_path_factory.mktemp("page") / "home")
    publish_file(home, built_file)
    with listening(home) as url:
        yield {**os.environ, "URL": url, "TOKEN": make_token(home)}


CALLS = re.findall(r"^curl .*$", PAGE, re.M)


@pytest.mark.parametrize("call", CALLS, ids=range(len(CALLS)))
def test_every_call_answers(environment: dict[str, str], call: str) -> None:
    words = shlex.split(call)
    filled = [
        word.replace("$URL", environment["URL"]).replace("$TOKEN", environment["TOKEN"])
        for word in words
    ]
    done = subprocess.run(
        [*filled, "--silent", "--show-error", "--fail-with-body"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    if "text/csv" in call:
        assert done.stdout.startswith('"campus_id"')
    else:
        assert json.loads(done.stdout).get("error") is None


def test_the_python_lists_every_row(
    environment: dict[str, str], built_file: Path
) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("DEN ")


def test_every_code_of_an_error_is_in_the_table() -> None:
    from reporting import service  # noqa: F401  it has an error of its own

    codes = set()
    kinds = [ReportingError]
    while kinds:
        kind = kinds.pop()
        codes.add(kind.code)
        kinds += kind.__subclasses__()

    assert CALLS
    assert [code for code in codes if f"`{code}`" not in PAGE] == []
