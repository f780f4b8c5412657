"""What can be wrong with a row of a bundle: one fault for each rule of OneRoster."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from oracle import oneroster_standard as standard

Values = dict[str, str]


@dataclass(frozen=True)
class Fault:
    """A rule to break, or another oddity of rows, in a file of one type."""

    data_type: str
    column: str
    check: str


# No column is called so.
_SPOILT = "spoilt"
_ODDITIES = (
    *("cells", "cells_beyond", "merged", "excluded", "returning", "taken"),
    *("unknown_deletion", "blank_row", "unknown_school"),
)


def faults(version: str) -> list[Fault]:
    """Every rule of a version, and the oddities, each as a fault."""
    found: list[Fault] = []
    for kind in standard.data_types(version):
        named = {
            "required": ["sourcedId", *standard.required(kind, version)],
            "guid": ["sourcedId"],
            "status": ["status"],
            "instant": ["dateLastModified"],
            "vocabulary": [
                name
                for name in standard.columns(kind, version)
                if standard.vocabulary(kind, name, version)
            ],
            "date": list(standard.DATES.get(kind, ())),
            "year": ["schoolYear"] if kind == "academicSessions" else [],
            "email": ["email"] if kind == "users" else [],
            "not_before": [standard.SPANS[kind][1]] if kind in standard.SPANS else [],
            "reference": [
                name
                for name in standard.REFERENCES.get(kind, ())
                if name in standard.columns(kind, version)
            ],
            "unique": ["username"] if kind == "users" else [],
        }
        found += [
            Fault(kind, name, check) for check, names in named.items() for name in names
        ]
        found += [Fault(kind, "", oddity) for oddity in _ODDITIES]
    return found


def spoil(fault: Fault, rows: list[Values], names: list[str], drawn: Random) -> None:
    """Put a fault into the rows of a file; ``names`` are its columns."""
    sound = [row for row in rows if "" not in row and row.get("sourcedId")]
    if not sound:
        return
    # One fault a row, while there are rows: one must not hide another.
    row = drawn.choice([each for each in sound if _SPOILT not in each] or sound)
    row[_SPOILT] = "yes"
    column = fault.column
    match fault.check:
        case "required":
            row[column] = " "
        case "guid":
            row["sourcedId"] += " #"
        case "status":
            row["status"] = drawn.choice(("archived", "deleted?"))
        case "instant":
            row["dateLastModified"] = drawn.choice(("", "soon", "2026-02-30"))
        case "vocabulary":
            row[column] = "captain"
        case "date":
            row[column] = drawn.choice(("2026-02-30", "01.02.2026", "2026-1-2"))
        case "year":
            row[column] = "25/26"
        case "email":
            row[column] = drawn.choice(("nobody", "a b@c.d", "a@b"))
        case "not_before":
            begin = standard.SPANS[fault.data_type][0]
            row[begin], row[column] = "2026-05-02", "2026-05-01"
        case "reference":
            if column == "sourcedId":
                rows.append({**row, column: f"nobody{drawn.randrange(9)}"})
            else:
                row[column] = "nobody"
        case "unique" if len(sound) > 1:
            # A is refused the name that B has given up for A's own.
            other = drawn.choice([each for each in sound if each is not row])
            third = drawn.choice(sound)
            row["username"] = third.get("username", "")
            third["username"] = other.get("username", "")
        case "taken":
            row["username"] = drawn.choice(sound).get("username", "")
        case "cells":
            row[""] = "cut"
        case "cells_beyond":
            row[""] = "more"
        case "merged":
            rows.append(dict(row))
        case "excluded":
            changed = drawn.choice(names[1:])
            later = drawn.choice(("2026-03-31", "2026-03-01T10:00:00+02:00", "never"))
            rows.append({**row, changed: "x", "dateLastModified": later})
        case "returning":
            rows.append({**row, "status": "active", "dateLastModified": "2020-01-01"})
        case "unknown_deletion":
            rows.append({**row, "sourcedId": "unseen", "status": "tobedeleted"})
        case "blank_row":
            rows.append(dict.fromkeys(names, ""))
        case "unknown_school":
            for name in ("orgSourcedId", "schoolSourcedId", "orgSourcedIds"):
                if name in names:
                    row[name] = "o99"
