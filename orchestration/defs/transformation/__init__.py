"""Dagster definitions of the stage: transformation."""
