"""Dagster's definitions by stage; everything below is loaded, nothing is listed."""
