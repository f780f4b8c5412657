"""The commands of this package: they parse and call, as those of the pipeline do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.home import Home

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", help="The folder that runs leave; ROLLBOOK_HOME when left out."
    ),
]


def register_reporting(app: typer.Typer) -> None:
    """Add the commands to the ``rollbook`` command."""
    app.command()(report)
    app.command()(explain)
    app.command()(mirror)
    app.command()(serve)
    app.command()(audit)
    tokens = typer.Typer(help="Tokens of the API.", no_args_is_help=True)
    tokens.command("create")(create)
    tokens.command("list")(list_all)
    tokens.command("revoke")(revoke)
    app.add_typer(tokens, name="token")


def report(
    name: Annotated[
        str | None, typer.Argument(help="A report; all are listed when left out.")
    ] = None,
    home: HomeOption = None,
    campus: Annotated[
        list[str] | None, typer.Option(help="A campus_id; may be given again.")
    ] = None,
    start: Annotated[str | None, typer.Option(help="First instant.")] = None,
    end: Annotated[str | None, typer.Option(help="First instant after it.")] = None,
    tz: Annotated[
        str | None,
        typer.Option(help="Zone of the instants shown and of the range; UTC else."),
    ] = None,
    sort: Annotated[
        list[str] | None, typer.Option(help="COLUMN or -COLUMN; may be given again.")
    ] = None,
    filters: Annotated[
        list[str] | None,
        typer.Option("--filter", help="COLUMN:OPERATOR:VALUE; may be given again."),
    ] = None,
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format", help="csv, tsv, psv, xlsx, json, jsonl or parquet; csv else."
        ),
    ] = None,
    is_gzipped: Annotated[bool, typer.Option("--gzip", help="Compress it.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file; standard output when left out."),
    ] = None,
) -> None:
    """Write the rows of a report to a file or to standard output."""
    from orchestration.settings import read_settings
    from reporting.asking import Asked
    from reporting.exports import Output, export, reading

    settings = read_settings()
    with reading(
        _opened(home), memory_mb=settings.report_memory_mb, threads=settings.threads
    ) as publication:
        if name is None:
            for each in publication.catalog:
                typer.echo(f"{each.name:<32}{each.title}")
            return
        asked = Asked(
            campuses=tuple(campus or ()),
            start=start,
            end=end,
            tz=tz,
            sorts=tuple(sort or ()),
            filters=tuple(filters or ()),
        )
        count = export(
            publication, name, asked, Output(output, format_name, is_gzipped)
        )
    if output is not None:
        typer.echo(f"{output}: {count:,} rows of {name}")


def explain(
    request_id: Annotated[str, typer.Argument(help="As the platform's log names it.")],
    home: HomeOption = None,
) -> None:
    """Tell what a request asked for, of which record, and what became of it."""
    from zoneinfo import ZoneInfo

    from orchestration.settings import read_settings
    from reporting.explaining.explain import explain as explain_request
    from reporting.exports import reading

    settings = read_settings()
    with (
        reading(
            _opened(home), memory_mb=settings.report_memory_mb, threads=settings.threads
        ) as publication,
        publication.cursor(ZoneInfo("UTC")) as cursor,
    ):
        for line in explain_request(cursor, request_id):
            typer.echo(line)


def mirror(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or a mirror.")],
    home: HomeOption = None,
) -> None:
    """Bring a folder of Parquet files, one a report and a campus, up to date."""
    from orchestration.settings import read_settings
    from reporting.exports import reading
    from reporting.mirror import mirror as mirror_into

    settings = read_settings()
    with reading(
        _opened(home), memory_mb=settings.report_memory_mb, threads=settings.threads
    ) as publication:
        done = mirror_into(publication, folder)
    state = "now holds" if done.is_new else "holds already"
    typer.echo(
        f"{folder} {state} {done.publication_id}:"
        f" {done.rows:,} rows in {done.files} files"
    )


def serve(home: HomeOption = None) -> None:
    """Serve dashboard and API over a home's publication, at ROLLBOOK_SERVICE_URL."""
    from orchestration.settings import read_settings
    from reporting.serve import serve as serve_home

    settings = read_settings()
    opened = _opened(home)
    typer.echo(
        f"serving {opened.root}: dashboard {settings.service_url}/dashboard,"
        f" API {settings.service_url}/docs"
    )
    serve_home(opened, settings)


