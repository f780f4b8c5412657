"""Engagement reports of the Echo360 Reporting API."""
