"""Take the pictures of the dashboard: .venv/bin/python docs/take_screenshots.py.

Serves a home (make run, then docs/make_picture_home.py), signs in, and takes every page
in light, in dark and as wide as a phone. Needs a Chromium; see tests/e2e.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from orchestration.home import Home
from orchestration.settings import PROJECT_FOLDER
from reporting.accounts.tokens import create_token
from reporting.state import State, now

IMAGES = PROJECT_FOLDER / "docs" / "images" / "dashboard"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    "--disable-sync",
]
LOOKS = {"light": (1280, "light"), "dark": (1280, "dark"), "phone": (390, "light")}
TALLEST = {"light": 1500, "dark": 1500, "phone": 2200}
PAGES = {
    "overview": "/",
    "integrations": "/sections/integrations",
    "data_in": "/sections/data_in",
    "data_in_logs": "/sections/data_in?group=Users#user_sync_log",
    "data_out": "/sections/data_out",
    "anomalies": "/sections/anomalies",
    "sync_history": "/sections/sync_history",
    "rostering": "/sections/rostering",
    "rostering_job": "/reports/rostering_jobs/details?of=1211",
    "provisioning": "/sections/provisioning?filter="
    "event:in:Account%20Synchronization,Sync%20Error,Authentication%20Failed",
    "engagement": "/sections/engagement",
    "top_errors": "/sections/errors",
    "all_reports": "/reports",
    "error_dictionary": "/errors",
    "find_a_record": "/records",
    "help": "/help",
}


def main() -> None:
    """Serve, sign in, take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--home", type=Path, default=PROJECT_FOLDER / ".rollbook/pictures"
    )
    parser.add_argument("--campus", default="C001")
    parser.add_argument("--search", default="C001-U000059")
    parser.add_argument("--only", default="")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    IMAGES.mkdir(parents=True, exist_ok=True)
    home = Home(options.home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    token = create_token(
        State(home),
        name="screenshots",
        role="admin",
        campuses=None,
        expires_at=now() + timedelta(hours=1),
    )
    server = subprocess.Popen(
        [Path(sys.executable).with_name("rollbook"), "serve", "--home", home.root],
        env={**os.environ, "ROLLBOOK_SERVICE_URL": url},
    )
    try:
        _wait(url)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=options.chromium, args=FLAGS
            )
            for look in LOOKS:
                _take_all(browser, url, token, look, options)
            browser.close()
    finally:
        server.terminate()
        server.wait()


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            httpx.get(f"{url}/dashboard/sign-in")
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the service did not start")


def _take_all(
    browser: Browser, url: str, token: str, look: str, options: argparse.Namespace
) -> None:
    width, scheme = LOOKS[look]
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id="America/Chicago",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{url}/dashboard/sign-in")
    _take(page, "sign_in", look, options.only)
    page.get_by_label("Access token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/dashboard/*")
    for name, path in PAGES.items():
        bare, _, anchor = path.partition("#")
        page.goto(
            f"{url}/dashboard{bare}{'&' if '?' in bare else '?'}campus={options.campus}"
        )
        if anchor:
            page.locator(f"#{anchor}").hover()
        _take(page, name, look, options.only, anchor=anchor)
    page.get_by_role("link", name="Learn more").click()
    _take(page, "learn_more", look, options.only, anchor=":root")
    page.get_by_role("button", name="Close").click()
    page.goto(f"{url}/dashboard/records?campus={options.campus}&q={options.search}")
    _take(page, "found_records", look, options.only)
    page.locator(".found a").first.click()
    page.wait_for_url("**/records/*")
    _take(page, "record", look, options.only)
    context.close()


def _take(page: Page, name: str, look: str, only: str, anchor: str = "") -> None:
    if only and only not in name:
        return
    file = IMAGES / f"{name}_{look}.png"
    if anchor:
        where = page if anchor == ":root" else page.locator(f"#{anchor}")
        where.screenshot(path=file)
        _compress(file)
        return
    size = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    height = min(size[1], TALLEST[look])
    page.screenshot(
        path=file,
        full_page=True,
        clip={"x": 0, "y": 0, "width": size[0], "height": height},
    )
    _compress(file)


def _compress(file: Path) -> None:
    """A palette is enough, and makes a file a third of its size."""
    with Image.open(file) as image:
        few = image.convert("RGB").quantize(255, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


if __name__ == "__main__":
    main()
