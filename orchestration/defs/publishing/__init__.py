"""Dagster definitions of the stage: publishing."""
