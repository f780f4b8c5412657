"""The SQL that judges rows: texts to typed values, or the first rule that one breaks.

The rules are those of the contract's section 1; each reason says the column and the
value in words.
"""

from __future__ import annotations

from orchestration.extract.platform.readers import quoted
from orchestration.extract.platform.tables import (
    OPERATIONS,
    STATUSES,
    Column,
    Kind,
    Table,
)


def checked(rows: str, table: Table, *, faults: str) -> str:
    """Type each column and give the first reason that makes the row a bad one.

    Args:
        rows: relation of every logical line, as the readers above yield it.
        table: the contract's table.
        faults: relation ``(line_number, reason)`` of lines with unusable bytes.
    """
    cleaned = ",\n".join(
        [
            *(
                f"        {_cleaned(column)} as {column.name}"
                for column in table.columns
            ),
            *(
                f"        clean({column.name}) is not null"
                f" and minified(clean({column.name})) is null"
                f" as {column.name}_is_broken"
                for column in table.columns
                if column.kind is Kind.JSON
            ),
        ]
    )
    typed = ",\n".join(
        f"        {_typed(column)} as {column.name}" for column in table.columns
    )
    rules = [rule for column in table.columns for rule in _rules(column)]
    if table.name == "api_requests":
        rules += _request_rules()
    if table.name == "campuses":
        rules.append(
            "when time_zone not in (select name from iana_time_zones)"
            " then 'time_zone ''' || time_zone || ''' is no IANA time zone'"
        )
    whens = "\n            ".join(rules)
    names = ", ".join(table.column_names)
    return f"""
    with delivered as ({rows}),
    cleaned as (
        select
            line_number,
            physical_lines,
            line_kind,
            raw_text,
            coalesce(
                (
                    select min(faults.reason)
                    from {faults} as faults
                    where faults.line_number >= delivered.line_number
                        and faults.line_number
                        < delivered.line_number + delivered.physical_lines
                ),
                problem
            ) as problem,
{cleaned},
        from delivered
    ),
    judged as (
        select
            line_number,
            physical_lines,
            line_kind,
            raw_text,
            case
            when line_kind <> 'row' then null
            when problem is not null then problem
            {whens}
            end as problem,
{typed},
        from cleaned
    )
    select
        line_number,
        physical_lines,
        line_kind,
        problem,
        {_kept_raw_text(table)} as raw_text,
        {names},
    from judged
    """


def _kept_raw_text(table: Table) -> str:
    """The whole line of a row that may turn out to be bad; of others it is not kept."""
    condition = "problem is not null"
    if table.name == "api_requests":
        condition += " or may_nest(params) or item_results is not null"
    return f"case when {condition} then raw_text end"


def _cleaned(column: Column) -> str:
    if column.kind is Kind.JSON:
        # Valid JSON or null, so that no later expression meets text that is none;
        # 'null' is JSON's way to say that there is nothing.
        return f"nullif(minified(clean({column.name})), 'null')"
    return f"clean({column.name})"


def _typed(column: Column) -> str:
    match column.kind:
        case Kind.INSTANT:
            return f"instant({column.name})"
        case Kind.INTEGER:
            return f"whole_number({column.name})"
        case Kind.BOOLEAN:
            return f"coalesce(truth({column.name}), false)"
        case _:
            return column.name


def _rules(column: Column) -> list[str]:
    name = column.name
    told = f"'{name} ''' || left({name}, 80) || ''' "
    rules = []
    if column.kind is Kind.JSON:
        rules.append(f"when {name}_is_broken then '{name} is no JSON'")
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
    match column.kind:
        case Kind.INSTANT:
            rules.append(
                f"when {name} is not null and instant({name}) is null"
                f" then {told}is no time'"
            )
        case Kind.INTEGER:
            rules.append(
                f"when {name} is not null and whole_number({name}) is null"
                f" then {told}is no whole number'"
            )
        case Kind.BOOLEAN:
            rules.append(
                f"when {name} is not null and truth({name}) is null"
                f" then {told}is neither true nor false'"
            )
    return rules


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words)


def _request_rules() -> list[str]:
    """Rules of the log beyond single columns (section 1, 'Bad rows, bulk or not')."""
    pairs = ", ".join(
        f"({quoted(record_type)}, {quoted(operation)})"
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
        f"when (record_type, operation) not in ({pairs})"
        " then 'operation ''' || left(operation, 80) || ''' does not exist for '"
        " || record_type",
        "when json_type(params) <> 'OBJECT' then 'params is no JSON object'",
        "when may_nest(params) and is_too_deep(params)"
        " then 'params is nested deeper than 100 levels'",
        "when is_too_deep(item_results)"
        " then 'item_results is nested deeper than 100 levels'",
        "when has_key_twice(params) then 'params has a key twice'",
        "when json_type(item_results) <> 'ARRAY' then 'item_results is no JSON array'",
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


def doubled_keys(checked_rows: str) -> str:
    """Line numbers of log rows with one key twice below the top level.

    Only texts with an object inside the object are walked.
    """
    return f"""
    with nested as (
        select line_number, params as json_text
        from {checked_rows}
        where line_kind = 'row'
            and problem is null
            and may_nest(params)
        union all
        select line_number, item_results as json_text
        from {checked_rows}
        where line_kind = 'row' and problem is null and item_results is not null
    ),
    doubled as (
        select nested.line_number, nested.json_text
        from nested, json_tree(nested.json_text) as node
        where node.key is not null
        group by nested.line_number, nested.json_text, node.parent, node.key
        having count(*) > 1
    )
    select distinct line_number from doubled
    """
