from __future__ import annotations

from pathlib import Path

import pytest

from support.drops import SmallDrop


@pytest.fixture
def drop(tmp_path: Path) -> SmallDrop:
    return SmallDrop.create(tmp_path)
