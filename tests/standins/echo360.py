"""The Echo360 Reporting API as it is documented, loaded with a world of events."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from orchestration.settings import PROJECT_FOLDER
from standins.serving import Answer, Request, StandIn

PREFIX = "/public/api/v1/reporting"
MOST_IN_FLIGHT = 3
_SUBMIT = re.compile(rf"^{PREFIX}/requests/(\w+)$")
_ONE = re.compile(rf"^{PREFIX}/request/([\w-]+)$")
_ASSET = re.compile(r"^/s3/([\w-]+)\.csv\.gz$")


@dataclass
class Asked:
    """A request as the server has it."""

    id: str
    report: str
    parameters: dict[str, str]
    created: datetime
    status: str
    delimiter: str


@dataclass
class Row:
    """A row of a report, when it happened and when it can first be seen."""

    report: str
    at: datetime | None
    cells: dict[str, str]
    seen_from: datetime = datetime(2000, 1, 1, tzinfo=UTC)


class Echo360(StandIn):
    """The API, whose reports are ready at the next look, or end as they are told."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.clock = clock
        self.rows: list[Row] = []
        self.asked: dict[str, Asked] = {}
        self.unlisted: set[str] = set()
        # What becomes of the next requests, else they are Available.
        self.endings: list[str] = []
        self.expired_links = 0
        self.delimiter: str | None = None
        self.most_in_flight = 0
        self.headers = _headers()

    def finish(self) -> None:
        """Let hours pass: what is pending is done."""
        for asked in self.asked.values():
            if asked.status == "Pending":
                asked.status = self.endings.pop(0) if self.endings else "Available"

    def answer(self, request: Request) -> Answer:
        if found := _ASSET.match(request.path):
            return self._asset(found[1], request)
        if not self.is_authorized(request):
            return Answer({"message": "Unauthorized"}, 401)
        if request.path == f"{PREFIX}/reports":
            return Answer({"reports": [self._listed(name) for name in self._names()]})
        if request.path == f"{PREFIX}/requests" and request.method == "GET":
            return Answer({"requests": [_told(each) for each in self.asked.values()]})
        if found := _ONE.match(request.path):
            return self._one(found[1])
        if (found := _SUBMIT.match(request.path)) and request.method == "POST":
            return self._submit(found[1], request.body)
        return Answer({"message": "not found"}, 404)

    def _names(self) -> list[str]:
        return [name for name in self.headers if name not in self.unlisted]

    def _listed(self, name: str) -> dict[str, Any]:
        day = {"datatype": "date", "required": True}
        return {
            "name": name,
            "parameters": []
            if name == "asset"
            else [{"name": "start", **day}, {"name": "end", **day}],
        }

    def _submit(self, report: str, body: dict[str, Any]) -> Answer:
        if report not in self._names():
            return Answer({"message": f"no report {report}"}, 404)
        parameters = body.get("parameters", {})
        if problem := self._problem(report, parameters):
            return Answer({"message": problem}, 400)
        in_flight = sum(each.status == "Pending" for each in self.asked.values())
        if in_flight >= MOST_IN_FLIGHT:
            return Answer({"message": "too many in flight"}, 429)
        self.most_in_flight = max(self.most_in_flight, in_flight + 1)
        asked = Asked(
            f"00000000-0000-0000-0000-{len(self.asked):012d}",
            report,
            parameters,
            self.clock(),
            "Pending",
            self.delimiter or body.get("output", {}).get("delimiter", ","),
        )
        self.asked[asked.id] = asked
        return Answer(_told(asked))

    def _problem(self, report: str, parameters: dict[str, str]) -> str | None:
        if report == "asset":
            return "asset has no parameters" if parameters else None
        if set(parameters) != {"start", "end"}:
            return "start and end are required"
        start, end = (date.fromisoformat(parameters[name]) for name in ("start", "end"))
        if not timedelta(0) < end - start <= timedelta(days=7):
            return "the range is longer than 7 days"
        if report == "assetbydate" and (self.clock().date() - start).days > 366:
            return "the range begins more than a year ago"
        return None

    def _one(self, number: str) -> Answer:
        asked = self.asked.get(number)
        if asked is None:
            return Answer({"message": "not found"}, 404)
        told = _told(asked)
        if asked.status == "Available":
            signature = "expired" if self.expired_links else "sig"
            self.expired_links = max(self.expired_links - 1, 0)
            told["signedAssets"] = [
                f"{self.url}/s3/{number}.csv.gz?Signature={signature}-{number}"
            ]
        return Answer(told)

    def _asset(self, number: str, request: Request) -> Answer:
        if request.headers.get("authorization"):
            return Answer(b"only one auth mechanism allowed", 400)
        if request.one("Signature") != f"sig-{number}":
            return Answer(b"<Error>AccessDenied</Error>", 403)
        return Answer(
            gzip.compress(self._csv(self.asked[number])),
            headers={"Content-Type": "application/gzip"},
        )

    def _csv(self, asked: Asked) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=asked.delimiter)
        header = self.headers[asked.report]
        writer.writerow(header)
        for row in self.rows:
            if row.report != asked.report or row.seen_from > asked.created:
                continue
            day = f"{row.at:%Y-%m-%d}" if row.at else ""
            parameters = asked.parameters
            if not parameters or parameters["start"] <= day < parameters["end"]:
                writer.writerow([row.cells.get(name, "") for name in header])
        return text.getvalue().encode()


def _told(asked: Asked) -> dict[str, Any]:
    return {
        "requestId": asked.id,
        "status": asked.status,
        "assets": [f"{asked.id}.csv.gz"] if asked.status == "Available" else [],
        "reportName": asked.report,
        "parameters": asked.parameters,
        "created": f"{asked.created.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
    }


def _headers() -> dict[str, list[str]]:
    """The columns of each report as the document has them."""
    found: dict[str, list[str]] = {}
    path = PROJECT_FOLDER / "seeds" / "echo360_columns.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["report"], []).append(row["source_name"] or "email")
    return found
