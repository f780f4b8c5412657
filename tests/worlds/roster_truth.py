"""A small school district that changes from day to day, drawn by a seed."""

from __future__ import annotations

from random import Random

from oracle import oneroster_standard as standard

Values = dict[str, str]

_SIZES = {
    "orgs": 4,
    "academicSessions": 3,
    "courses": 5,
    "classes": 7,
    "users": 24,
    "roles": 28,
    "userProfiles": 6,
    "enrollments": 32,
    "demographics": 14,
}
_CHANGING = {
    "orgs": "name",
    "academicSessions": "title",
    "courses": "title",
    "classes": "location",
    "users": "givenName",
    "roles": "beginDate",
    "userProfiles": "description",
    "enrollments": "role",
    "demographics": "sex",
}
_NEW_VALUES = {
    "beginDate": ("2025-08-01", "2025-09-01", "2026-01-07"),
    "role": ("student", "teacher", "aide"),
    "sex": ("male", "female", "other", "unspecified"),
}


class District:
    """The records as they are on the day."""

    def __init__(self, drawn: Random, version: str) -> None:
        self.drawn = drawn
        self.version = version
        self.records: dict[str, dict[str, Values]] = {}
        self.touched: dict[str, list[str]] = {}
        self.gone: dict[str, list[str]] = {}
        for kind in standard.data_types(version):
            self.records[kind] = {}
            for number in range(_SIZES[kind]):
                self.add(kind, number)
        self.next_number = 100

    def add(self, kind: str, number: int) -> str:
        """One more record; its id."""
        prefix = {"academicSessions": "t", "classes": "k", "demographics": "u"}
        record_id = (
            f"{prefix.get(kind, kind[0] if kind != 'roles' else 'r')}{number:02}"
        )
        if kind == "userProfiles":
            record_id = f"p{number:02}"
        own = self._values(kind, number)
        wanted = standard.columns(kind, self.version)
        self.records[kind][record_id] = {
            "sourcedId": record_id,
            **{name: value for name, value in own.items() if name in wanted},
        }
        return record_id

    def change(self) -> None:
        """A day passes: some records change, come or go."""
        self.touched, self.gone = {}, {}
        for kind, records in self.records.items():
            ids = self.drawn.sample(sorted(records), min(len(records), 2))
            for record_id in ids:
                name = _CHANGING[kind]
                words = _NEW_VALUES.get(name)
                self.next_number += 1
                records[record_id][name] = (
                    self.drawn.choice(words) if words else f"{name} {self.next_number}"
                )
            self.touched[kind] = ids
            if self.drawn.random() < 0.4:
                self.next_number += 1
                self.touched[kind].append(self.add(kind, self.next_number))
            if self.drawn.random() < 0.3 and len(records) > 3:
                record_id = self.drawn.choice(sorted(records))
                if record_id not in ids:
                    self.gone[kind] = [record_id]
                    del records[record_id]

    def _one(self, kind: str) -> str:
        return self.drawn.choice(sorted(self.records[kind]))

    def _values(self, kind: str, number: int) -> Values:
        drawn = self.drawn
        match kind:
            case "orgs":
                is_first = number == 0
                return {
                    "name": f"Org {number}",
                    "type": "district" if is_first else "school",
                    "parentSourcedId": "" if is_first else "o00",
                }
            case "academicSessions":
                return {
                    "title": f"Term {number}",
                    "type": "schoolYear" if number == 0 else "term",
                    "startDate": "2025-08-01",
                    "endDate": "2026-07-01",
                    "parentSourcedId": "" if number == 0 else "t00",
                    "schoolYear": "2026",
                }
            case "courses":
                return {
                    "schoolYearSourcedId": "t00",
                    "title": f'Course, "{number}"',
                    "orgSourcedId": self._one("orgs"),
                    "grades": "09,10",
                }
            case "classes":
                terms = drawn.sample(sorted(self.records["academicSessions"]), 2)
                return {
                    "title": f"Class {number}",
                    "classType": "scheduled",
                    "courseSourcedId": self._one("courses"),
                    "schoolSourcedId": self._one("orgs"),
                    "termSourcedIds": ", ".join(terms),
                    "location": f"room\n{number}" if number % 3 == 0 else "room",
                }
            case "users":
                schools = drawn.sample(
                    sorted(self.records["orgs"]), drawn.choice((1, 2))
                )
                return {
                    "enabledUser": "true",
                    "role": drawn.choice(("student", "aide")),
                    "orgSourcedIds": ",".join(schools),
                    "username": f"name{number}",
                    "familyName": f"Family {number}",
                    "givenName": "Ada",
                    "email": f"u{number}@school.example",
                    "agentSourcedIds": "u00" if number % 5 == 1 else "",
                    "primaryOrgSourcedId": drawn.choice(("", *schools)),
                    "password": "hunter2",
                }
            case "roles":
                return {
                    "userSourcedId": self._one("users"),
                    "roleType": "primary",
                    "role": drawn.choice(("student", "aide")),
                    "orgSourcedId": self._one("orgs"),
                    "beginDate": "2025-08-01",
                    "endDate": "2026-07-01",
                }
            case "userProfiles":
                return {
                    "userSourcedId": self._one("users"),
                    "profileType": "lms",
                    "vendorId": "v",
                    "credentialType": "sso",
                    "username": f"profile{number}",
                    "password": "hunter2",
                }
            case "enrollments":
                school_class = self._one("classes")
                return {
                    "classSourcedId": school_class,
                    "schoolSourcedId": self._one("orgs"),
                    "userSourcedId": self._one("users"),
                    "role": "student",
                    "primary": drawn.choice(("", "false")),
                    "beginDate": "2025-08-01",
                    "endDate": "2026-07-01",
                }
        return {
            "birthDate": "2010-02-28",
            "sex": drawn.choice(("male", "female")),
            **dict.fromkeys(standard.FLAGS, drawn.choice(("true", "FALSE", ""))),
        }
