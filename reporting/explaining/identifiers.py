"""The identifiers that a request gave, strongest first (contract, section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Kind of identifier and column of marts.fct_distinct_syncs, by the record spoken of.
OWN = {
    "course": (
        ("course_id", "course_id"),
        ("mapping_id", "course_mapping_id"),
        ("add_code", "add_code"),
        ("name", "course_name"),
    ),
    "user": (
        ("user_id", "user_id"),
        ("mapping_id", "user_mapping_id"),
        ("issued_id", "issued_id"),
        ("email", "email"),
    ),
    "course_member": (
        ("course_member_id", "course_member_id"),
        ("mapping_id", "mapping_id"),
    ),
    "attendance_session": (
        ("attendance_id", "attendance_id"),
        ("mapping_id", "mapping_id"),
    ),
    "attendance_posting": (("mapping_id", "mapping_id"),),
}

# What a request refers to, and what makes a composite identifier with it.
REFERENCES = {
    "course_member": ("user", "course"),
    "attendance_session": ("course",),
    "attendance_posting": ("user",),
}
PARTS = {
    "course_member": ((),),
    "attendance_session": (("start_date", "start_time"),),
    "attendance_posting": (("attendance_id",), ("record_id",)),
}


@dataclass(frozen=True, slots=True)
class Identifier:
    """A kind, and the value as it is compared."""

    kind: str
    value: str

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.kind} {self.value}"


def own_identifiers(
    record_type: str, given: Mapping[str, str | None]
) -> list[Identifier]:
    """Those of the record itself, strongest first, composites left out."""
    return [
        Identifier(kind, value.lower() if kind == "email" else value)
        for kind, column in OWN[record_type]
        if (value := given[column])
    ]


def references(
    record_type: str, given: Mapping[str, str | None]
) -> dict[str, list[Identifier]]:
    """The user and the course that the request refers to, each with its identifiers."""
    return {
        kind: own_identifiers(kind, given) for kind in REFERENCES.get(record_type, ())
    }


def composites(record_type: str, given: Mapping[str, str | None]) -> list[str]:
    """What stands beside the references in pairs and slots that the request makes."""
    found = []
    for parts in PARTS.get(record_type, ()):
        values = [f"{part} {given[part]}" for part in parts if given[part]]
        if values or not parts:
            found.append(", ".join(values))
    return found
