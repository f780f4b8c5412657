"""The profile that dbt connects with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import yaml
from jinja2 import Environment

from orchestration.settings import PROJECT_FOLDER


def output_of(**variables: Any) -> dict[str, Any]:
    """The profile's one output, rendered as dbt renders it."""
    environment = Environment(autoescape=False)
    environment.filters["as_number"] = int
    text = (PROJECT_FOLDER / "dbt_project" / "profiles.yml").read_text(encoding="utf-8")
    rendered = environment.from_string(text).render(
        var=lambda name, default: variables.get(name, default)
    )
    output: dict[str, Any] = yaml.safe_load(rendered)["rollbook"]["outputs"]["duckdb"]
    return output


def test_a_connection_can_be_opened_after_another_one_has_spilled(
    tmp_path: Path,
) -> None:
    output = output_of(memory_limit="60MB", scratch=str(tmp_path), threads=1)
    with duckdb.connect(config=output["config_options"]) as first:
        first.execute(
            "create table spilled as select hash(i) as h from range(9000000) t(i)"
        )
        first.execute("create table sorted as from spilled order by h")
        assert any(tmp_path.iterdir())

        for name, value in output["settings"].items():
            first.cursor().execute(f"set {name} = '{value}'")
