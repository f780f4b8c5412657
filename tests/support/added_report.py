"""The dbt project with one more report, in a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration import manifest
from orchestration.settings import PROJECT_FOLDER
from support.compiled import CompiledProject

NAME = "requests_by_day"
_FILES = {
    f"rpt_{NAME}.yml": """
version: 2
models:
  - name: rpt_requests_by_day
    description: One row per campus and day. How many requests came.
    config:
      contract: {enforced: true}
      meta:
        title: Requests a day
        personal: [last_message]
        order: [campus_id, requested_date]
        drill_downs:
          - {column: requests, report: course_list}
        parameters:
          - {name: campus, type: varchar, description: A campus_id.}
          - {name: range_start, type: timestamp with time zone, description: First.}
          - {name: range_end, type: timestamp with time zone, description: After it.}
    data_tests:
      - unique_combination:
          arguments: {columns: [campus_id, requested_date]}
    columns:
      - {name: campus_id, description: The campus., data_type: varchar}
      - {name: requested_date, description: The day in UTC., data_type: date}
      - {name: requests, description: How many., data_type: bigint}
      - {name: last_message, description: The greatest text., data_type: varchar}
  - name: rpt_requests_by_day_between
    description: One row per campus and day. The table macro.
""",
    f"rpt_{NAME}.sql": "{{ config(alias='requests_by_day') }}\n"
    "{{ report_table('requests_by_day') }}\n",
    f"rpt_{NAME}_between.sql": """
{{ config(materialized='table_function', alias='requests_by_day_between',
    parameters=['campus', 'range_start', 'range_end']) }}
with final as (
    select campus_id, cast(timezone('UTC', requested_at) as date) as requested_date,
        count(*) as requests, max(message) as last_message
    from {{ ref('fct_sync_attempts') }}
    where {{ of_campus() }} and {{ in_range('requested_at') }}
    group by all
)
select {{ report_columns('requests_by_day') }} from final
order by {{ report_order('requests_by_day') }}
""",
}


def compile_with_added_report(folder: Path) -> CompiledProject:
    """Copy the project, add the report's three files and nothing else, compile."""
    project = folder / "project"
    for name in ("dbt_project", "seeds", "tests/dbt"):
        shutil.copytree(PROJECT_FOLDER / name, project / name)
    shutil.copy(PROJECT_FOLDER / "dbt_project.yml", project)
    for name, text in _FILES.items():
        (project / "dbt_project" / "models" / "reports" / name).write_text(text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest, "PROJECT_FOLDER", project)
        patched.setattr(manifest, "_PROFILES", project / "dbt_project")
        return CompiledProject.compile(folder / "compiled")
