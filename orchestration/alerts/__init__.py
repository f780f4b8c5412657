"""Alerts: what needs a person is told once, to the addresses of ``rollbook.yml``.

A text of an alert is made of counts, dates and names that a rule, a check, a campus or
an anomaly bears; no value of a record ever reaches one (``words.py``).
"""
