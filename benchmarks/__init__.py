"""What a full build costs, beside what it could cost: `make bench`."""
