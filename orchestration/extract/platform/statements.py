"""The SQL that reads one delivered file: text to cells, cells to values, and why not.

Each reader yields every logical line of the file, none left out, as ``(line_number,
physical_lines, line_kind, raw_text, problem, <column texts>)``, where ``line_kind`` is
``header``, ``blank`` or ``row``; ``checked`` turns the texts into typed values and names
the first rule of section 1 that a row breaks. Everything is one statement a file,
without a loop over rows.
"""

from __future__ import annotations

from orchestration.extract.platform.tables import (
    OPERATIONS,
    STATUSES,
    Column,
    Kind,
    Table,
)

_QUOTED = '"(?:[^"]|"")*"'
_CELL = f'(?:{_QUOTED}|[^",][^,]*|)'
# A line that opens a quoted cell and does not close it, begun outside a quote...
_OPENS = f'^(?:{_CELL},)*"(?:[^"]|"")*$'
# ...and begun inside one.
_REMAINS = '^(?:[^"]|"")*$'
_REOPENS = f'^(?:[^"]|"")*",(?:{_CELL},)*"(?:[^"]|"")*$'
_RECORD = f"^{_CELL}(?:,{_CELL})*$"


def quoted(text: str) -> str:
    """Return ``text`` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return ``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def numbered_lines(blocks: str) -> str:
    """Physical lines of a text file: ``(line_number, line)``."""
    return f"""
    select
        first_line + position - 1 as line_number,
        line,
    from (
        select
            first_line,
            unnest(block_lines) as line,
            unnest(range(1, len(block_lines) + 1)) as position,
        from (
            select first_line, string_split(block, chr(10)) as block_lines
            from {blocks}
        )
    )
    """


def json_rows(lines: str, table: Table) -> str:
    """One row a line of JSON; a key that is absent is null."""
    shape = ",".join(
        f'"{column.name}":"{"JSON" if column.kind is Kind.JSON else "VARCHAR"}"'
        for column in table.columns
    )
    texts = ",\n".join(
        f"        {_json_text(column)} as {column.name}" for column in table.columns
    )
    return f"""
    with validated as (
        select
            line_number,
            line,
            case when clean(line) is null then 'blank' else 'row' end as line_kind,
            case
                when clean(line) is null then null
                when not is_strict_json(line) then 'the line is no JSON'
                when json_type(line) <> 'OBJECT' then 'the line is no JSON object'
                when has_key_twice(line) then 'a column stands twice in the object'
            end as problem,
        from {lines}
    ),
    transformed as (
        select
            line_number,
            line,
            line_kind,
            problem,
            case
                when line_kind = 'row' and problem is null
                    then from_json(readable_json(line), '{{{shape}}}')
            end as cells,
        from validated
    )
    select
        line_number,
        1 as physical_lines,
        line_kind,
        line as raw_text,
        problem,
{texts},
    from transformed
    """


def _json_text(column: Column) -> str:
    cell = f"cells.{column.name}"
    if column.kind is not Kind.JSON:
        return f"without_mark({cell})"
    # A JSON string is text that holds JSON.
    return (
        f"case when starts_with({cell}, '\"') then clean(json_extract_string({cell}, '$'))"
        f" else cast({cell} as varchar) end"
    )


def csv_records(lines: str) -> str:
    """Physical lines to records: a quoted cell may span lines.

    A two-state automaton (inside or outside a quoted cell) over the lines: each line
    sets the state, keeps it or flips it; the state before a line is the last one set
    and the flips since.
    """
    return f"""
    with transitions as (
        select
            line_number,
            line,
            contains(line, '"') and regexp_matches(line, {quoted(_OPENS)})
                as ends_inside_from_outside,
            not contains(line, '"')
            or regexp_matches(line, {quoted(_REMAINS)})
            or regexp_matches(line, {quoted(_REOPENS)})
                as ends_inside_from_inside,
        from {lines}
    ),
    flips as (
        select
            line_number,
            line,
            case
                when ends_inside_from_outside = ends_inside_from_inside
                    then ends_inside_from_outside
            end as state_set,
            count_if(ends_inside_from_outside and not ends_inside_from_inside)
                over (order by line_number) as flip_count,
        from transitions
    ),
    anchored as (
        select
            line_number,
            line,
            flip_count,
            last_value(
                case
                    when state_set is not null
                        then struct_pack(state := state_set, flips := flip_count)
                end ignore nulls
            ) over (order by line_number) as anchor,
        from flips
    ),
    states as (
        select
            line_number,
            line,
            (coalesce(anchor.state, false)::integer
                + flip_count - coalesce(anchor.flips, 0)) % 2 = 1 as ends_inside,
        from anchored
    ),
    starts as (
        select
            line_number,
            line,
            case
                when not coalesce(
                    lag(ends_inside) over (order by line_number), false
                ) then line_number
            end as start_line,
        from states
    ),
    owned as (
        select
            line_number,
            line,
            max(start_line) over (order by line_number) as record_line,
        from starts
    )
    select
        record_line as line_number,
        rtrim(string_agg(line, chr(10) order by line_number), chr(13)) as line,
        count(*) as physical_lines,
    from owned
    group by record_line
    """


def csv_rows(records: str, table: Table, header: list[str]) -> str:
    """Cells bound to the table's columns by the header's names."""
    width = len(header)
    texts = ",\n".join(
        f"        {_csv_cell(header.index(column.name) + 1)} as {column.name}"
        for column in table.columns
    )
    return f"""
    with split as (
        select
            line_number,
            physical_lines,
            line,
            case
                when line_number = 1 then 'header'
                when clean(line) is null then 'blank'
                else 'row'
            end as line_kind,
            regexp_matches(line, {quoted(_RECORD)}) as is_well_formed,
            regexp_extract_all(
                ',' || line, ',("(?:[^"]|"")*"|[^,]*)', 1
            ) as cells,
        from {records}
    )
    select
        line_number,
        physical_lines,
        line_kind,
        line as raw_text,
        case
            when line_kind <> 'row' then null
            when not is_well_formed
                then 'a quoted field is not closed, or text follows its end'
            when len(cells) <> {width}
                then 'the line has ' || len(cells) || ' fields, the header {width}'
        end as problem,
{texts},
    from split
    """


def _csv_cell(position: int) -> str:
    cell = f"cells[{position}]"
    return (
        f"case when starts_with({cell}, '\"') then"
        f" replace(substr({cell}, 2, length({cell}) - 2), '\"\"', '\"') else {cell} end"
    )


def parquet_rows(path: str, table: Table, types: dict[str, str]) -> str:
    """Rows of a Parquet file; the line number is the row's place, from 1."""
    texts = ",\n".join(
        f"        {_parquet_text(column, types[column.name])} as {column.name}"
        for column in table.columns
    )
    return f"""
    select
        file_row_number + 1 as line_number,
        1 as physical_lines,
        'row' as line_kind,
        cast(to_json(struct_pack({
            ", ".join(f"{name} := {identifier(name)}" for name in table.column_names)
        })) as varchar) as raw_text,
        cast(null as varchar) as problem,
{texts},
    from read_parquet({quoted(path)}, file_row_number = true)
    """


