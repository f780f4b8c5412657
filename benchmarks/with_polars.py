"""The five sync logs as a user of polars would write them: one Parquet file.

``python -m benchmarks.with_polars DROP FILE --as-of T`` runs it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from benchmarks.plain_python import (
    LOG_COLUMNS,
    ROSTERS,
    Records,
    Row,
    answers_of,
    attempts_of,
    files_of,
    rows_of_lines,
)
from benchmarks.script import run_script

_PAYLOAD = ["campus_id", "record_type", "operation", "params"]
_LINES = dict.fromkeys(LOG_COLUMNS, pl.String)
_ATTEMPTS = {
    "payload": pl.UInt32,
    "item": pl.Int64,
    "fingerprint": pl.String,
    "record_key": pl.String,
}
_ANSWERS = {
    "campus_id": pl.String,
    "request_id": pl.String,
    "item": pl.Int64,
    "item_status": pl.String,
    "item_error_code": pl.String,
    "item_message": pl.String,
}


def build(drop: Path, file: Path, *, as_of: datetime) -> None:
    """Write the logs over all history and over the seven days before ``as_of``."""
    attempts = _attempts(drop)
    week = pl.col("requested_at").is_between(
        as_of - timedelta(days=7), as_of, closed="left"
    )
    logs = [
        _log(attempts).with_columns(scope=pl.lit("history")),
        _log(attempts.filter(week)).with_columns(scope=pl.lit("range")),
    ]
    pl.concat(logs).write_parquet(file)


def _attempts(drop: Path) -> pl.DataFrame:
    requests = (
        pl.concat([_log_file(path) for path in files_of(drop, "api_requests")])
        .filter(
            pl.col("status").is_in(["success", "error"])
            & pl.col("params").str.starts_with("{")
            & pl.all_horizontal(
                pl.col("request_id", "campus_id", "requested_at").is_not_null()
            )
        )
        .sort("requested_at", "params")
        .unique(["campus_id", "request_id"], keep="first")
    )
    payloads = requests.select(_PAYLOAD).unique().with_row_index("payload")
    records = Records({table: _roster(drop, table) for table in ROSTERS})
    taken_apart = pl.DataFrame(
        list(attempts_of(payloads.iter_rows(), records)), _ATTEMPTS, orient="row"
    )
    bulks = requests.filter(pl.col("operation").str.starts_with("bulk_"))
    answers = pl.DataFrame(
        list(
            answers_of(
                bulks.select("campus_id", "request_id", "item_results").iter_rows()
            )
        ),
        _ANSWERS,
        orient="row",
    )
    answered = pl.col("item_status").is_not_null()
    return (
        requests.drop("item_results")
        .join(payloads, on=_PAYLOAD)
        .drop("params")
        .join(taken_apart, on="payload")
        .join(answers, on=["campus_id", "request_id", "item"], how="left")
        .with_columns(
            pl.when(answered)
            .then(pl.col(f"item_{column}"))
            .otherwise(pl.col(column))
            .alias(column)
            for column in ("status", "error_code", "message")
        )
        .with_columns(
            pl.when(pl.col("status") == "error").then(pl.col(column)).alias(column)
            for column in ("error_code", "message")
        )
    )


def _log(attempts: pl.DataFrame) -> pl.DataFrame:
    record = ["campus_id", "record_type", "record_key"]
    return (
        attempts.sort("requested_at", "request_id", "item")
        .with_row_index("place")
        .with_columns(error=pl.coalesce("error_code", "message"))
        .group_by(*record, "operation", "fingerprint", "status", "error")
        .agg(
            pl.col("error_code", "message").last(),
            pl.col("requested_at").first().alias("first_attempted_at"),
            pl.col("requested_at").last().alias("last_attempted_at"),
            pl.len().alias("attempted_count"),
            pl.col("place").last(),
        )
        .with_columns(is_last=pl.col("place") == pl.col("place").max().over(record))
        .drop("place", "error")
        .sort("record_type", "campus_id", "record_key", "last_attempted_at")
    )


def _log_file(path: Path) -> pl.DataFrame:
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path, columns=list(LOG_COLUMNS))
    elif ".csv" in path.name:
        frame = pl.read_csv(path, infer_schema=False).select(LOG_COLUMNS)
    else:
        frame = pl.DataFrame(rows_of_lines(path), _LINES)
    if frame.schema["requested_at"] == pl.String:
        at = pl.col("requested_at").str.to_datetime(time_zone="UTC", strict=False)
        frame = frame.with_columns(at)
    return frame.with_columns(pl.col("requested_at").cast(pl.Datetime("us", "UTC")))


def _roster(drop: Path, table: str) -> list[Row]:
    """The newest version of each record."""
    files = [
        pl.read_parquet(path) if path.suffix == ".parquet" else _roster_csv(path)
        for path in files_of(drop, table)
    ]
    newest = pl.concat(files).unique(["campus_id", ROSTERS[table]], keep="last")
    return newest.to_dicts()


def _roster_csv(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


if __name__ == "__main__":
    run_script(build, description=__doc__)
