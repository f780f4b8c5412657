"""The SQL that judges rows: texts to typed values, or the first rule that one breaks.

The rules are those of the contract's section 1; each reason says the column and the
value in words.
"""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.extract.platform.readers import Rows
from orchestration.extract.platform.tables import (
    OPERATIONS,
    STATUSES,
    Column,
    Kind,
    Table,
)
from orchestration.sql import quoted


def checked(rows: Rows, table: Table) -> str:
    """Type each column and give the first reason that makes the row a bad one.

    What several rules ask of a value is worked out once, a step a select.

    Args:
        rows: every logical line, as the readers yield it.
        table: the contract's table.
    """
    columns = table.columns
    documents = [column for column in columns if column.kind is Kind.JSON]
    values = [column for column in columns if column.kind in _VALUE_OF]
    rules = [rule for column in columns for rule in _rules(column)]
    whens = "\n            ".join([*rules, *_table_rules(table)])
    is_kept = f"problem is not null or {_MAY_TURN_BAD.get(table.name, 'false')}"
    return f"""
    with delivered as ({rows.select}),
    cleaned as (
        select
            line_number,
            physical_lines,
            line_kind,
            delivered,
            problem,
            {_each(columns, "clean({name}) as {name}")}
        from delivered
    ),
    looked_at as (
        select
            *,
            {_each(documents, "is_plain_object({name}) as {name}_is_plain")}
            {_each(values, "{value_of}({name}) as {name}_value")}
        from cleaned
    ),
    cared_for as (
        select
            *,
            {_each(documents, _IS_CAREFUL)}
        from looked_at
    ),
    validated as (
        select
            *,
            {_each(documents, _IS_VALID)}
        from cared_for
    ),
    minified as (
        select
            * {_replacing(documents, _MINIFIED)},
        from validated
    ),
    judged as (
        select
            *
            replace (
                case
                when line_kind <> 'row' then null
                when problem is not null then problem
                {whens}
                end as problem
            ),
        from minified
    )
    select
        line_number,
        physical_lines,
        line_kind,
        problem,
        case when {is_kept} then {rows.raw_text} end as raw_text,
        {_each(columns, "{typed} as {name}")}
    from judged
    """


# The macro that makes a value of a column's text, and what text that is none is told.
_VALUE_OF = {
    Kind.INSTANT: "instant",
    Kind.INTEGER: "whole_number",
    Kind.BOOLEAN: "truth",
}
_NO_VALUE = {
    Kind.INSTANT: "is no time",
    Kind.INTEGER: "is no whole number",
    Kind.BOOLEAN: "is neither true nor false",
}
# Each step of a JSON column looks only at what the step before left open. Valid JSON or
# null comes out, so that no rule meets text that is none; 'null' is JSON's way to say
# that there is nothing. A case, because a conjunction looks at its last part for every
# row.
_IS_CAREFUL = (
    "case when {name}_is_plain then false else needs_care({name}) end"
    " as {name}_is_careful"
)
_IS_VALID = (
    "case when {name}_is_plain then true"
    " else is_strict_json({name}, {name}_is_careful) end as {name}_is_valid"
)
_MINIFIED = (
    "case when {name}_is_plain then {name} when {name}_is_valid"
    " then nullif(minified({name}, {name}_is_careful), 'null') end as {name}"
)
# Rows whose whole text is kept until `doubled_keys` has judged them too.
_MAY_TURN_BAD = {
    "api_requests": (
        "(not params_is_plain and may_nest(params)) or item_results is not null"
    )
}


def _each(columns: Iterable[Column], told: str) -> str:
    """A line a column, each with its comma."""
    return "\n            ".join(
        told.format(
            name=column.name,
            value_of=_VALUE_OF.get(column.kind),
            typed=_typed(column),
        )
        + ","
        for column in columns
    )


def _replacing(columns: list[Column], told: str) -> str:
    replaced = _each(columns, told).removesuffix(",")
    return f"replace ({replaced})" if columns else ""


def _typed(column: Column) -> str:
    if column.kind is Kind.BOOLEAN:
        return f"coalesce({column.name}_value, false)"
    return f"{column.name}_value" if column.kind in _VALUE_OF else column.name


