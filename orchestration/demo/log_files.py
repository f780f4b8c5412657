"""The API log as files: one folder a day, in every format that a drop may have."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from orchestration.demo.database import DemoDatabase
from orchestration.demo.settings import DemoSettings

# The formats of ten days, in turn; a log that has one day is JSON.
DAY_FORMATS = (
    "jsonl",
    "parquet",
    "jsonl.gz",
    "parquet",
    "csv",
    "parquet",
    "parquet",
    "jsonl.gz",
    "parquet",
    "parquet",
)
REPEAT_FORMATS = ("parquet", "jsonl", "csv")

# A day's text file holds about so many rows; the rest of a large day is Parquet, which
# is much faster to write and to read.
MOST_TEXT_ROWS = {"jsonl": 10_000, "jsonl.gz": 10_000, "csv": 5_000, "parquet": 0}

# A CSV writer that quotes nothing writes lines as they are.
LINE_OPTIONS = "format csv, header false, delimiter '\x01', quote '', escape ''"
COPY_OPTIONS = {
    "parquet": "format parquet, compression zstd, compression_level 1",
    "csv": "format csv, header true",
    "jsonl": LINE_OPTIONS,
    "jsonl.gz": f"{LINE_OPTIONS}, compression gzip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogDay:
    """One day of the log.

    Attributes:
        number: 0 for the day on which the window begins.
        day: The day, in UTC, on which the runs began.
        last_day: The last day of the log.
        text_share: Of 10,000 items, those whose requests go to the text file.

    """

    number: int
    day: date
    last_day: date
    text_share: int

    @property
    def text_format(self) -> str:
        """The format of the day's text file; Parquet where it has none."""
        return DAY_FORMATS[self.number % len(DAY_FORMATS)]

    @property
    def has_json(self) -> bool:
        """Whether the day's text file can hold a line that is no row."""
        return self.text_format.startswith("jsonl")

    def later_day(self, *, days: int) -> date:
        """Return a later day, on which a file can still arrive."""
        return min(self.day + timedelta(days=days), self.last_day)


def log_days(settings: DemoSettings) -> Iterator[LogDay]:
    """Return the days of the log, in order."""
    rows_per_day = settings.requests / settings.days
    for number in range((settings.last_day - settings.first_day).days + 1):
        most_rows = MOST_TEXT_ROWS[DAY_FORMATS[number % len(DAY_FORMATS)]]
        yield LogDay(
            number=number,
            day=settings.first_day + timedelta(days=number),
            last_day=settings.last_day,
            text_share=min(10_000, int(10_000 * most_rows / rows_per_day)),
        )


def write_log_day(database: DemoDatabase, log_dir: Path, log_day: LogDay) -> int:
    """Write the files that hold a day's requests, and return their number of rows."""
    database.set_date("run_date", log_day.day)
    database.set_whole_number("text_share", log_day.text_share)
    database.run("day_requests")
    database.run("day_files")
    folder = log_dir / f"day={log_day.day}"
    late_folder = log_dir / f"day={log_day.later_day(days=1 + log_day.number % 4)}"
    repeat_folder = log_dir / f"day={log_day.later_day(days=1)}"
    repeat_format = REPEAT_FORMATS[log_day.number % len(REPEAT_FORMATS)]
    text_path = folder / f"requests-1.{log_day.text_format}"
    bulk_path = folder / "requests-2.parquet"
    late_path = late_folder / f"late-{log_day.day}.jsonl.gz"
    repeat_path = repeat_folder / f"again-{log_day.day}.{repeat_format}"
    return (
        _write(database, "text_requests", text_path, takes_bad_rows=log_day.has_json)
        + _write(database, "bulk_requests", bulk_path)
        + _write(database, "late_requests", late_path)
        + _write(database, "repeated_requests", repeat_path)
    )


def _write(
    database: DemoDatabase, source: str, path: Path, *, takes_bad_rows: bool = False
) -> int:
    """Write a view's requests to a file; no file, when there is nothing to write."""
    if not takes_bad_rows and database.count(f"select count(*) from {source}") == 0:
        return 0
    file_format = path.name.partition(".")[2]
    query = {
        "parquet": f"from parquet_rows('{source}')",
        "csv": f"from csv_rows('{source}')",
    }.get(file_format, f"from json_lines('{source}', {takes_bad_rows})")
    return database.copy(query, path, options=COPY_OPTIONS[file_format])
