"""`make bench-systems`: Canvas jobs with their errors, beside the bare download.

A server in a process of its own answers with pages that were made before. All
contenders ask for the same pages, each in a process of its own, by turns. The bare
download is what a plain script would do: it reads each page, sees that it is whole
JSON, and writes it down as it came; with as many connections as landing, and with one.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from benchmarks.measuring import Cost, measure
from orchestration.extract.api_client import ApiClient
from orchestration.extract.canvas.landing import REQUESTS_AT_ONCE, land_jobs
from orchestration.extract.platform.landing import LandingLimits
from orchestration.home import Home

_PAGE = 100
_GATE = 2.0
_JOBS = "/api/v1/accounts/1/sis_imports"
_ERRORS = re.compile(rf"^{_JOBS}/(\d+)/errors$")
_TOKEN = "bench"
# The gate is against the bare download with as many connections as landing has.
_CONTENDERS = ("bare", "bare, one connection", "landing")


def main() -> None:
    """Read the arguments, measure, tell; or be one of the contenders."""
    parser = argparse.ArgumentParser(prog="make bench-systems", description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--errors", type=int, default=100, help="errors of each job")
    parser.add_argument("--repeats", type=int, default=3, help="turns of each")
    parser.add_argument("--as", dest="contender", choices=_CONTENDERS)
    parser.add_argument("--url")
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    match arguments.contender:
        case "bare" | "bare, one connection":
            connections = REQUESTS_AT_ONCE if arguments.contender == "bare" else 1
            _download(arguments.url, arguments.folder, arguments.jobs, connections)
        case "landing":
            _land(arguments.url, arguments.folder)
        case _:
            _measure(arguments.jobs, arguments.errors, arguments.repeats)


def _measure(jobs: int, errors: int, repeats: int) -> None:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(theirs, jobs, errors))
    server.start()
    try:
        url = ours.recv()
        costs: dict[str, list[Cost]] = {name: [] for name in _CONTENDERS}
        for _ in range(repeats):
            for name, found in costs.items():
                with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                    options = ("--url", url, "--folder", folder, "--jobs", str(jobs))
                    command = ("-m", "benchmarks.systems", "--as", name, *options)
                    found.append(measure([sys.executable, *command]))
    finally:
        server.terminate()
        server.join()
    _tell(jobs, errors, costs)


def _tell(jobs: int, errors: int, costs: dict[str, list[Cost]]) -> None:
    seconds = {
        name: statistics.median(cost.wall_seconds for cost in found)
        for name, found in costs.items()
    }
    _say(f"## {jobs:,} Canvas jobs with {errors} errors each\n")
    _say("| What | seconds | CPU seconds | peak MB | times the bare download |")
    _say("| --- | --- | --- | --- | --- |")
    for name, found in costs.items():
        middle = sorted(found, key=lambda cost: cost.wall_seconds)[len(found) // 2]
        _say(
            f"| {name} | {middle.wall_seconds:.1f} | {middle.cpu_seconds:.1f} |"
            f" {max(cost.peak_bytes for cost in found) >> 20} |"
            f" {seconds[name] / seconds['bare']:.2f} |"
        )
    ratio = seconds["landing"] / seconds["bare"]
    verdict = "holds" if ratio <= _GATE else "is missed"
    _say(f"\nThe gate of {_GATE:g} times {verdict}: {ratio:.2f}.")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _download(url: str, folder: Path, jobs: int, connections: int) -> None:
    """Ask for the same pages as a plain script would: see that each is whole, keep it.

    The pages are written as they came, into a file a connection.
    """
    headers = {"Authorization": f"Bearer {_TOKEN}"}
    addresses = [
        f"{url}{_JOBS}/{number}/errors?per_page={_PAGE}"
        for number in range(1, jobs + 1)
    ]
    shares = [[f"{url}{_JOBS}?per_page={_PAGE}", *addresses[::connections]]]
    shares += [addresses[first::connections] for first in range(1, connections)]
    with (
        httpx.Client(headers=headers, timeout=60) as client,
        ThreadPoolExecutor(connections) as pool,
    ):
        files = [folder / f"pages-{number}" for number in range(connections)]
        list(pool.map(partial(_download_share, client), shares, files))


def _download_share(client: httpx.Client, addresses: list[str], target: Path) -> None:
    with target.open("wb") as file:
        for first in addresses:
            address: str | None = first
            while address:
                response = client.get(address).raise_for_status()
                if not response.json():
                    raise SystemExit(f"{address} is empty")
                file.write(response.content)
                address = response.links.get("next", {}).get("url")


def _land(url: str, folder: Path) -> None:
    home = Home(folder / "home")
    home.prepare()
    client = ApiClient(url, token=_TOKEN, token_env="CANVAS_TOKEN", name="canvas")
    outcome = land_jobs(
        home,
        name="canvas",
        account_id="1",
        client=client,
        limits=LandingLimits(threads=2, memory_limit="512MB"),
    )
    client.close()
    if not outcome.errors:
        raise SystemExit("nothing was landed")


def _serve(pipe: Connection, jobs: int, errors: int) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(jobs, errors))
    pipe.send(f"http://127.0.0.1:{server.server_port}")
    server.serve_forever()


def _handler(jobs: int, errors: int) -> type[BaseHTTPRequestHandler]:
    error_pages = [
        json.dumps(
            {
                "sis_import_errors": [
                    {
                        "sis_import_id": 1,
                        "file": "enrollments.csv",
                        "message": f"User u{row} does not exist for enrollment e{row}",
                        "row": row + 2,
                    }
                    for row in range(start, min(start + _PAGE, errors))
                ]
            }
        ).encode()
        for start in range(0, errors, _PAGE)
    ]
    job_pages = [
        json.dumps(
            {
                "sis_imports": [
                    _job(number, errors)
                    for number in range(start, min(start + _PAGE, jobs + 1))
                ]
            }
        ).encode()
        for start in range(1, jobs + 1, _PAGE)
    ]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def log_message(self, *_args: object) -> None:
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            pages = error_pages if _ERRORS.match(parts.path) else job_pages
            place = int(parse_qs(parts.query).get("page", ["0"])[0])
            body = pages[place]
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if place + 1 < len(pages):
                address = (
                    f"http://127.0.0.1:{self.server.server_port}{parts.path}"  # type: ignore[attr-defined]
                    f"?per_page={_PAGE}&page={place + 1}"
                )
                self.send_header("Link", f'<{address}>; rel="next"')
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _job(number: int, errors: int) -> dict[str, object]:
    at = f"2026-01-{1 + number // 400 % 28:02d}T{number // 20 % 24:02d}:00:00Z"
    messages = [["enrollments.csv", f"User u{row} does not exist"] for row in range(24)]
    return {
        "id": number,
        "created_at": at,
        "started_at": at,
        "ended_at": at,
        "updated_at": at,
        "progress": 100,
        "workflow_state": "failed_with_messages",
        "data": {
            "import_type": "instructure_csv",
            "counts": {
                "enrollments": 10_000,
                "error_count": errors,
                "warning_count": 0,
            },
            "completed_importers": ["enrollment"],
        },
        "processing_errors": messages,
    }


if __name__ == "__main__":
    main()
