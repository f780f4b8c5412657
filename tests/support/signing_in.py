"""Signing in to the dashboard as a browser without script does."""

from __future__ import annotations

import re
from html import unescape

from httpx import Client, Response


def form_token(answer: Response) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', answer.text)
    assert found is not None
    return unescape(found[1])


def sign_in(pages: Client, token: str, following: str = "") -> Response:
    form = form_token(pages.get("/dashboard/sign-in"))
    return pages.post(
        "/dashboard/sign-in",
        data={"token": token, "form_token": form, "next": following},
        follow_redirects=False,
    )
