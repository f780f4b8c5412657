"""The plain values that pass between the parts of the oracle."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from oracle.json_text import Json

Cell: TypeAlias = str | int | bool | datetime | None
Row: TypeAlias = dict[str, Cell]


class DropError(Exception):
    """The drop as a whole cannot be read: the run would end with exit code 2."""


class BadRowError(Exception):
    """One row cannot be read, or breaks section 1."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"{rule}: {reason}")
        self.rule = rule
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A bad row: its table, file below the drop, first line in it, and why."""

    table: str
    file: str
    line: int
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Request:
    """One delivery of one row of api_requests."""

    request_id: str
    campus_id: str
    job_id: str | None
    requested_at: datetime
    record_type: str
    operation: str
    params: dict[str, Json]
    status: str
    http_status: Decimal | None
    error_code: str | None
    message: str | None
    item_results: list[Json] | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: a request that is not bulk, or one element of a bulk one."""

    campus_id: str
    requested_at: datetime
    request_id: str
    item: int
    record_type: str
    operation: str
    params: dict[str, Json]
    fingerprint: str
    status: str
    error_code: str | None
    message: str | None

    @property
    def order(self) -> tuple[datetime, str, int]:
        """Attempts are ordered by (requested_at, request_id, item)."""
        return (self.requested_at, self.request_id, self.item)


@dataclass(frozen=True, slots=True)
class World:
    """What a drop folder holds, bad rows set aside, nothing interpreted yet."""

    snapshots: dict[str, dict[datetime, list[Row]]]
    """Table, then snapshot time; a snapshot without rows is an empty list."""
    requests: list[Request]
    """Every readable delivery, redeliveries too, in no order that matters."""
    quarantined: list[Quarantined]
    rules_hit: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Results:
    """The reports of section 4 (but integration_jobs), each in its order."""

    reports: dict[str, list[Row]]
    rules_hit: Counter[str]
