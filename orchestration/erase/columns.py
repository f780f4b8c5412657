"""What a table's columns hold of persons; their names say it, in every store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Values of the person that a row is about.
_OWN = ("email", "first_name", "last_name")
_OWN_KEYS = ("email", "firstName", "lastName")
# Texts in which a person may be named.
_PROSE = (
    "instructor_name",
    "attendance_name",
    "title",
    "course_title",
    "description",
    "forced_reason",
    "observed",
    "expected",
    "next_step",
)
# Texts about rows: what a server answered, and rows as they were delivered.
_REPORTED = (
    "message",
    "item_results",
    "raw_text",
    "reason",
    "failing_rows",
    "evidence",
)
# Of whom an anomaly speaks: its record, or an error's text that named the person.
_OF_ANOMALIES = (
    (
        "user_id",
        "kept_identifier(case when starts_with(record_key, 'user:')"
        " then substr(record_key, 6) end)",
    ),
    (
        "message",
        "coalesce(evidence::json ->> '$.error', evidence::json ->> '$.message')",
    ),
)
# Names of what the warehouse itself made, or looks files up by.
_UNTOUCHED = (
    "campus_id",
    "table_name",
    "source_file",
    "source_name",
    "content_hash",
    "new_inputs",
    "_landed_file",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of some rows: name to type, in order.

    A *field* is a column, or one of the keys ``params.email``, ``params.firstName`` and
    ``params.lastName`` of a request's params.
    """

    columns: dict[str, str]

    @property
    def scrubbed(self) -> tuple[str, ...]:
        """Columns that may change: texts."""
        return tuple(
            name
            for name, kind in self.columns.items()
            if kind in ("VARCHAR", "JSON") and name not in _UNTOUCHED
        )

    @property
    def fields(self) -> dict[str, str]:
        """Every field that is searched for words, with the expression of its text."""
        found = {
            name: f'decoded("{name}"::varchar)'
            if name in _REPORTED
            else f'"{name}"::varchar'
            for name in self.scrubbed
        }
        if "params" in self.columns:
            found |= {
                f"params.{key}": f"given_string(params, '{key}')" for key in _OWN_KEYS
            }
        return found

    @property
    def own(self) -> tuple[str, ...]:
        """Fields whose words all go from a row that speaks of the person."""
        keys = [f"params.{key}" for key in _OWN_KEYS]
        return tuple(name for name in self.fields if name in (*_OWN, *keys))

    @property
    def searched(self) -> tuple[str, ...]:
        """Fields in which known names count; in all others addresses alone do."""
        texts = (*_PROSE, *_REPORTED, "params")
        return tuple(name for name in self.fields if name in texts)

    @property
    def reported(self) -> tuple[str, ...]:
        """Fields in which an identifier beside a name is enough."""
        return tuple(name for name in self.fields if name in _REPORTED)

    @property
    def campus(self) -> str:
        """The row's campus; null where it may be any."""
        return "campus_id" if "campus_id" in self.columns else "null::varchar"

    @property
    def is_concerned(self) -> str:
        """Whether somebody of the row's campus is forgotten; the others are spared."""
        if "campus_id" not in self.columns:
            return "true"
        return "campus_id in (select campus_id from erased_identifiers)"

    @property
    def is_request(self) -> bool:
        """Whether rows are what was asked for, not what a roster knows."""
        return not self.columns.keys().isdisjoint(
            ("params", "record_key", "distinct_sync_key")
        )

    @property
    def identifiers(self) -> list[tuple[str, str]]:
        """How a row says of whom it speaks: kinds, each with an expression.

        A row of a roster is the person's when it has the user id. A request is, when it
        gives any identifier of the person. A row that knows an error alone is, when the
        error's text named the person where an attempt ended with it.
        """
        if not self.is_request:
            if "user_id" in self.columns:
                return [("user_id", "kept_identifier(user_id)")]
            return [("message", "message")] if "message" in self.columns else []
        given = [
            *(
                (kind, name)
                for kind, name in (
                    ("user_id", "user_id"),
                    ("mapping_id", "user_mapping_id"),
                    ("issued_id", "issued_id"),
                    ("email", "email"),
                )
                if name in self.columns
            ),
            *self.given_in_params,
        ]
        if "mapping_id" in self.columns:
            given.append(("mapping_id", self._if_of_user("mapping_id")))
        found = [
            (
                kind,
                f"folded({value})" if kind == "email" else f"kept_identifier({value})",
            )
            for kind, value in given
        ]
        if "evidence" in self.columns and "record_key" in self.columns:
            found += _OF_ANOMALIES
        if "distinct_sync_key" in self.columns:
            found.append(("distinct_sync_key", "distinct_sync_key::varchar"))
        return found

    @property
    def given_in_params(self) -> list[tuple[str, str]]:
        """The identifiers of a user that params may give, as they were given."""
        if "params" not in self.columns:
            return []
        return [
            ("user_id", "given_text(params, 'userID')"),
            ("mapping_id", "given_text(params, 'userMappingID')"),
            ("mapping_id", self._if_of_user("given_text(params, 'mappingID')")),
            ("issued_id", "given_text(params, 'issuedID')"),
            ("email", "given_text(params, 'email')"),
        ]

    def _if_of_user(self, mapping_id: str) -> str:
        """A mapping id is the user's own in requests for users alone."""
        if "record_type" in self.columns:
            condition = "record_type = 'user'"
        elif "record_key" in self.columns:
            condition = "regexp_matches(record_key, '^user[:?]')"
        else:
            condition = "false"
        return f"case when {condition} then {mapping_id} end"


def shape_of(described: Sequence[tuple[Any, ...]]) -> Shape:
    """The shape of what DuckDB's `describe` tells."""
    return Shape({str(row[0]): str(row[1]) for row in described})
