"""The page of one record: what it is now, and all that happened to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from reporting.dashboard.cells import record_href
from reporting.dashboard.labels import label_of
from reporting.dashboard.page import Page
from reporting.dashboard.values import (
    Shown,
    fact_text,
    facts_of,
    instant_text,
    object_of,
    show,
)
from reporting.queries import MASK
from reporting.records import Story, read_story

EVENTS_A_PAGE = 25
_KINDS = {
    "roster": ("Roster", "roster"),
    "attempt": ("Sync attempts", "attempt"),
    "posting": ("Postings", "posting"),
    "anomaly": ("Anomalies", "anomaly"),
    "resolved": ("Resolved", "anomaly"),
    "oneroster": ("OneRoster", "oneroster"),
    "canvas": ("Canvas", "canvas"),
    "cloudwork": ("Cloudwork", "cloudwork"),
    "echo360": ("Echo360", "echo360"),
}
_ROSTER = {
    "appeared": "Appeared in the roster",
    "changed": "Changed in the roster",
    "left": "Left the roster",
}


# What other systems tell, under their own names.
_SYSTEMS = {
    kind: label
    for kind, (label, _) in _KINDS.items()
    if kind in ("oneroster", "canvas", "cloudwork", "echo360")
}
_DATA_TYPES = {
    "users": "User",
    "roles": "Role",
    "userProfiles": "User profile",
    "demographics": "Demographics",
    "courses": "Course",
    "classes": "Class",
    "enrollments": "Enrollment",
}
_ENGAGED = {
    "presentation": "Presentation viewed",
    "videoview": "Video viewed",
    "liveviews": "Live stream viewed",
    "viewsessions": "Media viewed",
    "viewsessiondetails": "Part of a media viewed",
    "confused": "Slide marked as confusing",
    "polling": "Poll answered",
    "pollingv2": "Poll answered",
    "qanda": "Question or answer",
    "qanda2": "Question or answer",
    "notes": "Notes taken",
}
_IMPORTED = {"new": "imported", "updated": "updated", "deleted": "deleted"}


@dataclass(frozen=True, slots=True)
class Change:
    """A property that a roster version changed."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the timeline."""

    kind: str
    tone: str
    when: Shown
    title: str
    text: str | None
    error_code: str | None
    request_id: str | None
    job_id: str | None
    href: str | None
    system: str | None
    sync_href: str | None
    facts: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything of the page."""

    record_type: str
    title: str
    shown_key: str
    facts: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]
    kinds: tuple[tuple[str, int, str, bool], ...]
    total_count: int
    first: int
    last: int
    previous_href: str | None
    next_href: str | None


def read_record_page(page: Page, name: str) -> RecordPage:
    """The page of the record that a name of an address stands for.

    Raises:
        ReportingError: there is no such record, or it is not the reader's.
    """
    campus_id = page.scope.campus.campus_id
    key = page.service.handles.record_key(campus_id, name)
    kind = page.query.get("event")
    kind = kind if kind in _KINDS else None
    number = page.query.get("page", "1")
    number_of = int(number[:6]) if number.isascii() and number.isdigit() else 1
    offset = (max(1, number_of) - 1) * EVENTS_A_PAGE
    story = read_story(
        page.service,
        page.publication,
        campus_id,
        key,
        page.reader,
        page.scope.zone,
        limit=EVENTS_A_PAGE,
        offset=offset,
        event=kind,
    )
    path = f"/records/{name}"
    shown = story.counts.get(kind, 0) if kind else story.total_count
    last = offset + len(story.events)

    def at(place: int) -> str:
        return page.scope.href(path, event=kind, page=place if place > 1 else None)

    place = offset // EVENTS_A_PAGE + 1
    return RecordPage(
        record_type=_record_type(key),
        title=_title(story, key, is_masked=page.reader.is_masked),
        shown_key=MASK if page.reader.is_masked else key,
        facts=_facts(story, page),
        events=tuple(_event(page, each) for each in story.events),
        kinds=_kinds(page, path, story, kind),
        total_count=shown,
        first=offset + 1 if story.events else 0,
        last=last,
        previous_href=at(place - 1) if place > 1 else None,
        next_href=at(place + 1) if last < shown else None,
    )


def _record_type(key: str) -> str:
    return re.split("[:?]", key, maxsplit=1)[0]


def _kinds(
    page: Page, path: str, story: Story, chosen: str | None
) -> tuple[tuple[str, int, str, bool], ...]:
    every = ("Everything", story.total_count, page.scope.href(path), chosen is None)
    return (
        every,
        *(
            (
                label,
                story.counts[kind],
                page.scope.href(path, event=kind),
                chosen == kind,
            )
            for kind, (label, _) in _KINDS.items()
            if story.counts.get(kind)
        ),
    )


def _title(story: Story, key: str, *, is_masked: bool) -> str:
    found = object_of(story.roster) or {}
    names = [found.get("first_name"), found.get("last_name")]
    person = " ".join(each for each in names if each)
    title = person or found.get("title") or found.get("name")
    if title:
        return str(title)
    if is_masked:
        return label_of(_record_type(key))
    return re.split("[:?]", key, maxsplit=1)[-1]


def _facts(story: Story, page: Page) -> tuple[tuple[str, str], ...]:
    found = object_of(story.roster) or {}
    return tuple(
        (label_of(name), _instant(value, page))
        for name, value in found.items()
        if value is not None
    )


def _event(page: Page, row: dict[str, Any]) -> Event:
    kind = row["event"]
    changes = _changed_fields(row) or _changes(page, row)
    other = row["other_record_key"]
    content = row["content"]
    return Event(
        kind=_KINDS[kind][1],
        tone=_tone(row),
        when=show(row["happened_at"], page.scope.zone),
        title=_headline(row),
        text=row["message"],
        error_code=row["error_code"],
        request_id=row["request_id"],
        job_id=row["job_id"],
        href=record_href(page, other) if other else None,
        system=_SYSTEMS.get(kind),
        sync_href=_sync_href(page, row),
        facts=()
        if changes or content is None or content == MASK
        else tuple((name, fact) for name, fact in facts_of(content) or ()),
        changes=changes,
    )


def _sync_href(page: Page, row: dict[str, Any]) -> str | None:
    """The page of the import that an event belongs to, of the day that it began."""
    history = page.publication.catalog.drawn_as("history")
    sync_id = row.get("sync_id")
    if history is None or history.placement.details is None or not sync_id:
        return None
    day = row["happened_at"].astimezone(page.scope.zone).date()
    days = (day - timedelta(days=1), day + timedelta(days=1))
    return replace(page.scope, days=days).href(
        f"/reports/{history.name}/details", of=sync_id
    )


def _tone(row: dict[str, Any]) -> str:
    if row["event"] == "anomaly":
        return "bad" if row["status"] == "critical" else "warn"
    return {"success": "good", "error": "bad", "warning": "warn"}.get(
        row["status"], "note"
    )


def _headline(row: dict[str, Any]) -> str:
    title = str(row["title"])
    match row["event"]:
        case "roster":
            return _ROSTER[title]
        case "attempt":
            ended = "succeeded" if row["status"] == "success" else "failed"
            return f"{label_of(title)} {ended}"
        case "posting":
            return f"Attendance {title}"
        case "oneroster":
            data_type, _, change = title.rpartition(" ")
            return f"{_DATA_TYPES.get(data_type, data_type)} {_IMPORTED[change]}"
        case "canvas":
            return f"{title.capitalize()} of a roster import"
        case "cloudwork":
            return title
        case "echo360":
            return _ENGAGED.get(title, title)
        case "resolved":
            return f"Anomaly resolved: {label_of(title).lower()}"
        case _:
            return f"Anomaly found: {label_of(title).lower()}"


def _changed_fields(row: dict[str, Any]) -> tuple[Change, ...]:
    """What an import changed, as it says itself."""
    fields = row.get("changed_fields")
    if not fields or fields == MASK:
        return ()
    return tuple(
        Change(each["field"], fact_text(each["old"]), fact_text(each["new"]))
        for each in fields
    )


def _changes(page: Page, row: dict[str, Any]) -> tuple[Change, ...]:
    after, before = object_of(row["content"]), object_of(row["previous_content"])
    if after is None or before is None:
        return ()
    return tuple(
        Change(label_of(name), _instant(before.get(name), page), _instant(value, page))
        for name, value in after.items()
        if value != before.get(name)
    )


def _instant(value: Any, page: Page) -> str:
    """A roster's property; instants are in the reader's zone here too."""
    if isinstance(value, str) and value[:2].isdigit() and value[10:11] == " ":
        try:
            return instant_text(datetime.fromisoformat(value), page.scope.zone)
        except ValueError:
            return value
    return fact_text(value)
