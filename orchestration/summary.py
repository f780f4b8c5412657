"""What a run tells when it is done."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from orchestration.extract.source_readings import configured_names, read_readings
from orchestration.home import Home
from orchestration.publish.diff import ReportDifference
from orchestration.publish.records import Publication, read_publications
from orchestration.publish.versions import Versions
from orchestration.sources.landing import told


def summarize(home_folder: Path, publication: Publication) -> str:
    """A short text: rows a report, bad rows, failed checks, where, and how to ask."""
    home = Home(home_folder)
    width = max(map(len, publication.report_rows))
    lines = [
        f"published {publication.publication_id} as of {publication.as_of}",
        *(
            f"  {report:<{width}}  {rows:>10,} rows"
            for report, rows in publication.report_rows.items()
        ),
        f"quarantined rows: {publication.quarantined_count:,}"
        + (" (marts.quarantined_rows)" if publication.quarantined_count else ""),
        f"failed checks: {publication.failed_check_count}"
        + (" (marts.check_results)" if publication.failed_check_count else ""),
        *_source_lines(home, publication),
        f"published file: {home.published_file}",
        f'query it: {sys.executable} -c "import duckdb; print(duckdb.connect('
        f"'{home.published_file}', read_only=True)"
        ".sql('from reports.attempted_data_syncs'))\"",
    ]
    return "\n".join(lines)


def _source_lines(home: Home, publication: Publication) -> list[str]:
    """What is to be known of the sources that the run read."""
    as_of = datetime.fromisoformat(publication.as_of)
    newest = [
        readings[-1]
        for name in configured_names(home)
        if (readings := read_readings(home, name))
    ]
    return [
        line
        for reading in newest
        if datetime.fromisoformat(reading.as_of) == as_of
        for line in told(reading, home)
    ]


def list_publications(home: Home) -> str:
    """One line a publication; the one that readers open is marked."""
    versions = Versions(home)
    kept = set(versions.kept())
    lines = []
    for publication in read_publications(home):
        name = publication.publication_id
        state = (
            "current" if name == versions.current() else "kept" if name in kept else ""
        )
        line = (
            f"{name}  {publication.published_at}  {publication.published_by}"
            f"  batch {publication.landed_through_batch}"
            f"  {sum(publication.report_rows.values()):>12,} rows"
            f"  {publication.failed_check_count} failed checks"
            f"  {publication.code_version}  {state}"
        ).rstrip()
        if publication.forced_reason is not None:
            line += f"  (forced: {publication.forced_reason})"
        lines.append(line)
    return "\n".join(lines) or "nothing was published yet"


def list_differences(differences: list[ReportDifference]) -> str:
    """One line a report, then the rows of the one that is shown."""
    width = max(len(each.report) for each in differences)
    lines = [
        f"{each.report:<{width}}  {each.added:>10,} added"
        f"  {each.gone:>10,} gone  {each.changed:>10,} changed"
        for each in differences
    ]
    return "\n".join(
        [*lines, *(row for each in differences for row in each.shown_rows)]
    )
