"""Schools of rows, counts by type and school, and why an import is held."""

from __future__ import annotations

from collections import Counter, defaultdict

from oracle import oneroster_standard as standard
from oracle.oneroster_files import ImportedFile, ImportedRow
from oracle.oneroster_imports import Effect, Key, SourceState, is_invalid

_SCHOOL_COLUMNS = (
    *("orgSourcedId", "orgSourcedIds", "schoolSourcedId", "primaryOrgSourcedId"),
)
Contents = dict[str, dict[str, dict[str, str]]]
OUTCOMES = (
    *("no_change", "new", "updated", "deleted", "deleted_absent"),
    *("skipped", "merged", "excluded", "invalid"),
)


def contents_before(state: SourceState) -> Contents:
    """The active contents by type and sourcedId."""
    return {
        kind: {key: record.content for key, record in state.active(kind).items()}
        for kind in standard.ALL_TYPES
    }


def schools_of(
    kind: str, values: dict[str, str], version: str, worlds: list[Contents]
) -> set[str]:
    """The schools that a record with these values counts in.

    ``worlds`` are the active contents in which a user is looked for, in order.
    """
    match kind:
        case "orgs":
            return _list(values.get("sourcedId"))
        case "courses" | "roles":
            return _list(values.get("orgSourcedId"))
        case "classes" | "enrollments":
            return _list(values.get("schoolSourcedId"))
        case "users" if version == "1.1":
            return _list(values.get("orgSourcedIds"))
        case "users":
            user_id = values.get("sourcedId")
            found = _list(values.get("primaryOrgSourcedId"))
            for role in worlds[0]["roles"].values():
                if role.get("userSourcedId") == user_id:
                    found |= _list(role.get("orgSourcedId"))
            return found
        case "demographics" | "userProfiles":
            name = "sourcedId" if kind == "demographics" else "userSourcedId"
            for world in worlds:
                user = world["users"].get(values.get(name, ""))
                if user is not None:
                    return schools_of("users", user, version, [world])
    return set()


def _list(value: str | None) -> set[str]:
    return {part.strip() for part in (value or "").split(",")} - {""}


class Schooling:
    """The schools of an import's rows and deletions."""

    def __init__(self, effect: Effect, state: SourceState, version: str) -> None:
        self.effect = effect
        self.version = version
        self.before = contents_before(state)
        # Of a row that may have slipped a column only known schools are told.
        self.known = set(effect.after["orgs"]) | {
            row.record_id or ""
            for row in effect.rows()
            if row.data_type == "orgs" and not row.is_skipped
        }

    def of_row(self, row: ImportedRow) -> set[str]:
        """ "A row counts in the schools of its own values"."""
        if row.outcome == "deleted":
            return self.of_deletion((row.data_type, row.record_id or ""))
        values = row.values
        if row.is_ragged:
            values = {
                name: ",".join(_list(value) & self.known)
                if name in _SCHOOL_COLUMNS
                else value
                for name, value in values.items()
            }
            if row.data_type == "orgs" and row.record_id not in self.known:
                return set()
        worlds = [self.effect.after, self.before]
        return schools_of(row.data_type, values, self.version, worlds)

    def of_deletion(self, key: Key) -> set[str]:
        """ "a deletion in those of its record before it"."""
        kind, record_id = key
        content = self.before[kind][record_id]
        return schools_of(kind, content, self.version, [self.before])


def count(
    effect: Effect, schooling: Schooling
) -> dict[tuple[str, str | None], Counter[str]]:
    """By data type and school (None: all), how many rows of each outcome."""
    counts: dict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    for file in effect.files:
        counts[file.data_type, None].update()
    for row in effect.rows():
        for school in {None, *schooling.of_row(row)}:
            found = counts[row.data_type, school]
            found.update(["total", row.outcome])
            found["invalid"] += is_invalid(row)
    for key in effect.absent:
        for school in {None, *schooling.of_deletion(key)}:
            counts[key[0], school].update(["deleted", "deleted_absent"])
    return counts


def held_types(effect: Effect, state: SourceState) -> set[str]:
    """The data types that the import is held for."""
    return {file.data_type for file in effect.files if _is_held(file, effect, state)}


def _is_held(file: ImportedFile, effect: Effect, state: SourceState) -> bool:
    kind = file.data_type
    active = state.active(kind)
    outcomes = Counter(row.outcome for row in file.rows)
    deletions = outcomes["deleted"] + sum(each == kind for each, _ in effect.absent)
    if deletions > 10 and deletions > 0.2 * len(active):
        return True
    if active and not effect.after[kind]:
        return True
    refused = outcomes["skipped"] + outcomes["excluded"]
    if refused > 10 and refused > 0.2 * len(file.rows):
        return True
    # "in a file named bulk no surviving row fills a column that at least half of 10 or
    # more active records fill".
    if not file.is_named or file.is_delta or len(active) < 10:
        return False
    filled = Counter(name for record in active.values() for name in record.content)
    by_rows = {
        name
        for row in file.rows
        if row.outcome in ("new", "updated", "no_change") and not row.is_deletion
        for name in row.content or {}
    }
    return any(
        2 * times >= len(active) and name not in by_rows
        for name, times in filled.items()
    )
