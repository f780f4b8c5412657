"""Dagster definitions of the stage: extraction."""