def _parquet_text(column: Column, parquet_type: str) -> str:
    name = identifier(column.name)
    if column.kind is Kind.JSON and parquet_type not in ("VARCHAR", "JSON"):
        return f"cast(to_json({name}) as varchar)"
    if column.kind is Kind.INSTANT and parquet_type.startswith("TIMESTAMP"):
        # Stays an instant: `checked` takes it as it is.
        return (
            name
            if parquet_type == "TIMESTAMP WITH TIME ZONE"
            else f"timezone('UTC', cast({name} as timestamp))"
        )
    return f"cast({name} as varchar)"


def checked(
    rows: str,
    table: Table,
    *,
    faults: str,
    instants: frozenset[str] = frozenset(),
) -> str:
    """Type each column and give the first reason that makes the row a bad one.

    Args:
        rows: relation of every logical line, as the readers above yield it.
        table: the contract's table.
        faults: relation ``(line_number, reason)`` of lines with unusable bytes.
        instants: columns that arrive as instants already, not as text.
    """
    cleaned = ",\n".join(
        [
            *(
                f"        {_cleaned(column, instants)} as {column.name}"
                for column in table.columns
            ),
            *(
                f"        not is_strict_json(clean({column.name}))"
                f" as {column.name}_is_broken"
                for column in table.columns
                if column.kind is Kind.JSON
            ),
        ]
    )
    typed = ",\n".join(
        f"        {_typed(column, instants)} as {column.name}"
        for column in table.columns
    )
    rules = [
        rule for column in table.columns for rule in _rules(column, instants)
    ]
    if table.name == "api_requests":
        rules += _request_rules()
    if table.name == "campuses":
        rules.append(
            "when time_zone not in (select name from pg_timezone_names())"
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
        case when problem is not null then raw_text end as raw_text,
        {names},
    from judged
    """


def _cleaned(column: Column, instants: frozenset[str]) -> str:
    if column.name in instants:
        return column.name
    if column.kind is Kind.JSON:
        # Valid JSON or null, so that no later expression meets text that is none;
        # 'null' is JSON's way to say that there is nothing.
        return f"nullif(minified(clean({column.name})), 'null')"
    return f"clean({column.name})"


def _typed(column: Column, instants: frozenset[str]) -> str:
    match column.kind:
        case Kind.INSTANT if column.name not in instants:
            return f"instant({column.name})"
        case Kind.INTEGER:
            return f"whole_number({column.name})"
        case Kind.BOOLEAN:
            return f"coalesce(truth({column.name}), false)"
        case _:
            return column.name


def _rules(column: Column, instants: frozenset[str]) -> list[str]:
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
            f"when {name} not in ({words}) then {told}is not one of {_listed(column.vocabulary)}'"
        )
    if column.list_vocabulary:
        words = "|".join(column.list_vocabulary)
        rules.append(
            f"when not regexp_full_match({name}, '({words})(;({words}))*')"
            f" then {told}is not a list of {_listed(column.list_vocabulary)}'"
        )
    match column.kind:
        case Kind.INSTANT if name in instants:
            rules.append(
                f"when not isfinite({name}) or year({name}) not between 1970 and 2100"
                f" then '{name} is no time in the years 1970 to 2100'"
            )
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
        f"when {is_bulk} and {is_no_array(sessions)}"
        " then 'sessions is no JSON array'",
        f"when {is_bulk} and {is_no_array(ids)}"
        " then 'attendanceIDs is no JSON array'",
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
            and regexp_matches(params, '^.[^{{]*[{{]')
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
