"""The platform's roster of a campus, written as a OneRoster bundle for an app."""
