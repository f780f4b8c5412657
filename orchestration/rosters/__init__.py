"""Rosters of OneRoster sources: imports applied one at a time, in order."""
