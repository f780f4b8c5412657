"""What one import does to the records of its source, row by row.

Written from section 2 of the contract on the sync history, which is quoted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from oracle import oneroster_standard as standard
from oracle.oneroster_files import (
    ImportedBundle,
    ImportedFile,
    ImportedRow,
    SkipsAndFlags,
)

Key = tuple[str, str]
"""(data type, sourcedId)."""


@dataclass
class Record:
    """A record of a source, deleted or not."""

    content: dict[str, str]
    is_active: bool
    first_sync_id: str
    last_sync_id: str


@dataclass
class SourceState:
    """What the applied imports of a source amount to."""

    records: dict[Key, Record] = field(default_factory=dict)
    known_types: set[str] = field(default_factory=set)

    def active(self, data_type: str) -> dict[str, Record]:
        """The active records of a type by sourcedId."""
        return {
            record_id: record
            for (kind, record_id), record in self.records.items()
            if kind == data_type and record.is_active
        }


@dataclass
class Effect:
    """What an import does, or would do."""

    files: list[ImportedFile]
    absent: list[Key]
    after: dict[str, dict[str, dict[str, str]]]
    """The active contents once it is applied, by data type and sourcedId."""
    changed: dict[tuple[str, int], list[tuple[str, str | None, str | None]]]
    """By data type and line of an updated row: its (field, old, new)."""

    def rows(self) -> list[ImportedRow]:
        return [row for file in self.files for row in file.rows]


def work_out(
    bundle: ImportedBundle, state: SourceState, actions: SkipsAndFlags
) -> Effect:
    """Give every row its outcome."""
    absent: list[Key] = []
    after = {
        kind: {key: record.content for key, record in state.active(kind).items()}
        for kind in standard.ALL_TYPES
    }
    changed = {}
    for file in bundle.files:
        kind, active = file.data_type, state.active(file.data_type)
        winners = _winners(file)
        # "active records whose sourcedId no row of the file bears, whatever that
        # row's outcome, are deleted by absence".
        borne = {row.record_id for row in file.rows}
        gone = [key for key in active if key not in borne]
        absent += [(kind, key) for key in gone if file.is_named and not file.is_delta]
        for row in winners:
            if row.is_deletion:
                row.outcome = "deleted" if row.record_id in active else "no_change"
        _settle_usernames(kind, winners, active, {key for _, key in absent})
        for row in winners:
            if row.outcome:
                continue
            before = active.get(row.record_id or "")
            row.outcome = (
                "new"
                if before is None
                else "no_change"
                if before.content == row.content
                else "updated"
            )
            if before and row.outcome == "updated":
                changed[kind, row.line] = _changed(before.content, row.content or {})
        for kind_, key in absent:
            after[kind_].pop(key, None)
        for row in winners:
            if row.outcome == "deleted":
                after[kind].pop(row.record_id or "")
            elif _survives(row):
                after[kind][row.record_id or ""] = row.content or {}
    known = state.known_types | {file.data_type for file in bundle.files}
    for file in bundle.files:
        for row in file.rows:
            if _survives(row):
                _judge_among_records(row, after, known, actions)
    return Effect(bundle.files, absent, after, changed)


def _survives(row: ImportedRow) -> bool:
    return (
        row.outcome in ("new", "updated", "no_change")
        and not row.is_deletion
        and not row.is_skipped
    )


def is_invalid(row: ImportedRow) -> bool:
    """Whether it is loaded though it breaks a rule."""
    return _survives(row) and any(action == "flag" for action, _, _ in row.broken)


def _winners(file: ImportedFile) -> list[ImportedRow]:
    """ "Of the rest, among rows with one sourcedId one wins"."""
    winners: dict[str, ImportedRow] = {}
    rest = []
    for row in file.rows:
        if row.is_skipped:
            row.outcome = "skipped"
            row.told = [column for action, column, _ in row.broken if action == "skip"]
            continue
        rest.append(row)
        best = winners.get(row.record_id or "")
        # "the latest dateLastModified as an instant (none or unreadable is earliest),
        # then the last row".
        if best is None or row.modified_at >= best.modified_at:
            winners[row.record_id or ""] = row
    for row in rest:
        best = winners[row.record_id or ""]
        if row is not best:
            is_equal = row.content == best.content and row.status == best.status
            row.outcome = "merged" if is_equal else "excluded"
            row.told = [f"line {best.line}"]
    return sorted(winners.values(), key=lambda row: row.line)


def _settle_usernames(
    kind: str,
    winners: list[ImportedRow],
    active: dict[str, Record],
    absent: set[str],
) -> None:
    """Exclude those whose users.username is taken.

    "Taken: by an earlier winner that survives, or by an active record that has no row
    among the winners and that this import does not delete."
    """
    if kind != "users":
        return
    with_rows = {row.record_id for row in winners}
    taken = {
        record.content["username"]: key
        for key, record in active.items()
        if "username" in record.content and key not in with_rows and key not in absent
    }
    for row in winners:
        username = row.values.get("username")
        if row.outcome or username is None:
            continue
        if username in taken:
            row.outcome = "excluded"
            row.told = [f"username {taken[username]}"]
        else:
            taken[username] = row.record_id or ""


def _judge_among_records(
    row: ImportedRow,
    after: dict[str, dict[str, dict[str, str]]],
    known: set[str],
    actions: SkipsAndFlags,
) -> None:
    kind = row.data_type
    for column, referred in standard.REFERENCES.get(kind, {}).items():
        if actions.get((kind, column, "reference")) == "ignore":
            continue
        values = {part.strip() for part in row.values.get(column, "").split(",")}
        for value in sorted(values - {""}):
            if referred in known and value not in after[referred]:
                row.broken.append(("flag", column, "reference"))
    username = row.values.get("username")
    if (
        kind == "users"
        and username is not None
        and actions.get((kind, "username", "unique")) != "ignore"
        and any(
            content.get("username") == username and key != row.record_id
            for key, content in after["users"].items()
        )
    ):
        row.broken.append(("flag", "username", "unique"))
    row.told = [column for action, column, _ in row.broken if action == "flag"]


def _changed(
    old: dict[str, str], new: dict[str, str]
) -> list[tuple[str, str | None, str | None]]:
    return [
        (name, old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def apply(
    effect: Effect, bundle: ImportedBundle, state: SourceState, sync_id: str
) -> None:
    """Take an import into the state."""
    state.known_types |= {file.data_type for file in bundle.files}
    deleted = list(effect.absent)
    for row in effect.rows():
        key = (row.data_type, row.record_id or "")
        if row.outcome == "deleted":
            deleted.append(key)
        if row.outcome in ("new", "updated"):
            before = state.records.get(key)
            first = before.first_sync_id if before else sync_id
            state.records[key] = Record(row.content or {}, True, first, sync_id)
    for key in deleted:
        state.records[key].is_active = False
        state.records[key].last_sync_id = sync_id
