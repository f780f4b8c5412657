"""The files that a report can become."""
