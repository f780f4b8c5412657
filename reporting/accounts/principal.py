"""Someone whose name is known: a token or a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from reporting.asking import Reader

Role: TypeAlias = Literal["admin", "analyst"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Principal:
    """``subject`` names the one who asks in limits, requests and the audit log."""

    subject: str
    role: Role
    campuses: frozenset[str] | None

    @property
    def reader(self) -> Reader:
        """What a query must know."""
        return Reader(self.campuses, is_masked=self.role != "admin")
