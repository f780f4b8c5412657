"""Who may read what: tokens, people, and the log of what they read."""
