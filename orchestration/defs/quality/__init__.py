"""Dagster definitions of the stage: quality."""
