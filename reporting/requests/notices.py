"""Notices that a request is done: a webhook, or an e-mail. They hold no data."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import httpx
import stamina

from orchestration.settings import Settings
from reporting.errors import BadParameterError
from reporting.state import RequestRow

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_TIMEOUT_SECONDS = 10
_ATTEMPTS = 4


def check_notice(settings: Settings, *, webhook: str | None, email: str | None) -> None:
    """Make sure that this installation sends notices there.

    Raises:
        BadParameterError: it does not. A token must not make the service call hosts
            inside its own network.
    """
    hosts = {host.strip() for host in settings.webhook_hosts.split(",")} - {""}
    if webhook is not None:
        try:
            parts = urlsplit(webhook)
            netloc = parts.netloc
        except ValueError:
            netloc = ""
        if not netloc or parts.scheme not in ("http", "https") or netloc not in hosts:
            raise BadParameterError(
                "notice.webhook: its host is none that notices may be posted to;"
                " ROLLBOOK_WEBHOOK_HOSTS names them"
            )
    if email is not None:
        if not settings.notice_email_url:
            raise BadParameterError(
                "notice.email: this service sends no mail; ROLLBOOK_NOTICE_EMAIL_URL"
                " says how"
            )
        if not _EMAIL.fullmatch(email):
            raise BadParameterError(f"notice.email {email!r} is no e-mail address")


def send_notice(row: RequestRow, settings: Settings) -> str | None:
    """Tell who wants to know; return why nobody could be told."""
    notice = row.notice or {}
    errors = []
    if notice.get("webhook"):
        errors.append(_post(notice["webhook"], row))
    if notice.get("email"):
        errors.append(_mail(notice["email"], row, settings))
    return "; ".join(error for error in errors if error) or None


def _post(url: str, row: RequestRow) -> str | None:
    body = {"request_id": row.request_id, "status": row.status, "report": row.report}
    try:
        for attempt in stamina.retry_context(
            on=httpx.HTTPError, attempts=_ATTEMPTS, wait_max=_TIMEOUT_SECONDS
        ):
            with attempt:
                httpx.post(url, json=body, timeout=_TIMEOUT_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        return f"webhook: {type(error).__name__}"
    return None


def _mail(address: str, row: RequestRow, settings: Settings) -> str | None:
    import apprise  # a second to import, and few ask for mail

    url = settings.notice_email_url
    sender = apprise.Apprise()
    sender.add(f"{url}{'&' if '?' in url else '?'}to={quote(address)}")
    is_sent = sender.notify(
        title=f"Rollbook: {row.report} is {row.status}",
        body=f"Request {row.request_id}: {settings.service_url}/docs",
    )
    return None if is_sent else "e-mail: it could not be sent"
