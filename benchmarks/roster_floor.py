"""The least that an import can cost: two snapshots, compared by one DuckDB script.

It reads six data types of both days and writes which records are new, changed and
gone. It judges no row, knows no schools, and keeps no history and no state.

``python -m benchmarks.roster_floor BEFORE AFTER FILE`` runs it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

DATA_TYPES = ("orgs", "academicSessions", "courses", "classes", "users", "enrollments")


def compare(before: Path, after: Path, file: Path) -> None:
    """Write the records that differ between two folders of CSV files."""
    with duckdb.connect(config={"threads": 2, "memory_limit": "4GB"}) as session:
        session.execute(f"set temp_directory = '{file.parent}'")
        for place, name in enumerate(DATA_TYPES):
            first, second = (
                f"read_csv('{folder}/{name}.csv', header = true, all_varchar = true)"
                for folder in (before, after)
            )
            session.execute(
                f"copy (select coalesce(earlier.sourcedId, later.sourcedId) as id,"
                " case when earlier.sourcedId is null then 'new'"
                " when later.sourcedId is null then 'deleted' else 'updated' end"
                f" as change, later from {first} as earlier"
                f" full outer join {second} as later using (sourcedId)"
                " where earlier is distinct from later)"
                f" to '{file.with_suffix(f'.{place}.parquet')}' (format parquet)"
            )


def main() -> None:
    """Read the arguments and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    compare(arguments.before, arguments.after, arguments.file)


if __name__ == "__main__":
    main()
