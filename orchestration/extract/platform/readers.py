"""The SQL that takes one text file apart: text to lines, lines to cells.

Each reader yields every logical line of the file, none left out, as ``(line_number,
physical_lines, line_kind, delivered, problem, <column texts>)``, where ``line_kind`` is
``header``, ``blank`` or ``row``.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.extract.platform.tables import Column, Kind, Table
from orchestration.sql import quoted

_QUOTED = '"(?:[^"]|"")*"'
_CELL = f'(?:{_QUOTED}|[^",][^,]*|)'
# A line that opens a quoted cell and does not close it, begun outside a quote...
_OPENS = f'^(?:{_CELL},)*"(?:[^"]|"")*$'
# ...and begun inside one.
_REMAINS = '^(?:[^"]|"")*$'
_REOPENS = f'^(?:[^"]|"")*",(?:{_CELL},)*"(?:[^"]|"")*$'
RESERVED = "'a text begins with the control character U+0001 and #, which is reserved'"
_RECORD = f"^{_CELL}(?:,{_CELL})*$"


@dataclass(frozen=True, slots=True)
class Rows:
    """A query of the lines that a reader yields.

    ``raw_text`` makes text of its column ``delivered``: only of the few rows that are
    kept whole, and which those are is known last.
    """

    select: str
    raw_text: str = "delivered"


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


def with_faults(lines: str) -> str:
    """``(line_number, line, fault)``: what the bytes of a line say against it, or null.

    The temp table ``faults`` holds ``(line_number, reason)``.
    """
    return f"""
    select lines.line_number, lines.line, faults.reason as fault
    from ({lines}) as lines
    left join faults on lines.line_number = faults.line_number
    """


def json_rows(lines: str, table: Table) -> Rows:
    """One row a line of JSON; a key that is absent is null."""
    shape = ",".join(
        f'"{column.name}":"{"JSON" if column.kind is Kind.JSON else "VARCHAR"}"'
        for column in table.columns
    )
    texts = ",\n".join(
        f"        {_json_text(column)} as {column.name}" for column in table.columns
    )
    return Rows(f"""
    with looked_at as (
        select
            line_number,
            line,
            fault,
            is_blank(line) as is_blank,
            needs_care(line) as is_careful,
        from {lines}
    ),
    validated as (
        select
            *,
            not is_blank and is_strict_json(line, is_careful) as is_json,
        from looked_at
    ),
    named as (
        select
            *,
            case when is_json and is_object(line) then json_keys(line) end as names,
        from validated
    ),
    judged as (
        select
            *,
            case
                when fault is not null then fault
                when is_blank then null
                when not is_json then 'the line is no JSON'
                when holds_reserved_mark(line) then {RESERVED}
                when names is null then 'the line is no JSON object'
                when holds_twice(names) then 'a column stands twice in the object'
            end as problem,
        from named
    ),
    transformed as (
        select
            *,
            case
                when not is_blank and problem is null
                    then from_json(readable_json(line, is_careful), '{{{shape}}}')
            end as cells,
        from judged
    )
    select
        line_number,
        1 as physical_lines,
        case when is_blank then 'blank' else 'row' end as line_kind,
        rtrim(line, chr(13)) as delivered,
        problem,
{texts},
    from transformed
    """)


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

    Up to the first line that leaves a quoted cell open each line is a record, which in
    most files is all of them. From there on a two-state automaton (inside or outside a
    quoted cell) runs over the lines: each line sets the state, keeps it or flips it;
    the state before a line is the last one set and the flips since.

    Patterns stand in cases: a conjunction would hold them against every line.
    """
    return f"""
    with looked_at as (
        select
            line_number,
            line,
            fault,
            case
                when contains(line, '"') then regexp_matches(line, {quoted(_OPENS)})
                else false
            end as ends_inside_from_outside,
        from {lines}
    ),
    opening as (
        select min(line_number) as line_number
        from looked_at
        where ends_inside_from_outside
    ),
    transitions as (
        select
            line_number,
            line,
            fault,
            ends_inside_from_outside,
            case
                when contains(line, '"')
                    then
                        regexp_matches(line, {quoted(_REMAINS)})
                        or regexp_matches(line, {quoted(_REOPENS)})
                else true
            end as ends_inside_from_inside,
        from looked_at
        where line_number >= (select line_number from opening)
    ),
    flips as (
        select
            line_number,
            line,
            fault,
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
            fault,
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
            fault,
            (coalesce(anchor.state, false)::integer
                + flip_count - coalesce(anchor.flips, 0)) % 2 = 1 as ends_inside,
        from anchored
    ),
    starts as (
        select
            line_number,
            line,
            fault,
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
            fault,
            max(start_line) over (order by line_number) as record_line,
        from starts
    )
    select
        line_number,
        rtrim(line, chr(13)) as line,
        1 as physical_lines,
        fault,
    from looked_at
    where coalesce(line_number < (select line_number from opening), true)
    union all
    select
        record_line as line_number,
        rtrim(string_agg(line, chr(10) order by line_number), chr(13)) as line,
        count(*) as physical_lines,
        min(fault) as fault,
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


def csv_rows(records: str, table: Table, header: list[str]) -> Rows:
    """Cells bound to the table's columns by the header's names."""
    width = len(header)
    texts = ",\n".join(
        f"        {_csv_cell(header.index(column.name) + 1)} as {column.name}"
        for column in table.columns
    )
    return Rows(f"""
    with split as (
        select
            line_number,
            physical_lines,
            line,
            fault,
            case
                when line_number = 1 then 'header'
                when is_blank(line) then 'blank'
                else 'row'
            end as line_kind,
            case
                when contains(line, '"') then regexp_matches(line, {quoted(_RECORD)})
                else true
            end as is_well_formed,
            case
                when contains(line, '"')
                    then regexp_extract_all(
                        ',' || line, ',("(?:[^"]|"")*"|[^,]*)', 1
                    )
                else string_split(line, ',')
            end as cells,
        from {records}
    )
    select
        line_number,
        physical_lines,
        line_kind,
        line as delivered,
        case
            when fault is not null then fault
            when line_kind <> 'row' then null
            when holds_reserved_mark(line) then {RESERVED}
            when not is_well_formed
                then 'a quoted field is not closed, or text follows its end'
            when len(cells) <> {width}
                then 'the line has ' || len(cells) || ' fields, the header {width}'
        end as problem,
{texts},
    from split
    """)


def _csv_cell(position: int) -> str:
    cell = f"cells[{position}]"
    return (
        f"case when starts_with({cell}, '\"') then"
        f" replace(substr({cell}, 2, length({cell}) - 2), '\"\"', '\"') else {cell} end"
    )
