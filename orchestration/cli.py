"""The ``rollbook`` command: parses and calls."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.errors import RollbookError
from orchestration.home import Home
from reporting.commands import register_reporting

app = typer.Typer(
    name="rollbook",
    help="Tells a school whether its records arrived, what failed, and who has to act.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

HomeOption = Annotated[
    Path, typer.Option("--home", help="The folder that holds everything a run leaves.")
]

SourceOption = Annotated[
    Path, typer.Option("--source", help="The platform's drop folder.")
]

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The school's settings; HOME/rollbook.yml if none."),
]


@app.command()
def run(
    home: HomeOption,
    source: Annotated[
        Path | None,
        typer.Option(help="The platform's drop folder; rollbook.yml's if none."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="The run's logical time; now when left out.")
    ] = None,
    range_start: Annotated[
        str | None, typer.Option(help="First instant of the reports' range.")
    ] = None,
    range_end: Annotated[
        str | None, typer.Option(help="First instant after the reports' range.")
    ] = None,
    config: ConfigOption = None,
    sample: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE", help="Read this share of the platform's campuses alone."
        ),
    ] = None,
    memory_limit: Annotated[
        str | None,
        typer.Option(help="Memory of DuckDB, such as 12GB, before it spills to HOME."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Tell what imports would do; change nothing."),
    ] = False,
) -> None:
    """Land what is new, build the warehouse, check it and publish the reports."""
    from orchestration.alerts.alerting import failures_told
    from orchestration.run import RunRequest, execute_run
    from orchestration.settings import limit_memory
    from orchestration.summary import summarize

    config = config and config.absolute()
    if dry_run:
        from orchestration.rosters.rehearsing import rehearse_imports

        typer.echo(rehearse_imports(Home(home.absolute()), config, as_of=as_of))
        return
    if memory_limit:
        limit_memory(memory_limit)
    with failures_told(Home(home.absolute()), config):
        publication = execute_run(
            RunRequest(
                source,
                home,
                as_of,
                range_start,
                range_end,
                config_file=config,
                sample=sample,
            )
        )
    typer.echo(summarize(home, publication))


@app.command()
def publish(
    home: HomeOption,
    force: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Publish past failed checks, and say why."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Build and publish what is landed, as the newest run was asked to."""
    from orchestration.alerts.alerting import failures_told
    from orchestration.run import publish_landed
    from orchestration.summary import summarize

    opened = Home.existing(home)
    config = config and config.absolute()
    with failures_told(opened, config):
        publication = publish_landed(opened, forced_reason=force, config_file=config)
    typer.echo(summarize(home, publication))


@app.command()
def alert(
    home: HomeOption,
    config: ConfigOption = None,
    test: Annotated[
        bool, typer.Option("--test", help="Send a test message to every channel.")
    ] = False,
) -> None:
    """Send the alerts that are new or wait, as the end of a run does."""
    from orchestration.alerts.alerting import alert_of_publication, try_channels
    from orchestration.errors import AlertError

    opened = Home.existing(home)
    if not test:
        with opened.held(purpose="alert"):
            outcome = alert_of_publication(opened, config)
        if outcome.problems:
            raise AlertError(outcome.told())
        typer.echo(outcome.told())
        return
    outcomes = dict(try_channels(opened, config))
    for name, problem in outcomes.items():
        typer.echo(f"{name}: {problem or 'sent'}")
    if not outcomes:
        raise AlertError("rollbook.yml names no channel: see docs/alerts.md")
    if failed := [name for name, problem in outcomes.items() if problem]:
        raise AlertError(f"not every channel took the test: {', '.join(failed)}")


@app.command()
def quarantine(
    home: HomeOption,
    reason: Annotated[
        str | None, typer.Option(help="Show the rows whose reason has this text.")
    ] = None,
    file: Annotated[
        str | None, typer.Option(help="Show the rows of this delivered file.")
    ] = None,
) -> None:
    """List the bad rows that a home holds, by file and reason."""
    from orchestration.extract.quarantine import list_quarantine

    opened = Home.existing(home)
    typer.echo(list_quarantine(opened, reason=reason, file=file))


@app.command()
def replay(
    home: HomeOption,
    source: Annotated[
        Path | None,
        typer.Option(help="The drop folder, for lines that are not kept whole."),
    ] = None,
) -> None:
    """Judge quarantined rows again, under the rules and settings of now."""
    from orchestration.extract.platform.landing import LandingLimits
    from orchestration.extract.platform.replay import replay_rows
    from orchestration.settings import read_settings

    opened = Home.existing(home)
    limits = LandingLimits.of(read_settings())
    with opened.held(purpose="replay"):
        typer.echo(replay_rows(opened, source=source, limits=limits).told())


@app.command()
def validate(
    directory: Annotated[Path, typer.Argument(help="A drop folder.")],
) -> None:
    """Tell all that is wrong with a drop folder, without loading it."""
    from orchestration.extract.platform.landing import LandingLimits
    from orchestration.extract.platform.validate import validate_drop
    from orchestration.settings import read_settings

    validate_drop(directory, limits=LandingLimits.of(read_settings()), tell=typer.echo)


