from __future__ import annotations

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
