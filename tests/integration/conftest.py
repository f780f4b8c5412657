from __future__ import annotations

import pytest

from support.runs import PublishedRun, published_run


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> PublishedRun:
    """The worked example through `rollbook run`; a test that changes it copies it."""
    return published_run(tmp_path_factory.getbasetemp())
