"""One small demo world, written once, and read by every test of its content."""

import pytest
from small_demo import SMALL, World, open_world

from orchestration.demo import write_demo


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return a world of three campuses and four weeks; tests must not change it."""
    directory = tmp_path_factory.mktemp("demo") / "drop"
    return open_world(directory, write_demo(directory, SMALL))
