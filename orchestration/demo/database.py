"""The scratch database in which the world is computed, and its files written."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import duckdb

from orchestration.demo.settings import DemoSettings
from orchestration.sql import quoted

# 10 million requests need 1.4 GB; what a larger world needs beyond the limit goes to
# disk.
MEMORY_LIMIT_MB = 3000

NAME_LISTS = ("places", "first_names", "last_names", "course_titles", "errors")

# In the order in which they build on one another.
WORLD_SCRIPTS = (
    ("campuses and jobs", ("draws", "campuses", "schedules", "runs", "lanes")),
    ("courses and people", ("lives", "life_items", "roster_lives", "member_lives")),
    ("timetables", ("courses", "meetings", "bulk")),
    ("sessions", ("session_stories", "sessions", "session_items")),
    ("requests", ("postings", "posting_items", "plan", "staff", "users")),
    ("roster params", ("references", "course_params", "user_params", "member_params")),
    ("other params", ("session_params", "bulk_params", "posting_params", "items")),
    ("files", ("deliveries", "bad_rows", "log_formats", "listed_tables", "snapshots")),
)


class DemoDatabase:
    """A DuckDB connection that knows where the demo's SQL lies."""

    def __init__(self, scratch_dir: Path) -> None:
        """Open an empty database that spills into ``scratch_dir``."""
        self._connection = duckdb.connect(
            config={
                "temp_directory": str(scratch_dir),
                "memory_limit": f"{MEMORY_LIMIT_MB}MB",
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        # Instants are naive UTC inside; they get their zone as they are written.
        self._connection.execute("set TimeZone = 'UTC'")

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()

    def set_whole_number(self, name: str, value: int) -> None:
        """Set what ``getvariable(name)`` says in the SQL."""
        self._connection.execute(f"set variable {name} = {value}::bigint")

    def set_instant(self, name: str, value: datetime) -> None:
        """Set a variable to an instant, as a naive timestamp in UTC."""
        self._connection.execute(f"set variable {name} = {_instant(value)}")

    def set_instants(self, name: str, values: Iterable[datetime]) -> None:
        """Set a variable to a list of instants."""
        instants = ", ".join(_instant(value) for value in values)
        self._connection.execute(f"set variable {name} = [{instants}]")

    def set_date(self, name: str, value: date) -> None:
        """Set a variable to a date."""
        self._connection.execute(f"set variable {name} = date '{value}'")

    def set_dates(self, name: str, values: Iterable[date]) -> None:
        """Set a variable to a list of dates."""
        dates = ", ".join(f"date '{value}'" for value in values)
        self._connection.execute(f"set variable {name} = [{dates}]")

    def run(self, script: str) -> None:
        """Run ``sql/<script>.sql``."""
        self._connection.execute(script_text(script))

    def read_names(self) -> None:
        """Load the name lists, as tables ``read_<list>``."""
        for name in NAME_LISTS:
            with resources.as_file(_folder("names") / f"{name}.csv") as path:
                self._connection.execute(
                    f"create table read_{name} as "
                    f"from read_csv({quoted(path)}, header = true)"
                )

    def count(self, query: str) -> int:
        """Return the one number that a query gives."""
        row = self._connection.execute(query).fetchone()
        return 0 if row is None or row[0] is None else int(row[0])

    def copy(self, query: str, path: Path, *, options: str) -> int:
        """Write a query's rows to a file, and return how many they are."""
        path.parent.mkdir(parents=True, exist_ok=True)
        return self.count(f"copy ({query}) to {quoted(path)} ({options})")


def script_text(script: str) -> str:
    """Return ``sql/<script>.sql``."""
    return _resource("sql", f"{script}.sql")


def set_world(database: DemoDatabase, settings: DemoSettings) -> None:
    """Hand the settings to the SQL."""
    database.set_whole_number("seed", settings.seed)
    database.set_whole_number("campus_count", settings.campuses)
    database.set_whole_number("day_count", settings.days)
    database.set_whole_number("request_count", settings.requests)
    database.set_instant("window_start", settings.starts_at)
    database.set_instant("window_end", settings.ends_at)


def _folder(name: str) -> Traversable:
    return resources.files("orchestration.demo") / name


def _resource(folder: str, name: str) -> str:
    return (_folder(folder) / name).read_text(encoding="utf-8")


def _instant(value: datetime) -> str:
    return f"timestamp '{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}'"
