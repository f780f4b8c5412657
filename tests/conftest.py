from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from support.compiled import CompiledProject
from support.served import build_file


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    return CompiledProject.compile(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="session")
def built_file(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The worked example, built; publish_file makes a version of it."""
    return build_file(project, tmp_path_factory.mktemp("built"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a slow test for which the time that was given is over, and say so.

    ``SLOW_TESTS_UNTIL`` is a second of the clock, as of ``date +%s``; none by default.
    """
    until = os.environ.get("SLOW_TESTS_UNTIL")
    if until and item.get_closest_marker("slow") and time.time() > int(until):
        pytest.skip("the time for slow tests is over: run `make test-slow`")
