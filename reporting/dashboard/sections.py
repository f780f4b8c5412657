"""A section of the dashboard: its reports, as the catalogue places them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from reporting.catalog import Catalog, Report, Section
from reporting.dashboard.anomalies import GRAVEST_FIRST, OPEN, Choice, choices
from reporting.dashboard.page import Page
from reporting.dashboard.sources import KINDS, Source, read_sources
from reporting.dashboard.tables import Place, Table, read_table
from reporting.errors import NotFoundError
from reporting.filters import Filter

_EVERY_GROUP = "all"
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Block:
    """A report as it is drawn, with ready-made filters where its view has some."""

    report: Report
    table: Table
    choices: tuple[Choice, ...] = ()
    title: str | None = None

    @property
    def view(self) -> str:
        """How it is drawn."""
        return self.report.placement.view or "table"


@dataclass(frozen=True, slots=True)
class Tab:
    """A group of reports that is one click away."""

    title: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SectionPage:
    """Everything of the page: what stands above, and the groups chosen."""

    section: Section
    blocks: tuple[Block, ...]
    tabs: tuple[Tab, ...]
    groups: tuple[tuple[str, tuple[Block, ...]], ...]
    sources: tuple[Source, ...] = ()
    has_sources: bool = False


def section_of(catalog: Catalog, name: str) -> Section:
    """Return the section of that name.

    Raises:
        NotFoundError: there is none.
    """
    for section in catalog.sections:
        if section.name == name:
            return section
    raise NotFoundError("there is no page at this address")


def read_section(page: Page, section: Section) -> SectionPage:
    """Read the reports of a section; of several groups only the one chosen."""
    reports = page.publication.catalog.in_section(section.name)
    kinds = dict.fromkeys(
        kind
        for each in reports
        for kind in (*each.placement.source_kinds, *each.placement.history_of)
    )
    sources = read_sources(page, kinds) if kinds else ()
    if len(reports) == 1:
        block = block_of(page, reports[0], Place(page.path))
        return SectionPage(section, (block,), (), (), sources, bool(kinds))
    titles = list(
        dict.fromkeys(each.placement.group for each in reports if each.placement.group)
    )
    wanted = page.query.get("group")
    if wanted not in (*titles, _EVERY_GROUP):
        wanted = titles[0] if titles else None
    return SectionPage(
        section,
        (
            *_blocks(page, (each for each in reports if not each.placement.group)),
            *_histories(page, reports, sources),
        ),
        tuple(
            Tab(
                title,
                page.scope.href(page.path, "groups", group=name),
                name == wanted,
            )
            for name, title in (
                *((title, title) for title in titles),
                (_EVERY_GROUP, "Everything"),
            )
        )
        if len(titles) > 1
        else (),
        _grouped(
            _blocks(
                page,
                (
                    each
                    for each in reports
                    if each.placement.group
                    and wanted in (each.placement.group, _EVERY_GROUP)
                ),
            )
        ),
        sources,
        bool(kinds),
    )


def _histories(
    page: Page, reports: Iterable[Report], sources: Iterable[Source]
) -> Iterable[Block]:
    """The syncs of sources that have no report of their own, a block a kind."""
    history = page.publication.catalog.drawn_as("history")
    for kind in (kind for each in reports for kind in each.placement.history_of):
        names = [each.name for each in sources if each.kind == KINDS[kind][0]]
        if history is not None and names:
            chosen = str(Filter.any_of("source", names))
            place = Place.of_several(page.path, history)
            table = read_table(page, history, place, filters=(chosen,))
            yield Block(history, table, title=f"{KINDS[kind][0]} imports")


def _grouped(blocks: tuple[Block, ...]) -> tuple[tuple[str, tuple[Block, ...]], ...]:
    """Blocks under the titles of their groups, in the order that they come in."""
    titles = dict.fromkeys(block.report.placement.group or "" for block in blocks)
    return tuple(
        (title, tuple(b for b in blocks if b.report.placement.group == title))
        for title in titles
    )


def block_of(page: Page, report: Report, place: Place) -> Block:
    """Read one report; of anomalies, the open ones unless the address says more."""
    if report.placement.view != "anomalies":
        return Block(report, read_table(page, report, place))
    is_chosen = page.query.getlist(f"{place.prefix}filter")
    return Block(
        report,
        read_table(
            page,
            report,
            place,
            filters=None if is_chosen else (OPEN,),
            order=GRAVEST_FIRST,
        ),
        tuple(choices(page, report, place.path)),
    )


def _blocks(page: Page, reports: Iterable[Report]) -> tuple[Block, ...]:
    """Read two at a time: most of the wait is DuckDB planning, on one core each."""
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as readers:
        return tuple(
            readers.map(
                lambda each: block_of(page, each, Place.of_several(page.path, each)),
                reports,
            )
        )
