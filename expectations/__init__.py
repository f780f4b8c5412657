"""Checks of what arrives, and of what is about to be served.

Importing this package, its registry or its results never imports Great Expectations:
that costs seconds, and only the functions that run checks pay for it.
"""
