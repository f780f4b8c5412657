"""The SQL that reads one Parquet file, or what was kept of its rows, as texts.

The rows are shaped as those of the text readers: the same rules judge them.
"""

from __future__ import annotations

from orchestration.extract.platform.readers import RESERVED, Rows
from orchestration.extract.platform.tables import Column, Kind, Table
from orchestration.sql import quoted


def parquet_file(path: str) -> str:
    """The table function that reads a file alone, whatever its folders are called."""
    return (
        f"read_parquet({quoted(path)}, file_row_number = true,"
        " hive_partitioning = false, binary_as_string = true)"
    )


def parquet_rows(path: str, table: Table, types: dict[str, str]) -> Rows:
    """Rows of a Parquet file; the line number is the row's place, from 1."""
    texts = ",\n".join(
        f"        {_parquet_text(column, types[column.name])} as {column.name}"
        for column in table.columns
    )
    return _rows_of_texts(
        f"select file_row_number + 1 as line_number, {texts} from {parquet_file(path)}",
        table,
    )


def parquet_rows_again(rows: str, table: Table) -> Rows:
    """Rows of a Parquet file from what was kept: ``(line_number, raw_text)``."""
    shape = ",".join(f'"{name}":"VARCHAR"' for name in table.column_names)
    return _rows_of_texts(
        "select line_number, unnest(cells) from ("
        f"select line_number, from_json(raw_text, '{{{shape}}}') as cells from {rows})",
        table,
    )


def _rows_of_texts(rows: str, table: Table) -> Rows:
    """One row a row of texts; as raw text they are a JSON object of texts."""
    marks = " or ".join(
        f"holds_reserved_mark({column.name})"
        for column in table.columns
        if column.kind is Kind.JSON
    )
    names = ", ".join(table.column_names)
    cells = ", ".join(f"{name} := {name}" for name in table.column_names)
    return Rows(
        f"""
    select
        line_number,
        1 as physical_lines,
        'row' as line_kind,
        struct_pack({cells}) as delivered,
        case when {marks or "false"} then {RESERVED} end as problem,
        {names},
    from ({rows})
    """,
        raw_text="cast(to_json(delivered) as varchar)",
    )


def _parquet_text(column: Column, parquet_type: str) -> str:
    name = _identifier(column.name)
    if column.kind is Kind.JSON and parquet_type not in ("VARCHAR", "JSON"):
        return f"cast(to_json({name}) as varchar)"
    if column.kind is Kind.INSTANT and parquet_type.startswith("TIMESTAMP"):
        at = (
            f"timezone('UTC', {name})"
            if parquet_type == "TIMESTAMP WITH TIME ZONE"
            else f"cast({name} as timestamp)"
        )
        return f"cast({at} as varchar) || case when isfinite({at}) then 'Z' else '' end"
    return f"cast({name} as varchar)"


def _identifier(name: str) -> str:
    """Return ``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
