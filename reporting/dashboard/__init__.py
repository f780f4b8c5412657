"""The dashboard: pages for people, over the functions that answer the API."""