@app.command()
def demo(
    directory: Annotated[Path, typer.Argument(help="An empty or new folder.")],
    campuses: Annotated[int, typer.Option(help="Campuses of the school group.")] = 5,
    days: Annotated[int, typer.Option(help="Days of history.")] = 60,
    requests: Annotated[int, typer.Option(help="API requests, about.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same files.")] = 1,
    systems: Annotated[
        Path | None,
        typer.Option(help="A new folder for other systems' files and a rollbook.yml."),
    ] = None,
) -> None:
    """Write a drop folder of a school group that does not exist."""
    from orchestration.demo.other_systems import write_other_systems
    from orchestration.demo.settings import DemoSettings
    from orchestration.demo.world import write_demo
    from orchestration.progress import Steps

    settings = DemoSettings(campuses=campuses, days=days, requests=requests, seed=seed)
    summary = write_demo(directory, settings, on_progress=Steps().show)
    if systems is not None:
        write_other_systems(systems, directory, settings)
    typer.echo(
        f"{directory}: {summary.requests:,} requests in {summary.files} files,"
        f" {summary.size_bytes:,} bytes; run it with"
        f" --as-of {summary.as_of:%Y-%m-%dT%H:%M:%SZ}"
    )


@app.command()
def rollback(
    home: HomeOption,
    version: Annotated[
        str | None, typer.Argument(help="A kept version; the one before when left out.")
    ] = None,
) -> None:
    """Give readers an earlier version again."""
    from orchestration.publish.rollback import roll_back

    opened = Home.existing(home)
    with opened.held(purpose="rollback"):
        typer.echo(f"readers now open {roll_back(opened, version)}")


@app.command()
def publications(home: HomeOption) -> None:
    """List what was published, oldest first."""
    from orchestration.summary import list_publications

    opened = Home.existing(home)
    typer.echo(list_publications(opened))


@app.command()
def diff(
    home: HomeOption,
    older: Annotated[str, typer.Argument(help="A kept version.")],
    newer: Annotated[str, typer.Argument(help="Another kept version.")],
    report: Annotated[
        str | None, typer.Option(help="Show the rows of this report.")
    ] = None,
) -> None:
    """Count the rows that two versions differ in, report by report."""
    from orchestration.publish.diff import diff_versions
    from orchestration.summary import list_differences

    opened = Home.existing(home)
    typer.echo(
        list_differences(diff_versions(opened, older, newer, shown_report=report))
    )


@app.command()
def erase(
    home: HomeOption,
    campus: Annotated[str, typer.Option(help="The person's campus.")],
    user: Annotated[
        str, typer.Option(help="A user's record_key, as reports show it, or user_id.")
    ],
) -> None:
    """Forget a person: names and addresses go, counts stay."""
    from orchestration.erase.erase import describe, erase_person

    opened = Home.existing(home)
    with opened.held(purpose="erase"):
        typer.echo(describe(erase_person(opened, campus_id=campus, user=user)))


@app.command()
def imports(home: HomeOption) -> None:
    """List the imports of OneRoster bundles, and which of them are on hold."""
    from orchestration.rosters.telling import list_imports

    typer.echo(list_imports(Home.existing(home)))


@app.command(name="export-oneroster")
def export_oneroster(
    app_name: Annotated[
        str, typer.Option("--app", help="The app, as rollbook.yml names it.")
    ],
    home: HomeOption,
    output: Annotated[
        Path | None,
        typer.Option(help="The zip to write; one below HOME/exports if none."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write the published roster of an app's campus as a OneRoster 1.1 bundle."""
    from orchestration.roster_export.exporting import export_roster

    opened = Home.existing(home)
    with opened.held(purpose="export"):
        exported = export_roster(
            opened,
            app_name,
            config_file=config and config.absolute(),
            target=output and output.absolute(),
        )
    typer.echo(exported.told())


SyncIdArgument = Annotated[
    str, typer.Argument(help="The import's sync_id, as `rollbook imports` shows it.")
]
DeciderOption = Annotated[
    str | None, typer.Option("--by", help="Who decides; the user when left out.")
]
ReasonOption = Annotated[str, typer.Option(help="Why; it is kept with the import.")]


@app.command()
def approve(
    sync_id: SyncIdArgument,
    home: HomeOption,
    by: DeciderOption = None,
    reason: ReasonOption = "",
) -> None:
    """Have the next run apply an import that is on hold, counted anew."""
    from orchestration.rosters.decisions import APPROVED, decide

    decide(Home.existing(home), sync_id, APPROVED, decided_by=by, reason=reason)
    typer.echo(f"{sync_id} is approved: the next run applies it")


@app.command()
def discard(
    sync_id: SyncIdArgument,
    home: HomeOption,
    by: DeciderOption = None,
    reason: ReasonOption = "",
) -> None:
    """Have the next run drop an import that is on hold."""
    from orchestration.rosters.decisions import DISCARDED, decide

    decide(Home.existing(home), sync_id, DISCARDED, decided_by=by, reason=reason)
    typer.echo(f"{sync_id} is discarded: the next run drops it")


@app.command()
def dev(home: HomeOption, source: SourceOption) -> None:
    """Open Dagster's UI on a home; its runs read the drop folder."""
    from orchestration.run import open_dagster

    open_dagster(source, home)


register_reporting(app)


def main() -> None:
    """Run the command; an error for people is one line and its exit code."""
    try:
        app()
    except RollbookError as error:
        print(f"rollbook: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(error.exit_code)
