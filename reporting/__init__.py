"""Reports for people and programs: exports, API, tokens. Reads published files only."""
