from __future__ import annotations

import pytest

from support.compiled import CompiledProject


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    return CompiledProject.compile(tmp_path_factory.mktemp("compiled"))
