"""Publication: built aside, audited as the file that is served, swapped at once."""
