"""Reading the sources of ``rollbook.yml``, each with its own failure."""
