"""The SQL that takes one text file apart: text to lines, lines to cells.

Each reader yields every logical line of the file, none left out, as ``(line_number,
physical_lines, line_kind, raw_text, problem, <column texts>)``, where ``line_kind`` is
``header``, ``blank`` or ``row``.
"""

from __future__ import annotations

from orchestration.extract.platform.tables import Column, Kind, Table

_QUOTED = '"(?:[^"]|"")*"'
_CELL = f'(?:{_QUOTED}|[^",][^,]*|)'
# A line that opens a quoted cell and does not close it, begun outside a quote...
_OPENS = f'^(?:{_CELL},)*"(?:[^"]|"")*$'
# ...and begun inside one.
_REMAINS = '^(?:[^"]|"")*$'
_REOPENS = f'^(?:[^"]|"")*",(?:{_CELL},)*"(?:[^"]|"")*$'
RESERVED = "'a text begins with the control character U+0001 and #, which is reserved'"
_RECORD = f"^{_CELL}(?:,{_CELL})*$"


def quoted(text: str) -> str:
    """Return ``text`` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


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
            case when is_blank(line) then 'blank' else 'row' end as line_kind,
            case
                when is_blank(line) then null
                when not is_strict_json(line) then 'the line is no JSON'
                when holds_reserved_mark(line) then {RESERVED}
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
        rtrim(line, chr(13)) as raw_text,
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
        f"case when starts_with({cell}, '\"')"
        f" then clean(json_extract_string({cell}, '$'))"
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


def ends_inside_quotes(lines: str) -> str:
    """Whether the last record of ``checked`` leaves a quoted cell open, or null."""
    return f"""
    select
        regexp_matches(
            string_agg(line, chr(10) order by line_number), {quoted(_OPENS)}
        )
    from {lines}
    where line_number >= (select max(line_number) from checked)
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
                when is_blank(line) then 'blank'
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
            when holds_reserved_mark(line) then {RESERVED}
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
