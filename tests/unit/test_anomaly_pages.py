"""Each rule about syncs has its page, and the pages name the thresholds that count."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.settings import PROJECT_FOLDER

PAGES = PROJECT_FOLDER / "docs" / "anomalies"
HEADINGS = (
    *("What it finds", "Why it matters", "How to fix it", "When it ends"),
    "Threshold",
)


def seed(name: str) -> list[dict[str, str]]:
    path = PROJECT_FOLDER / "seeds" / f"{name}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def thresholds() -> dict[str, Any]:
    project = yaml.safe_load((PROJECT_FOLDER / "dbt_project.yml").read_text())
    found: dict[str, Any] = project["vars"]["anomaly_thresholds"]
    return found


def told_thresholds(page: Path) -> dict[str, str]:
    lines = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", page.read_text("utf-8"), re.M)
    return dict(lines)


RULES = {row["rule"]: row for row in seed("anomaly_rules")}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_a_page_that_says_all(rule: str) -> None:
    text = (PAGES / f"{rule}.md").read_text(encoding="utf-8")

    assert tuple(re.findall(r"^## (.+)$", text, re.M)) == HEADINGS
    assert f"Severity: {RULES[rule]['severity']}." in text
    assert f"Who acts, as a rule: {RULES[rule]['next_step_owner']}." in text


def test_there_is_no_page_without_a_rule() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == set(RULES)


def test_the_pages_tell_the_defaults_of_all_thresholds() -> None:
    told = {}
    for page in PAGES.glob("*.md"):
        told |= told_thresholds(page)

    assert "event_open_days" in (PAGES.parent / "anomalies.md").read_text("utf-8")
    assert {**told, "event_open_days": "14"} == {
        name: str(value) for name, value in thresholds().items()
    }


def test_a_threshold_that_does_not_exist_is_refused() -> None:
    """The seed's names are checked by dbt against this list."""
    seeds = yaml.safe_load((PROJECT_FOLDER / "seeds" / "_seeds.yml").read_text())
    (entry,) = [one for one in seeds["seeds"] if one["name"] == "anomaly_thresholds"]
    (column,) = [one for one in entry["columns"] if one["name"] == "threshold"]
    (accepted,) = [one for one in column["data_tests"] if isinstance(one, dict)]

    assert accepted["accepted_values"]["arguments"]["values"] == list(thresholds())