def create(
    name: Annotated[str, typer.Option(help="Whose it is, for the list.")],
    role: Annotated[
        str, typer.Option(help="admin, or analyst: who sees no names or addresses.")
    ],
    expires: Annotated[str, typer.Option(help="Days, like 90d, or a time.")],
    home: HomeOption = None,
    campus: Annotated[
        list[str] | None, typer.Option(help="A campus_id; may be given again.")
    ] = None,
    is_for_all: Annotated[
        bool, typer.Option("--all-campuses", help="Every campus, also later ones.")
    ] = False,
) -> None:
    """Make a token and print it: it is shown this once."""
    from reporting.accounts.tokens import create_token, parse_expiry
    from reporting.errors import BadParameterError
    from reporting.state import State

    opened = _opened(home)
    if bool(campus) == is_for_all:
        raise BadParameterError("name campuses with --campus, or give --all-campuses")
    _require_campuses(opened, campus or [])
    typer.echo(
        create_token(
            State(opened),
            name=name,
            role=role,
            campuses=None if is_for_all else campus,
            expires_at=parse_expiry(expires),
        )
    )


def list_all(home: HomeOption = None) -> None:
    """List tokens, oldest first, without their secrets."""
    from reporting.accounts.tokens import list_tokens
    from reporting.state import State

    for token in list_tokens(State(_opened(home))):
        campuses = "all" if token.campuses is None else ",".join(token.campuses)
        typer.echo(
            f"{token.token_id}  {token.status:<8}{token.role:<9}"
            f"{token.expires_at:%Y-%m-%dT%H:%M:%SZ}  {campuses}  {token.name}"
        )


def revoke(
    token_id: Annotated[str, typer.Argument(help="As the list shows it.")],
    home: HomeOption = None,
) -> None:
    """Make a token count no more, from its next request on."""
    from reporting.accounts.tokens import revoke_token
    from reporting.state import State

    revoke_token(State(_opened(home)), token_id)
    typer.echo(f"{token_id} is revoked")


def audit(
    home: HomeOption = None,
    newest: Annotated[int, typer.Option(help="So many of the newest readings.")] = 50,
) -> None:
    """List who read which report of which campus and range, the newest first."""
    from reporting.accounts.audit import list_readings
    from reporting.state import State

    for row in list_readings(State(_opened(home)), newest=newest):
        campuses = "all" if row.campuses is None else ",".join(row.campuses)
        asked = (
            f"{row.range_start_at:%Y-%m-%dT%H:%M:%SZ}/{row.range_end_at:%Y-%m-%dT%H:%M:%SZ}"
            if row.range_start_at and row.range_end_at
            else "published"
        )
        typer.echo(
            f"{row.read_at:%Y-%m-%dT%H:%M:%SZ}  {row.subject}  {row.action}"
            f"  {row.report}  {campuses}  {asked}  {row.publication_id}"
            f"  {row.row_count} rows"
        )


def _require_campuses(home: Home, campuses: list[str]) -> None:
    """Make sure that a token's campuses are there, before it is made."""
    from reporting.asking import require_campuses
    from reporting.exports import reading

    if campuses:
        with reading(home, memory_mb=128, threads=1) as publication:
            require_campuses(publication, campuses)


def _opened(folder: Path | None) -> Home:
    """The home in a folder, or that of the settings.

    Raises:
        BadInputError: it is none.
    """
    from orchestration.settings import read_settings

    return Home.existing(folder or read_settings().home)
