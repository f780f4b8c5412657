"""The attendance platform's drop folder (contract, section 1)."""
