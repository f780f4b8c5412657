"""rollbook.yml: what it may say, and how it is told what it may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from orchestration.app_settings import App
from orchestration.errors import BadInputError
from orchestration.home import Home
from orchestration.school_settings import (
    AlertEvent,
    AlertSettings,
    SchoolSettings,
    read_school_settings,
)
from orchestration.settings import PROJECT_FOLDER, Settings
from orchestration.source_settings import OneRosterSource

SECRET = "p4ssw0rd"
UNITS = (
    "_seconds",
    "_minutes",
    "_hours",
    "_days",
    "_bytes",
    "_count",
    "_versions",
    "_mb",
    "_per_minute",
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def written(home: Home, text: str) -> Home:
    (home.root / "rollbook.yml").write_text(text, encoding="utf-8")
    return home


WHOLE = f"""\
alerts:
  channels:
    - name: office
      url: mailto://rollbook:{SECRET}@mail.school.example
      events: [critical_anomalies, daily_digest]
      campuses: [C1]
    - name: operators
      url_file: operators.url
  attempt_count: 2
"""


def test_without_a_file_everything_has_its_default(home: Home) -> None:
    settings = read_school_settings(home)

    assert settings == SchoolSettings()
    assert settings.alerts.channels == ()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "alerts: {}\n"])
def test_an_empty_file_says_nothing(home: Home, text: str) -> None:
    assert read_school_settings(written(home, text)) == SchoolSettings()


def test_what_the_file_says_counts(home: Home) -> None:
    office, operators = read_school_settings(written(home, WHOLE)).alerts.channels

    assert office.events == (AlertEvent.CRITICAL_ANOMALIES, AlertEvent.DAILY_DIGEST)
    assert office.campuses == ("C1",)
    assert operators.events == tuple(AlertEvent)
    assert SECRET not in repr(office)


def test_a_given_file_counts_instead_of_the_home_s(home: Home, tmp_path: Path) -> None:
    written(home, "not: known\n")
    given = tmp_path / "other.yml"
    given.write_text("alerts: {attempt_count: 9}\n", encoding="utf-8")

    assert read_school_settings(home, given).alerts.attempt_count == 9


WRONG = {
    "no such setting": (
        "alerts:\n  chanels: []\n",
        "line 2: alerts.chanels: there is no such setting",
    ),
    "no such section": ("alarms: {}\n", "line 1: alarms: there is no such setting"),
    "no event": (
        WHOLE.replace("daily_digest", "weekly_digest"),
        "line 5: alerts.channels[0].events[1]: input should be",
    ),
    "no address": (
        "alerts:\n  channels:\n    - name: a\n",
        "line 3: alerts.channels[0]: give either url or url_file",
    ),
    "two addresses": (
        WHOLE.replace("      events", "      url_file: x\n      events"),
        "line 3: alerts.channels[0]: give either url or url_file",
    ),
    "one name twice": (
        WHOLE.replace("operators\n", "office\n", 1),
        "line 1: alerts: two channels have the same name",
    ),
    "a number out of bounds": (
        WHOLE.replace("count: 2", "count: 0"),
        "line 9: alerts.attempt_count: input should be greater than or equal to 1",
    ),
    "a setting twice": (
        WHOLE + "  attempt_count: 3\n",
        "line 10: attempt_count stands there twice",
    ),
    "an address that is a list": (
        f"alerts:\n  channels:\n    - name: a\n      url: [{SECRET}]\n",
        "line 4: alerts.channels[0].url: input should be a valid string",
    ),
    "no YAML": (f"alerts:\n  channels: [{SECRET}\n", "line 3: "),
    "a tab": (f"alerts:\n\tchannels: {SECRET}\n", "line 2: found character"),
    "a list": ("- alerts\n", "line 1: the file: settings with names are wanted here"),
    "a list as a name": ("? [a]\n: 1\n", "line 1: a name is a plain word"),
    "an alias": ("alerts: &a [*a]\n", "line 1: aliases (*) are not allowed"),
    "a Python object": ("alerts: !!python/name:os.system\n", "line 1: "),
    "no day of a calendar": (
        "alerts:\n  attempt_count: 2026-02-30\n",
        "line 2: it has a tag or a value that is not allowed",
    ),
    "a word called a number": (
        f"alerts:\n  attempt_count: !!int {SECRET}\n",
        "line 2: it has a tag or a value that is not allowed",
    ),
    "an address in the place of a name": (
        f"alerts:\n  channels: [{{name: a, url:json://{SECRET}@there.example}}]\n",
        "line 2: alerts.channels[0].(a name that is not shown): there is no such",
    ),
    "such an address twice": (
        f"alerts:\n  json://{SECRET}@there: 1\n  json://{SECRET}@there: 1\n",
        "line 3: (a name that is not shown) stands there twice",
    ),
    "days that no calendar has": (
        "alerts:\n  waiting_days: .inf\n",
        "line 2: alerts.waiting_days: input should be less than or equal to",
    ),
}


@pytest.mark.parametrize(("text", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_in_one_line_without_values(
    home: Home, text: str, told: str
) -> None:
    with pytest.raises(BadInputError) as raised:
        read_school_settings(written(home, text))

    message = str(raised.value)
    assert message.startswith(f"{home.root / 'rollbook.yml'}, {told}"), message
    assert "\n" not in message
    assert SECRET not in message
    assert raised.value.exit_code == 2


def test_a_given_file_that_is_missing_is_told(home: Home, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"no\.yml cannot be read: No such file"):
        read_school_settings(home, tmp_path / "no.yml")


def fields(model: type[BaseModel], place: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every setting by its dotted name, sections aside."""
    for name, field in model.model_fields.items():
        dotted = f"{place}{name}"
        inner = [
            kind
            for kind in (field.annotation, *get_args(field.annotation))
            if isinstance(kind, type) and issubclass(kind, BaseModel)
        ]
        if inner:
            yield from fields(inner[0], f"{dotted}.")
        else:
            yield dotted, field


def test_every_setting_of_a_source_and_an_app_is_in_the_docs() -> None:
    page = (PROJECT_FOLDER / "docs" / "oneroster.md").read_text(encoding="utf-8")

    for model in (OneRosterSource, App):
        for name, field in fields(model):
            assert field.description, name
            assert name.split(".")[-1] in page, name


def test_every_number_has_its_unit_in_its_name() -> None:
    numbers = {
        name
        for model in (SchoolSettings, Settings)
        for name, field in fields(model)
        if field.annotation in (int, float)
    }

    assert "alerts.first_wait_seconds" in numbers
    # What is counted is its own unit.
    assert {name for name in numbers if not name.endswith(UNITS)} == {
        *("threads", "service_threads", "answers_at_once"),
        *("request_workers", "requests_in_flight"),
    }


def test_every_setting_is_in_the_docs_with_its_default() -> None:
    page = (PROJECT_FOLDER / "docs" / "alerts.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| `(alerts\.[\w.]+)` \| ([^|]+) \|", page, re.M))
    of_alerts = dict(fields(AlertSettings, "alerts."))

    assert set(stated) == set(of_alerts)
    for name, field in of_alerts.items():
        assert field.description, name
        if isinstance(field.default, int | float):
            assert stated[name] == f"`{field.default:g}`", name
