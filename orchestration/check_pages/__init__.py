"""The checks' own pages: what the newest run found, and the runs before it."""
