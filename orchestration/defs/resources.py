"""The resources that every run gets, with the installation's settings as defaults."""

from __future__ import annotations

from dagster_dbt import DbtCliResource

from orchestration.manifest import DBT_EXECUTABLE, PROFILES_FOLDER
from orchestration.run_resource import RunResource
from orchestration.settings import PROJECT_FOLDER, Settings


def resources() -> dict[str, object]:
    """Return the resources by the names under which steps ask for them."""
    settings = Settings()
    return {
        "run": RunResource(source=str(settings.source), home=str(settings.home)),
        "dbt": DbtCliResource(
            project_dir=str(PROJECT_FOLDER),
            profiles_dir=str(PROFILES_FOLDER),
            dbt_executable=str(DBT_EXECUTABLE),
        ),
    }
