"""Overview, sections, reports and help."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from reporting.dashboard.details import read_details
from reporting.dashboard.dictionary import read_dictionary
from reporting.dashboard.facets import address_of_choice, suggest
from reporting.dashboard.overview import read_overview
from reporting.dashboard.rendering import render
from reporting.dashboard.routes.viewers import ViewerOf, opened_page
from reporting.dashboard.sections import block_of, read_section, section_of
from reporting.dashboard.tables import Place
from reporting.filters import OPERATORS, Filter

router = APIRouter()


@router.get("/")
def show_overview(request: Request, viewer: ViewerOf) -> Response:
    """Whether the data arrived, in one look."""
    with opened_page(request, viewer, "/") as page:
        return render(
            request,
            page,
            viewer.session,
            "overview.html.j2",
            title="Overview",
            overview=read_overview(page),
        )


@router.get("/sections/{name}")
def show_section(request: Request, viewer: ViewerOf, name: str) -> Response:
    """The reports that belong together."""
    path = f"/sections/{name}"
    with opened_page(request, viewer, path) as page:
        section = section_of(page.publication.catalog, name)
        reports = page.publication.catalog.in_section(name)
        for report in reports:
            prefix = f"{report.name}." if len(reports) > 1 else ""
            chosen = address_of_choice(page, report, prefix, path)
            if chosen is not None:
                return RedirectResponse(chosen, status_code=303)
        return render(
            request,
            page,
            viewer.session,
            "section.html.j2",
            title=section.title,
            section=read_section(page, section),
        )


@router.get("/reports")
def list_reports(request: Request, viewer: ViewerOf) -> Response:
    """Every report of the publication."""
    with opened_page(request, viewer, "/reports") as page:
        catalog = page.publication.catalog
        groups = [
            (section.title, catalog.in_section(section.name))
            for section in catalog.sections
        ]
        placed = {each.name for _, reports in groups for each in reports}
        groups.append(("More", tuple(r for r in catalog if r.name not in placed)))
        return render(
            request,
            page,
            viewer.session,
            "reports.html.j2",
            title="All reports",
            groups=[(title, reports) for title, reports in groups if reports],
        )


@router.get("/reports/{name}")
def show_report(request: Request, viewer: ViewerOf, name: str) -> Response:
    """One report, whichever the publication has."""
    path = f"/reports/{name}"
    with opened_page(request, viewer, path) as page:
        report = page.publication.catalog.report(name)
        chosen = address_of_choice(page, report, "", path)
        if chosen is not None:
            return RedirectResponse(chosen, status_code=303)
        added = _added_filter(request)
        if added is not None:
            kept = [
                *request.query_params.getlist("filter"),
                str(Filter.parse(added)),
            ]
            sort = request.query_params.get("sort")
            return RedirectResponse(
                page.scope.href(path, filter=kept, sort=sort), status_code=303
            )
        return render(
            request,
            page,
            viewer.session,
            "report.html.j2",
            title=report.title,
            report=report,
            block=block_of(page, report, Place(path)),
            operators=OPERATORS,
            filterable=[
                column
                for column in report.columns
                if column.name != "campus_id"
                and not (page.reader.is_masked and column.is_personal)
            ],
        )


@router.get("/reports/{name}/details")
def show_details(request: Request, viewer: ViewerOf, name: str, of: str) -> Response:
    """One row of a report, whole, and what belongs to it."""
    with opened_page(request, viewer, f"/reports/{name}/details") as page:
        report = page.publication.catalog.report(name)
        return render(
            request,
            page,
            viewer.session,
            "details.html.j2",
            title=f"{report.title}: {of}",
            report=report,
            all_details=read_details(page, report, of),
        )


@router.get("/reports/{name}/suggestions")
def list_suggestions(
    request: Request, viewer: ViewerOf, name: str, column: str, q: str = ""
) -> Response:
    """Values that a filter may take, as one types."""
    with opened_page(request, viewer, f"/reports/{name}") as page:
        report = page.publication.catalog.report(name)
        return JSONResponse(suggest(page, report, column, q.strip()[:300]))


@router.get("/errors")
def show_dictionary(request: Request, viewer: ViewerOf) -> Response:
    """The error dictionary: what each error means and who has to act."""
    with opened_page(request, viewer, "/errors") as page:
        return render(
            request,
            page,
            viewer.session,
            "dictionary.html.j2",
            title="Error dictionary",
            dictionary=read_dictionary(page.publication),
        )


@router.get("/help")
def show_help(request: Request, viewer: ViewerOf) -> Response:
    """How to read the dashboard."""
    with opened_page(request, viewer, "/help") as page:
        return render(
            request, page, viewer.session, "help.html.j2", title="How to read this"
        )


@router.get("/learn-more")
def show_learn_more(request: Request, viewer: ViewerOf) -> Response:
    """The Learn More window as a page, for browsers without script."""
    with opened_page(request, viewer, "/learn-more") as page:
        return render(
            request, page, viewer.session, "learn_more.html.j2", title="Learn more"
        )


def _added_filter(request: Request) -> str | None:
    """What the filter's form sends: three fields for the one of the address."""
    query = request.query_params
    if not query.get("column"):
        return None
    operator = query.get("operator", "eq")
    return f"{query['column']}:{operator}:{query.get('value', '').strip()}"
