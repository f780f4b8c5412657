"""The routes of the dashboard: they parse and respond."""
