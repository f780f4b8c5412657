"""Checks of the very file that is about to be served."""
