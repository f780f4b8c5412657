"""What became of one request: which record it spoke of, and why that one."""
