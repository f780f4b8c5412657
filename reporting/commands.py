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
    app.command()(mirror)


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


def _opened(folder: Path | None) -> Home:
    """The home in a folder, or that of the settings.

    Raises:
        BadInputError: it is none.
    """
    from orchestration.settings import read_settings

    home = Home((folder or read_settings().home).absolute())
    home.require()
    return home
