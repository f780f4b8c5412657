from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from orchestration.home import Home
from support.browsing import (
    CAMPUSES_AND_ANOMALIES,
    Truth,
    Visit,
    chromium,
    the_truth,
    visiting,
)
from support.compiled import CompiledProject
from support.other_systems import other_systems
from support.served import publish_file
from support.service import listening, make_token


# Of a module, not of the session: while it lives this thread has an event loop, which
# other tests cannot bear.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from chromium()


@pytest.fixture(scope="session")
def dashboard_home(
    project: CompiledProject, built_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Home:
    home = Home(tmp_path_factory.mktemp("dashboard") / "home")
    edit = f"{CAMPUSES_AND_ANOMALIES};{other_systems(project)}"
    publish_file(home, built_file, edit=edit)
    return home


@pytest.fixture(scope="session")
def url(dashboard_home: Home) -> Iterator[str]:
    with listening(dashboard_home) as url:
        yield url


@pytest.fixture(scope="session")
def token(dashboard_home: Home) -> str:
    return make_token(dashboard_home, "DEN", "IDLE", "NONE")


@pytest.fixture
def visit(browser: Browser, url: str, token: str) -> Iterator[Visit]:
    """Someone who is signed in, in Denver."""
    with visiting(browser, url, token) as visit:
        yield visit


@pytest.fixture
def truth(dashboard_home: Home) -> Iterator[Truth]:
    with the_truth(dashboard_home) as truth:
        yield truth
