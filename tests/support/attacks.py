"""Texts that do harm where a parameter is more than a value."""

from __future__ import annotations

ATTACKS = (
    "' or 1=1 --",
    '" or ""="',
    "DEN'; drop table marts.dim_campuses; --",
    "DEN') union select * from reports.user_list --",
    "$1",
    "{record_type}",
    "../../etc/passwd",
    "read_text('/etc/passwd')",
    "=1+1\r\nSet-Cookie: a=b",
    "\x00",
    "\u202e\ufeff•",
    "%0d%0aX-Evil: 1",
    "a" * 5000,
)
