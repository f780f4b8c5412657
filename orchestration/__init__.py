"""What runs, and when: extraction, the Dagster definitions, publication, the CLI."""
