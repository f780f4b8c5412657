"""Forgetting a person: names and addresses give way to tokens, and counts stay."""
