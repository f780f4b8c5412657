"""The journal of imports: what it is told, it tells again."""

from __future__ import annotations

from pathlib import Path

from orchestration.extract.oneroster.journal import Journal
from orchestration.home import Home


def test_a_name_with_any_line_break_of_unicode_is_one_event(tmp_path: Path) -> None:
    """JSON escapes only the line breaks of ASCII; a bundle's name may hold others."""
    home = Home(tmp_path / "home")
    home.prepare()
    event = {"event": "landed", "bundle_name": "a\u2028b\u0085c\u2029\n.zip"}

    Journal.read(home).add(event)

    assert Journal.read(home).events == [event]
