"""Where a secret must not be: in no file of a home, and in nothing that was told."""

from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import quote

import duckdb

from orchestration.home import Home


def assert_nowhere(secret: str, home: Home, *told: str) -> None:
    """Look through every file of a home, inside Parquet and DuckDB files too."""
    forms = {
        secret,
        quote(secret, safe=""),
        quote(secret),
        json.dumps(secret)[1:-1],
        b64encode(secret.encode()).decode(),
    }
    for text in told:
        assert not [form for form in forms if form in text]
    looked_at = 0
    for file in home.root.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            content += _text_of(file.suffix, str(file))
            assert not [form for form in forms if form.encode() in content], file
            looked_at += 1
    assert looked_at > 0


def _text_of(suffix: str, path: str) -> bytes:
    """What stands in a compressed file, as text."""
    if suffix == ".parquet":
        select = [f"from read_parquet('{path}', hive_partitioning = false)"]
        session = duckdb.connect()
    elif suffix == ".duckdb":
        session = duckdb.connect(path, read_only=True)
        select = [
            f'from "{database}"."{schema}"."{table}"'
            for database, schema, table in session.sql(
                "select database_name, schema_name, table_name from duckdb_tables()"
            ).fetchall()
        ]
    else:
        return b""
    with session:
        return "\n".join(
            str(row) for each in select for row in session.sql(each).fetchall()
        ).encode()
