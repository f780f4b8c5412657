"""Templates, and what every page of them needs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reporting.accounts.sessions import Session
from reporting.dashboard.labels import counted, label_of, plural_of
from reporting.dashboard.page import Page
from reporting.dashboard.scope import PREFIX, address
from reporting.dashboard.values import date_text, instant_text, show

_HERE = Path(__file__).parent
# Parameters that the form above every page has fields for, or that begin anew.
_OF_THE_FORM = {"campus", "start", "end", "page", "event"}


@cache
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {
        "asset": _asset,
        "counted": counted,
        "date_text": date_text,
        "instant_text": instant_text,
        "label_of": label_of,
        "plural_of": plural_of,
        "prefix": PREFIX,
        "safe_svg": Markup,
        "show": show,
    }
    return found


@cache
def _asset(name: str) -> str:
    """The address of a file of ours; another content has another address."""
    digest = hashlib.sha256((_HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"{PREFIX}/static/{name}?v={digest}"


def render(
    request: Request,
    page: Page,
    session: Session,
    template: str,
    *,
    title: str,
    status_code: int = 200,
    **context: Any,
) -> HTMLResponse:
    """A page of someone who is signed in."""
    sections = page.publication.catalog.sections
    scope = page.scope
    navigation = [
        ("Overview", "/", scope.href("/")),
        *(
            (each.title, f"/sections/{each.name}", scope.href(f"/sections/{each.name}"))
            for each in sections
        ),
        ("Find a record", "/records", scope.href("/records")),
        ("All reports", "/reports", scope.href("/reports")),
    ]
    kept = [
        (name, value)
        for name, value in page.query.multi_items()
        if name not in _OF_THE_FORM and not name.endswith(".page")
    ]
    text = (
        _templates()
        .get_template(template)
        .render(
            title=title,
            page=page,
            scope=scope,
            navigation=navigation,
            kept=kept,
            here=address(page.path, page.query.multi_items()),
            form_token=page.service.sessions.form_token(session.session_id),
            signed_in_as=session.subject.removeprefix("person:"),
            support_url=page.service.settings.support_url,
            errors_href=_errors_href(page),
            **context,
        )
    )
    return HTMLResponse(text, status_code=status_code)


def render_plain(
    template: str, *, title: str, status_code: int = 200, **context: Any
) -> HTMLResponse:
    """A page that needs nobody to be signed in."""
    text = _templates().get_template(template).render(title=title, **context)
    return HTMLResponse(text, status_code=status_code)


_TITLES = {
    403: "You may not do this",
    404: "Not found",
    410: "No longer kept",
    422: "That cannot be shown",
    429: "Too many requests",
    503: "Not available now",
}


def render_error(
    request: Request,
    status_code: int,
    message: str,
    *,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """What went wrong and what to do, as a page."""
    title = _TITLES.get(status_code, "Something went wrong")
    answer = render_plain(
        "error.html.j2",
        title=title,
        status_code=status_code,
        message=message[:1].upper() + message[1:],
    )
    answer.headers.update(headers or {})
    return answer


def _errors_href(page: Page) -> str | None:
    """Where errors are explained: the dictionary, when the publication has one."""
    return page.scope.href("/errors")
