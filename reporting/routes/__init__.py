"""The routes: they parse and respond."""
