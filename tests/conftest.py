from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.compiled import CompiledProject


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    return CompiledProject.compile(tmp_path_factory.mktemp("compiled"))
