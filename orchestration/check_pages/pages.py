"""Write the pages: whole files, each with all that it needs inside it."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from orchestration.check_pages.history import (
    STAGES,
    FailedRun,
    ShownRun,
    failed_run,
    read_runs,
)
from orchestration.files import write_text_atomically
from orchestration.home import Home

INDEX = "index.html"
_RUNS = "runs"


def write_pages(home: Home, *, failure: FailedRun | None = None) -> None:
    """Write the newest run's page, and those of publications that have none yet.

    A publication's page never changes, so it is written once; those of publications
    that are no longer at hand go.

    Args:
        home: the home whose ledgers tell; the caller holds it.
        failure: the run that just ended without a publication.
    """
    runs = read_runs(home)
    newest = failed_run(home, failure, runs) if failure else runs[-1] if runs else None
    if newest is None:
        return
    folder = home.check_pages / _RUNS
    for run in runs:
        page = folder / f"{run.name}.html"
        if not page.exists():
            write_text_atomically(page, _rendered(run, runs, base="../"))
    names = {f"{run.name}.html" for run in runs}
    for page in folder.glob("*.html"):
        if page.name not in names:
            page.unlink()
    write_text_atomically(home.check_pages / INDEX, _rendered(newest, runs, base=""))


def _rendered(run: ShownRun, runs: list[ShownRun], *, base: str) -> str:
    environment = Environment(
        loader=PackageLoader("orchestration.check_pages", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = files("orchestration.check_pages").joinpath("style.css")
    return environment.get_template("run.html.j2").render(
        run=run,
        stages=STAGES,
        runs=list(reversed(runs)),
        base=base,
        style=style.read_text(encoding="utf-8"),
    )
