"""Filters that a report offers by itself: values to tick, to type, and switches.

Which columns they are of stands in the report's yml. The form's answer is turned into
the filters of the address, so that links, downloads and pages know of one kind only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reporting.catalog import Facet, Report
from reporting.dashboard.labels import label_of
from reporting.dashboard.page import Page
from reporting.dashboard.scope import address
from reporting.filters import Filter

SUGGESTIONS = 50
_MOST_CHOICES = 60
_MARK = "facets"


@dataclass(frozen=True, slots=True)
class Option:
    """A value that can be ticked, and how many rows have it."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: of values to tick, a switch, or one to type into."""

    name: str
    label: str
    column: str
    options: tuple[Option, ...] = ()
    suggestions: tuple[str, ...] = ()
    value: str = ""
    is_switch: bool = False
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Facets:
    """The form: where it leads, what it takes along, its fields, the way to all."""

    path: str
    hidden: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    clear_href: str | None
    suggestions_href: str


def offered(page: Page, report: Report) -> tuple[Facet, ...]:
    """The facets that this reader may use."""
    return tuple(
        each
        for each in report.placement.facets
        if not (page.reader.is_masked and report.column(each.column).is_personal)
    )


def with_defaults(report: Report, given: tuple[str, ...]) -> tuple[str, ...]:
    """The filters given, and those that hold unless the address says otherwise."""
    named = {Filter.parse(each).column for each in given}
    return given + tuple(
        f"{each.column}:eq:{each.default}"
        for each in report.placement.facets
        if each.default is not None and each.column not in named
    )


def undone_defaults(report: Report, columns: Iterable[str]) -> list[str]:
    """Filters for a link that leads to certain rows: no default may hide them."""
    named = set(columns)
    return [
        f"{each.column}:is:not_null"
        for each in report.placement.facets
        if each.default is not None and each.column not in named
    ]


def is_switch(report: Report, column: str) -> bool:
    """Whether the form shows the column's filter as a switch."""
    return any(
        each.column == column and each.default is not None
        for each in report.placement.facets
    )


def address_of_choice(page: Page, report: Report, prefix: str, path: str) -> str | None:
    """The address that stands for what the form sent; None when it sent nothing."""
    if f"{prefix}{_MARK}" not in page.query:
        return None
    facets = offered(page, report)
    columns = {each.column for each in facets}
    used = {f"{prefix}{name}" for name in (_MARK, "filter", "page")}
    used |= {_name(prefix, each) for each in facets}
    pairs = [(n, value) for n, value in page.query.multi_items() if n not in used]
    kept = [
        each
        for each in page.query.getlist(f"{prefix}filter")
        if Filter.parse(each).column not in columns
    ]
    for facet in facets:
        values = [
            each.strip()
            for each in page.query.getlist(_name(prefix, facet))
            if each.strip()
        ]
        chosen = _filter_of(page, report, facet, values)
        kept += [str(chosen)] if chosen else []
    pairs += [(f"{prefix}filter", each) for each in kept]
    return address(path, pairs, prefix.rstrip("."))


def read_facets(page: Page, report: Report, prefix: str, path: str) -> Facets | None:
    """The form of a report; None when it has no facet for this reader."""
    facets = offered(page, report)
    if not facets:
        return None
    given = [Filter.parse(each) for each in page.query.getlist(f"{prefix}filter")]
    columns = {each.column for each in facets}
    fields = [_field(page, report, each, given, prefix) for each in facets]
    of_form = {f"{prefix}page", *(_name(prefix, each) for each in facets)}
    rest = [
        (name, value)
        for name, value in page.query.multi_items()
        if name not in of_form
        and not (name == f"{prefix}filter" and Filter.parse(value).column in columns)
    ]
    without = [pair for pair in rest if pair[0] != f"{prefix}filter"]
    return Facets(
        path=path,
        hidden=(*rest, (f"{prefix}{_MARK}", "1")),
        fields=tuple(each for each in fields if each is not None),
        clear_href=address(path, without, prefix.rstrip(".")) if given else None,
        suggestions_href=page.scope.href(f"/reports/{report.name}/suggestions"),
    )


def suggest(page: Page, report: Report, column: str, text: str) -> list[str]:
    """Values of a column that hold the text, of the page's campus and range.

    Raises:
        ReportingError: the column is none that this reader may filter by.
    """
    filters = [f"{column}:contains:{text}"] if text else []
    question = page.question(report, filters=[*filters, f"{column}:is:not_null"])
    found = page.counts(question, column, limit=SUGGESTIONS)
    return [str(value) for (value,) in found]


def _name(prefix: str, facet: Facet) -> str:
    return f"{prefix}facet.{facet.column}"


def _filter_of(
    page: Page, report: Report, facet: Facet, values: list[str]
) -> Filter | None:
    """What was ticked or typed, as a filter: a value there is, or a part of one."""
    if facet.default is not None:
        return Filter(facet.column, "is", "not_null") if values else None
    if not values:
        return None
    if facet.is_list:
        if len(values) == 1:
            return Filter(facet.column, "eq", values[0])
        return Filter.any_of(facet.column, values)
    exact = Filter(facet.column, "eq", values[0])
    is_known = page.counts(
        page.question(report, filters=[str(exact)]), facet.column, limit=1
    )
    return exact if is_known else Filter(facet.column, "contains", values[0])


def _field(
    page: Page, report: Report, facet: Facet, given: list[Filter], prefix: str
) -> Field | None:
    """A field with its values; None where the column has none and nothing is chosen."""
    mine = [each for each in given if each.column == facet.column]
    name, label = _name(prefix, facet), facet.label or label_of(facet.column)
    if facet.default is not None:
        return Field(name, label, facet.column, is_switch=True, is_on=bool(mine))
    if not facet.is_list:
        suggestions = suggest(page, report, facet.column, "")
        value = mine[0].value if mine else ""
        if not suggestions and not value:
            return None
        return Field(
            name, label, facet.column, suggestions=tuple(suggestions), value=value
        )
    counts = page.counts(page.question(report), facet.column, limit=_MOST_CHOICES)
    found = {str(value): count for (value,), count in counts.items() if value}
    chosen = {
        value for each in mine if each.operator in ("eq", "in") for value in each.values
    }
    found |= {value: 0 for value in chosen if value not in found}
    if not found:
        return None
    return Field(
        name,
        label,
        facet.column,
        options=tuple(
            Option(
                value,
                value.capitalize() if value.isalpha() else value,
                count,
                value in chosen,
            )
            for value, count in sorted(found.items())
        ),
    )
