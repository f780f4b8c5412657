"""Dagster's entry point."""

from pathlib import Path

from dagster import Definitions, in_process_executor, load_from_defs_folder
from dagster import definitions as dagster_definitions

from orchestration.defs.resources import resources


@dagster_definitions
def defs() -> Definitions:
    """Everything that lies in ``defs/``; one process a run, so one holds the home."""
    return Definitions.merge(
        load_from_defs_folder(path_within_project=Path(__file__).parent / "defs"),
        Definitions(resources=resources(), executor=in_process_executor),
    )
