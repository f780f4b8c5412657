"""The five sync logs as a user of pandas would write them: one Parquet file.

``python -m benchmarks.with_pandas DROP FILE --as-of T`` runs it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pandas as pd

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
_RECORD = ["campus_id", "record_type", "record_key"]
_ANSWER = ["status", "error_code", "message"]
_REQUEST_ITEM = ["campus_id", "request_id", "item"]


def build(drop: Path, file: Path, *, as_of: datetime) -> None:
    """Write the logs over all history and over the seven days before ``as_of``."""
    attempts = _attempts(drop)
    at = attempts["requested_at"]
    week = attempts[(at >= as_of - timedelta(days=7)) & (at < as_of)]
    logs = [
        _log(attempts).assign(scope="history"),
        _log(week).assign(scope="range"),
    ]
    pd.concat(logs).to_parquet(file, index=False)


def _attempts(drop: Path) -> pd.DataFrame:
    files = [_log_file(path) for path in files_of(drop, "api_requests")]
    requests = pd.concat(files, ignore_index=True)
    requests = requests[
        requests["status"].isin(["success", "error"])
        & requests["params"].str.startswith("{")
        & requests[["request_id", "campus_id", "requested_at"]].notna().all(axis=1)
    ]
    requests = requests.sort_values(["requested_at", "params"]).drop_duplicates(
        ["campus_id", "request_id"]
    )
    requests["payload"] = requests.groupby(_PAYLOAD).ngroup()
    payloads = requests.drop_duplicates("payload")[["payload", *_PAYLOAD]]
    records = Records({table: _roster(drop, table) for table in ROSTERS})
    taken_apart = pd.DataFrame(
        attempts_of(payloads.itertuples(index=False, name=None), records),
        columns=["payload", "item", "fingerprint", "record_key"],
    )
    bulks = requests[requests["operation"].str.startswith("bulk_")]
    results = _plain(bulks[["campus_id", "request_id", "item_results"]])
    answers = pd.DataFrame(
        answers_of(results.itertuples(index=False, name=None)),
        columns=[*_REQUEST_ITEM, *(f"item_{column}" for column in _ANSWER)],
    )
    attempts = (
        requests.drop(columns=["params", "item_results"])
        .merge(taken_apart, on="payload")
        .merge(answers, on=_REQUEST_ITEM, how="left")
    )
    answered = attempts["item_status"].notna()
    for column in _ANSWER:
        attempts[column] = attempts[column].mask(answered, attempts[f"item_{column}"])
    failed = attempts["status"] == "error"
    for column in ("error_code", "message"):
        attempts[column] = attempts[column].where(failed)
    return attempts


def _log(attempts: pd.DataFrame) -> pd.DataFrame:
    attempts = attempts.sort_values(["requested_at", "request_id", "item"])
    attempts = attempts.assign(
        place=range(len(attempts)),
        error=attempts["error_code"].fillna(attempts["message"]),
    )
    row = [*_RECORD, "operation", "fingerprint", "status", "error"]
    places = attempts.groupby(row, dropna=False, sort=False).agg(
        first_attempted_at=("requested_at", "first"),
        attempted_count=("place", "size"),
        place=("place", "last"),
    )
    last = attempts[["place", *row, "error_code", "message", "requested_at"]]
    log = places.reset_index(drop=True).merge(last, on="place")
    newest = log.groupby(_RECORD)["place"].transform("max")
    return (
        log.assign(is_last=log["place"] == newest)
        .drop(columns=["place", "error"])
        .rename(columns={"requested_at": "last_attempted_at"})
        .sort_values([*_RECORD, "last_attempted_at"])
    )


def _log_file(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path, columns=list(LOG_COLUMNS))
    elif ".csv" in path.name:
        frame = pd.read_csv(path, dtype="str")[list(LOG_COLUMNS)]
    else:
        frame = pd.DataFrame(rows_of_lines(path), columns=list(LOG_COLUMNS))
    frame["requested_at"] = pd.to_datetime(
        frame["requested_at"], utc=True, format="ISO8601", errors="coerce"
    ).astype("datetime64[us, UTC]")
    return frame.astype(dict.fromkeys(set(LOG_COLUMNS) - {"requested_at"}, "str"))


def _roster(drop: Path, table: str) -> list[Row]:
    """The newest version of each record."""
    files = [
        pd.read_parquet(path) if path.suffix == ".parquet" else _roster_csv(path)
        for path in files_of(drop, table)
    ]
    newest = pd.concat(files).drop_duplicates(
        ["campus_id", ROSTERS[table]], keep="last"
    )
    return cast(list[dict[str, Any]], _plain(newest).to_dict("records"))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with Python's None where it has none of its own values."""
    return frame.astype(object).where(frame.notna(), None)


def _roster_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str")


if __name__ == "__main__":
    run_script(build, description=__doc__)
