"""The list of all checks, and what a person reads of a result."""

import re
from collections import Counter
from dataclasses import replace

from served_world import RANGE_END, RANGE_START

from expectations.checks import Stage
from expectations.landing import checks as landing
from expectations.landing.declarations import declared_checks
from expectations.published import checks as published
from expectations.published.declarations import (
    declared_on_history,
    declared_on_reports,
    declared_on_rows,
    declared_on_shape,
)
from expectations.registry import all_checks
from expectations.results import CheckResult, Severity, describe
from orchestration.extract.platform.tables import API_REQUESTS
from orchestration.settings import PROJECT_FOLDER

RESULT = CheckResult(
    check="lines_accounted_for",
    table_name="ledger",
    severity=Severity.BLOCKING,
    passed=False,
    observed="1 of 8 tables against it",
    expected="no lost line",
    failing_rows=('{"table_name":"users"}', '{"table_name":"courses"}'),
)


def test_every_check_has_a_name_of_its_own_and_a_rule() -> None:
    checks = all_checks()

    assert [name for name, n in Counter(c.name for c in checks).items() if n > 1] == []
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", check.name) for check in checks)
    assert all(check.description and check.table_name for check in checks)


def test_every_check_is_declared_once_and_listed() -> None:
    on_published = (
        declared_on_shape()
        + declared_on_reports()
        + declared_on_rows(RANGE_START, RANGE_END)
        + declared_on_history()
    )

    for declared, listed, stage in (
        (declared_checks(), landing.CHECKS, Stage.LANDING),
        (on_published, published.CHECKS, Stage.PUBLISHED),
    ):
        assert Counter(item.check for item in declared) == Counter(listed)
        assert {check.stage for check in listed} == {stage}
    assert all_checks() == [*landing.CHECKS, *published.CHECKS]


def test_checks_of_the_log_belong_to_its_table() -> None:
    tables = {check.table_name for check in landing.CHECKS}

    assert tables == {"ledger", API_REQUESTS.name}


def test_a_failed_check_is_told_in_one_line() -> None:
    assert describe(RESULT) == (
        "lines_accounted_for failed (blocking) on ledger: 1 of 8 tables against it;"
        ' expected: no lost line; for example {"table_name":"users"}'
    )


def test_a_passed_check_of_no_table_is_told_without_rows() -> None:
    passed = replace(RESULT, passed=True, table_name="", failing_rows=())

    assert describe(passed) == (
        "lines_accounted_for passed: 1 of 8 tables against it; expected: no lost line"
    )


def test_line_breaks_do_not_break_the_line() -> None:
    assert "\n" not in describe(replace(RESULT, observed="one\ntwo"))


def test_the_page_of_the_checks_lists_each_with_its_severity_and_rule() -> None:
    page = (PROJECT_FOLDER / "docs" / "checks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| [^|]+ \| (.+) \|$", page, re.M)

    assert rows == [
        (check.name, check.severity, check.description.replace("*", "`*`"))
        for check in all_checks()
    ]