def _rules(column: Column) -> list[str]:
    name = column.name
    told = f"'{name} ''' || left({name}, 80) || ''' "
    rules = []
    if column.kind is Kind.JSON:
        rules.append(f"when not {name}_is_valid then '{name} is no JSON'")
    if column.is_required:
        rules.append(f"when {name} is null then '{name} is missing'")
    if column.vocabulary:
        words = ", ".join(map(quoted, column.vocabulary))
        rules.append(
            f"when {name} not in ({words})"
            f" then {told}is not one of {_listed(column.vocabulary)}'"
        )
    if column.list_vocabulary:
        words = "|".join(column.list_vocabulary)
        rules.append(
            f"when not regexp_full_match({name}, '({words})(;({words}))*')"
            f" then {told}is not a list of {_listed(column.list_vocabulary)}'"
        )
    if column.kind in _VALUE_OF:
        rules.append(
            f"when {name} is not null and {name}_value is null"
            f" then {told}{_NO_VALUE[column.kind]}'"
        )
    return rules


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words)


def _request_rules() -> list[str]:
    """Rules of the log beyond single columns (section 1, 'Bad rows, bulk or not')."""
    pairs = ", ".join(
        quoted(f"{record_type} {operation}")
        for record_type, operations in OPERATIONS.items()
        for operation in operations
    )
    is_bulk = "operation in ('bulk_create', 'bulk_delete')"
    statuses = ", ".join(map(quoted, STATUSES))
    sessions = "json_extract(params, '$.sessions')"
    ids = "json_extract(params, '$.attendanceIDs')"

    def is_absent(part: str) -> str:
        return f"coalesce(json_type({part}), 'NULL') = 'NULL'"

    def is_no_array(part: str) -> str:
        return f"coalesce(json_type({part}), 'NULL') not in ('NULL', 'ARRAY')"

    return [
        f"when record_type || ' ' || operation not in ({pairs})"
        " then 'operation ''' || left(operation, 80) || ''' does not exist for '"
        " || record_type",
        "when not starts_with(params, '{') then 'params is no JSON object'",
        "when not params_is_plain and may_nest(params) and is_too_deep(params)"
        " then 'params is nested deeper than 100 levels'",
        "when is_too_deep(item_results)"
        " then 'item_results is nested deeper than 100 levels'",
        "when holds_twice(json_keys(params)) then 'params has a key twice'",
        "when not starts_with(item_results, '[') then 'item_results is no JSON array'",
        "when len(list_filter(elements(item_results), lambda result:"
        " json_type(result) not in ('NULL', 'OBJECT')"
        " or (json_type(result) = 'OBJECT' and not coalesce("
        f"json_extract_string(result, '$.status') in ({statuses}), false)))) > 0"
        " then 'item_results holds a result that is neither null nor an object"
        " with a status'",
        f"when {is_bulk} and {is_absent(sessions)} and {is_absent(ids)}"
        " then 'a bulk request without sessions and without attendanceIDs'",
        f"when {is_bulk} and {is_no_array(sessions)} then 'sessions is no JSON array'",
        f"when {is_bulk} and {is_no_array(ids)} then 'attendanceIDs is no JSON array'",
        f"when {is_bulk} and {sessions} is not null and len(list_filter("
        f"elements({sessions}), lambda element:"
        " coalesce(json_type(element), 'NULL') <> 'OBJECT')) > 0"
        " then 'sessions holds an element that is no object'",
        f"when {is_bulk} and {ids} is not null and len(list_filter("
        f"elements({ids}), lambda element:"
        " coalesce(json_type(element), 'NULL') not in"
        " ('VARCHAR', 'BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')"
        " or clean(json_extract_string(element, '$')) is null)) > 0"
        " then 'attendanceIDs holds an element that is no id'",
    ]


def _table_rules(table: Table) -> list[str]:
    """Rules that a column alone cannot tell."""
    if table.name == "api_requests":
        return _request_rules()
    if table.name == "campuses":
        return [
            "when time_zone not in (select name from iana_time_zones)"
            " then 'time_zone ''' || time_zone || ''' is no IANA time zone'"
        ]
    return []


def doubled_keys(checked_rows: str) -> str:
    """Line numbers of log rows with one key twice below the top level.

    Only rows whose text was kept may hold an object inside an object. What the keys of
    params hold is looked at by itself, and once: the same values come in many rows.
    """
    return f"""
    with suspect as (
        select line_number, params, item_results
        from {checked_rows}
        where line_kind = 'row' and problem is null and raw_text is not null
    ),
    held as (
        select line_number, unnest(json_extract(params, '$.*')) as json_text
        from suspect
        union all
        select line_number, item_results as json_text
        from suspect
        where item_results is not null
    ),
    nested as (
        select line_number, json_text
        from held
        where regexp_matches(json_text, '^[\\[{{]')
    ),
    texts as (
        select distinct json_text
        from nested
    ),
    doubled as (
        select texts.json_text
        from texts, json_tree(texts.json_text) as node
        where node.key is not null
        group by texts.json_text, node.parent, node.key
        having count(*) > 1
    )
    select distinct line_number
    from nested
    where json_text in (select json_text from doubled)
    """
