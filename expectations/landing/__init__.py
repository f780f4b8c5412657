"""Checks of what one batch brought."""
