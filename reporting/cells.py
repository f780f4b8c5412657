"""How a report's values are shown: masked, in the reader's zone, safe in a spreadsheet.

All of it is SQL, so that ten million rows never become Python objects.
"""

from __future__ import annotations

from reporting.catalog import Column
from reporting.queries import MASK, Question, quoted

# What a spreadsheet takes for a formula: = + - @, also their full-width forms and
# behind blanks or invisible characters, and a leading tab or line end.
# OWASP, CSV Injection. An apostrophe in front makes it text.
_FORMULA = (
    r"^[\x00-\x20\p{Z}\x{200B}\x{FEFF}]*"
    r"[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]|^[\t\r\n]"
)
_NUMBERS = ("bigint", "integer", "double", "hugeint", "boolean")


def typed_cells(question: Question) -> str:
    """Values in their own types, text as it is: Parquet."""
    return ", ".join(
        f"{_value(question, column)} as {quoted(column.name)}"
        for column in question.report.columns
    )


def sheet_cells(question: Question) -> str:
    """Values in their own types, text made safe: spreadsheets."""
    return ", ".join(
        f"{_safe(_text(question, column), column)} as {quoted(column.name)}"
        for column in question.report.columns
    )


def text_cells(question: Question) -> str:
    """Numbers as they are, instants as ISO 8601, text made safe: delimited files."""
    return ", ".join(
        f"{_safe(_shown(question, column), column)} as {quoted(column.name)}"
        for column in question.report.columns
    )


def json_object(question: Question) -> str:
    """One JSON object a row, its keys in the order of the columns."""
    members = ", ".join(
        f"{quoted(column.name)} := {_member(question, column)}"
        for column in question.report.columns
    )
    return f"cast(to_json(struct_pack({members})) as varchar) as line"


def _value(question: Question, column: Column) -> str:
    name = quoted(column.name)
    if question.masks(column):
        return f"case when {name} is not null then '{MASK}' end"
    return f"cast({name} as varchar)" if column.type == "json" else name


def _text(question: Question, column: Column) -> str:
    """A value as readers without lists take it: those as JSON."""
    if column.is_list and not question.masks(column):
        return f"cast(to_json({quoted(column.name)}) as varchar)"
    return _value(question, column)


def _shown(question: Question, column: Column) -> str:
    if question.masks(column) or not column.is_instant:
        return _text(question, column)
    text = f"strftime({quoted(column.name)}, '%Y-%m-%dT%H:%M:%S.%f%z')"
    whole_seconds = f"replace({text}, '.000000', '')"
    return rf"regexp_replace({whole_seconds}, '([+-]\d\d)$', '\1:00')"


def _member(question: Question, column: Column) -> str:
    if (column.type == "json" or column.is_list) and not question.masks(column):
        return quoted(column.name)
    return _shown(question, column)


def _safe(value: str, column: Column) -> str:
    if column.is_instant or column.type in _NUMBERS or column.type == "date":
        return value
    return (
        f"case when regexp_matches({value}, '{_FORMULA}')"
        f" then '''' || {value} else {value} end"
    )
