"""Every setting of an installation, in one place, with its unit in its name."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.errors import BadInputError

PROJECT_FOLDER = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings from environment variables ``ROLLBOOK_<NAME>``, with their defaults."""

    model_config = SettingsConfigDict(env_prefix="ROLLBOOK_", frozen=True)

    source: Path = Field(
        default=PROJECT_FOLDER / ".rollbook" / "drop",
        description="The drop folder that scheduled runs read.",
    )
    home: Path = Field(
        default=PROJECT_FOLDER / ".rollbook" / "home",
        description="The folder that holds everything a run leaves.",
    )
    schedule_cron: str = Field(
        default="0 5 * * *",
        description="When the nightly run starts, as a cron in UTC.",
    )
    range_days: int = Field(
        default=7,
        ge=1,
        description="Days before as_of that the report tables cover by default.",
    )
    kept_versions: int = Field(
        default=3, ge=1, description="Published versions that stay for a rollback."
    )
    max_line_bytes: int = Field(
        default=16 << 20,
        ge=1024,
        description="Longest line of a text file; longer ones are bad rows.",
    )
    memory_limit: str = Field(
        default="4GB",
        pattern=r"^\d+(\.\d+)?\s?[KMGT]i?B$",
        description="Memory that DuckDB may use before it spills into the home.",
    )
    threads: int = Field(
        default=2, ge=1, description="Threads that DuckDB may use in one query."
    )
    report_memory_mb: int = Field(
        default=192,
        ge=64,
        description="MB that DuckDB may use for one export before it spills to disk.",
    )
    service_memory_mb: int = Field(
        default=1024,
        ge=128,
        description="MB that DuckDB may use in the service, for all its queries.",
    )
    service_threads: int = Field(
        default=1,
        ge=1,
        description="Threads that DuckDB may use in one query of the service.",
    )
    answers_at_once: int = Field(
        default=4,
        ge=1,
        description="HTTP requests that the service works on at once; others wait.",
    )
    service_url: str = Field(
        default="http://127.0.0.1:8484",
        pattern=r"^https?://[^/?#]+$",
        description="Where the service is reached; it listens on this host and port.",
    )
    query_timeout_seconds: int = Field(
        default=30, ge=1, description="Seconds that a query of the service may take."
    )
    requests_per_minute: int = Field(
        default=600, ge=1, description="HTTP requests a minute that a token may make."
    )
    requests_in_flight: int = Field(
        default=3, ge=1, description="Pending report requests that a token may have."
    )
    request_workers: int = Field(
        default=2, ge=1, description="Report requests that run at once."
    )
    worker_memory_mb: int = Field(
        default=2048,
        ge=128,
        description="MB of address space of a worker; the kernel refuses it more.",
    )
    worker_timeout_minutes: int = Field(
        default=60, ge=1, description="Minutes that a report request may run."
    )
    result_days: int = Field(
        default=14, ge=1, description="Days that a request's result is kept."
    )
    link_days: int = Field(
        default=7, ge=1, description="Days that a signed download link counts."
    )
    webhook_hosts: str = Field(
        default="",
        description="Hosts, with commas between, that notices may be posted to.",
    )
    openid_issuer: str = Field(
        default="",
        description="URL of the OpenID Connect provider that people sign in with.",
    )
    openid_client_id: str = Field(default="", description="Our name at that provider.")
    openid_client_secret: str = Field(
        default="", repr=False, description="Our secret at that provider."
    )
    session_hours: int = Field(
        default=12, ge=1, description="Hours that a person stays signed in."
    )
    support_url: str = Field(
        default="",
        pattern=r"^$|^(https?://|mailto:)\S+$",
        description="Where readers of the dashboard report an incident.",
    )
    notice_email_url: str = Field(
        default="", description="Apprise mail URL that notices are sent through."
    )


def read_settings() -> Settings:
    """Return the settings that are in force.

    Raises:
        BadInputError: an environment variable holds what its setting cannot be.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"ROLLBOOK_{'_'.join(map(str, first['loc'])).upper()}"
        raise BadInputError(f"{name} '{first['input']}': {first['msg']}") from error


def limit_memory(memory_limit: str) -> None:
    """Have DuckDB use at most so much in this process and those that it starts.

    Raises:
        BadInputError: it is no size.
    """
    os.environ["ROLLBOOK_MEMORY_LIMIT"] = memory_limit
    read_settings()


def read_secret(variable: str, *, source_name: str) -> str:
    """A secret that a source's settings name; it is asked for where it is used.

    Raises:
        BadInputError: the environment variable is not set.
    """
    value = os.environ.get(variable, "")
    if not value:
        raise BadInputError(
            f"the environment variable {variable} of source {source_name} is not set"
        )
    return value
