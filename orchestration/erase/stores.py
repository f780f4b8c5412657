"""What a home stores of persons: landing, the warehouse and what was published."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from orchestration.erase.rosters import scrubbed_published
from orchestration.erase.scrub import scrubbed
from orchestration.erase.systems import is_of_systems, scrubbed_systems
from orchestration.files import put_in_place
from orchestration.home import Home
from orchestration.publish.versions import Versions

_ASIDE = ".erasing"


def erase_landed(session: duckdb.DuckDBPyConnection, home: Home) -> int:
    """Scrub landed and quarantined rows, also of readings that count no more.

    A file that holds nothing of a forgotten person stays as it is.

    Returns:
        How many rows were changed.
    """
    for leftover in home.landing.glob(f"*/*/batch=*/*{_ASIDE}"):
        leftover.unlink()
    row_count = 0
    for path in sorted(home.landing.glob("*/*/batch=*/*.parquet*")):
        found = scrubbed(
            session, f"select * from read_parquet('{path}', hive_partitioning = false)"
        )
        if not found.row_count:
            continue
        aside = path.with_name(f"{path.name}{_ASIDE}")
        session.execute(
            f"copy ({found.select}) to '{aside}' (format parquet, compression zstd)"
        )
        put_in_place(aside, path)
        row_count += found.row_count
    return row_count


def remove_warehouse(home: Home) -> None:
    """Remove what a run makes again in full, its mark first; the checks' pages too."""
    shutil.rmtree(home.check_pages, ignore_errors=True)
    (home.warehouse / "built.json").unlink(missing_ok=True)
    shutil.rmtree(home.warehouse)
    home.warehouse.mkdir()
    home.clear_scratch()


def erase_published(session: duckdb.DuckDBPyConnection, home: Home) -> int:
    """Put a new file in the place of each kept version that holds something.

    A reader that has the old file open keeps it until it closes it.

    Returns:
        How many rows were changed, over all tables and versions.
    """
    versions = Versions(home)
    if not versions.folder.is_dir():
        return 0
    for folder in versions.folder.iterdir():
        if folder.name not in versions.kept():
            shutil.rmtree(folder)
    return sum(
        _erase_version(session, versions.file(version_id))
        for version_id in versions.kept()
    )


def _erase_version(session: duckdb.DuckDBPyConnection, file: Path) -> int:
    """Write the file anew: unused blocks of the old one keep what they held."""
    aside = file.with_name(f"{file.name}{_ASIDE}")
    aside.unlink(missing_ok=True)
    session.execute(f"attach '{file}' as rollbook (read_only)")
    session.execute(f"attach '{aside}' as erased")
    try:
        session.execute("copy from database rollbook to erased (schema)")
        row_count = sum(
            _erase_table(session, table) for table in _tables(session, "rollbook")
        )
        session.execute(
            "delete from erased_identifiers"
            " where kind in ('distinct_sync_key', 'message')"
        )
        session.execute("force checkpoint erased")
    finally:
        session.execute("detach rollbook")
        session.execute("detach erased")
    if not row_count:
        aside.unlink()
        return 0
    aside.chmod(0o444)
    put_in_place(aside, file)
    return row_count


def _tables(session: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """The tables, those first whose rows say which sync and error speak of whom."""
    return [
        str(row[0])
        for row in session.execute(
            'select format(\'"{}"."{}"\', schema_name, table_name)'
            " from duckdb_tables() where database_name = $1"
            " order by table_name <> 'fct_distinct_syncs',"
            " table_name <> 'fct_sync_attempts',"
            " table_name <> 'fct_rostering_jobs', schema_name, table_name",
            [database],
        ).fetchall()
    ]


def _erase_table(session: duckdb.DuckDBPyConnection, table: str) -> int:
    columns = {
        str(row[0]) for row in session.execute(f"describe rollbook.{table}").fetchall()
    }
    rows = f"from rollbook.{table}"
    is_of_rosters = columns >= {"campus_id", "data_type", "record_id", "content"}
    if is_of_rosters or is_of_systems(table.split('"')[3]):
        select, row_count = (
            scrubbed_published(session, rows, columns)
            if is_of_rosters
            else scrubbed_systems(session, rows, "campus_id")
        )
        session.execute(f"insert into erased.{table} {select}")
        return row_count
    found = scrubbed(session, rows)
    if table.endswith('"fct_distinct_syncs"'):
        session.execute(_KNOW_SYNCS)
    if table.endswith('"fct_sync_attempts"') and found.row_count:
        session.execute(_KNOW_MESSAGES)
    session.execute(f"insert into erased.{table} {found.select}")
    return found.row_count


# Attempts name their sync, and the sync the person.
_KNOW_SYNCS = """
insert into erased_identifiers
select
    delivered.campus_id,
    spoken.person,
    'distinct_sync_key',
    cast(delivered.distinct_sync_key as varchar)
from spoken_rows as spoken
inner join delivered_rows as delivered on spoken._row = delivered._row
"""

# What is told of an error elsewhere repeats its message, without saying of whom.
_KNOW_MESSAGES = """
insert into erased_identifiers
select distinct
    delivered.campus_id,
    spoken.person,
    'message',
    delivered.message
from spoken_rows as spoken
inner join delivered_rows as delivered on spoken._row = delivered._row
inner join changed_rows as changed on spoken._row = changed._row
where changed.texts['message'] is not null
"""
