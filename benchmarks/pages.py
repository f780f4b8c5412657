"""The dashboard's pages, one after the other: part of ``make bench-serve``.

One user, signed in as people are, opens every page of random campuses and ranges as
fast as they come. Nothing is cached but the drawing of a chart seen before, and hardly
any is. The figures are of whole pages, as a browser would get them.
"""

from __future__ import annotations

import random
import re
import statistics
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
import httpx

from orchestration.home import Home

_GATE_MS = 300
_RECORDS = 200


@dataclass(frozen=True, slots=True)
class Ways:
    """The pages there are, and identifiers to search for, each with its campus."""

    paths: list[str]
    identifiers: list[tuple[str, str]]


def bench_pages(
    url: str,
    token: str,
    home: Home,
    *,
    campuses: list[str],
    as_of: datetime,
    days: int,
    rounds: int,
) -> bool:
    """Open every page ``rounds`` times; tell what was seen.

    Returns:
        Whether each kind of page kept the gate, p95 under 300 ms, without an error.
    """
    ways = _ways(home)
    drawn = random.Random(7)
    seen: dict[str, list[float]] = {}
    errors: list[str] = []
    with httpx.Client(base_url=url, timeout=60, follow_redirects=True) as browser:
        _sign_in(browser, token)
        # The first chart waits for what draws it; a service is warm after a second.
        browser.get("/dashboard/")
        for _ in range(rounds):
            for path in ways.paths:
                query = _query(drawn.choice(campuses), as_of, days, drawn)
                _open(browser, path, query, path, seen, errors)
            campus, wanted = drawn.choice(ways.identifiers)
            query = {"campus": campus, "q": wanted}
            found = _open(browser, "/records", query, "/records?q=", seen, errors)
            story = re.search(r'href="/dashboard(/records/[^"?]+)', found)
            if story is not None:
                query = {"campus": campus}
                _open(browser, story[1], query, "/records/{name}", seen, errors)
    return _tell(seen, errors)


def _ways(home: Home) -> Ways:
    with duckdb.connect(str(home.published_file), read_only=True) as session:
        sections = session.execute(
            "select '/sections/' || section from seeds.report_sections order by 1"
        ).fetchall()
        reports = session.execute(
            "select '/reports/' || name from marts.report_catalog order by 1"
        ).fetchall()
        identifiers = session.execute(
            "select campus_id, user_id from reports.user_list"
            f" order by hash(user_id) limit {_RECORDS}"
        ).fetchall()
    paths = ["/", *(row[0] for row in sections), "/sections/data_in?group=all"]
    return Ways([*paths, *(row[0] for row in reports), "/reports"], identifiers)


def _sign_in(browser: httpx.Client, token: str) -> None:
    form = browser.get("/dashboard/sign-in").text
    found = re.search(r'name="form_token" value="([^"]+)"', form)
    if found is None:
        raise SystemExit("the sign-in page has no form")
    browser.post(
        "/dashboard/sign-in", data={"token": token, "form_token": found[1]}
    ).raise_for_status()


def _query(
    campus: str, as_of: datetime, days: int, drawn: random.Random
) -> dict[str, str]:
    last = as_of.date() - timedelta(days=drawn.randrange(days))
    first = last - timedelta(days=drawn.choice((0, 6, 6, 13, 29)))
    return {"campus": campus, "start": str(first), "end": str(last)}


def _open(
    browser: httpx.Client,
    path: str,
    query: dict[str, str],
    kind: str,
    seen: dict[str, list[float]],
    errors: list[str],
) -> str:
    bare, _, group = path.partition("?group=")
    given = {**query, "group": group} if group else query
    began = time.perf_counter()
    answer = browser.get(f"/dashboard{bare}", params=given)
    seen.setdefault(kind, []).append(1000 * (time.perf_counter() - began))
    if answer.status_code != 200:
        errors.append(f"{kind}: {answer.status_code}")
    return answer.text


def _tell(seen: dict[str, list[float]], errors: list[str]) -> bool:
    print(f"{'page, one user':<44}{'pages':>7}{'p50 ms':>9}{'p95 ms':>9}")
    slow = []
    for kind, times in seen.items():
        cuts = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
        print(f"{kind:<44}{len(times):>7,}{cuts[49]:>9.0f}{cuts[94]:>9.0f}")
        if cuts[94] > _GATE_MS:
            slow.append(kind)
    print(f"errors of pages: {len(errors)}")
    for told in errors[:3]:
        print(f"  {told}")
    if slow:
        print(f"over the gate of {_GATE_MS} ms at p95: {', '.join(slow)}")
    return not slow and not errors
