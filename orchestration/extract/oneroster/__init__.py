"""OneRoster bundles: found, opened safely, judged row by row, landed."""
