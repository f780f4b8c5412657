"""Publication: built aside, audited as the very file that is served, swapped at once."""
