"""Canvas as its SIS Imports API is documented, loaded with a world of jobs."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from standins.serving import Answer, Request, StandIn

KEPT_MESSAGES = 24
_JOBS = re.compile(r"^/api/v1/accounts/(\w+)/sis_imports$")
_JOB = re.compile(r"^/api/v1/accounts/(\w+)/sis_imports/(\d+)$")
_ERRORS = re.compile(r"^/api/v1/accounts/(\w+)/sis_imports/(\d+)/errors$")
_FILE = re.compile(r"^/files/(\d+)/download$")
_SEEN = {"created_since", "created_before", "workflow_state[]", "per_page", "page"}


@dataclass
class Message:
    """An error or a warning of a job, as it truly was."""

    file: str
    message: str
    row: int | None
    is_failure: bool


@dataclass
class Job:
    """A job as Canvas has it, with all that it ever said."""

    content: dict[str, Any]
    messages: list[Message] = field(default_factory=list)
    # Canvas keeps them for 30 days; the attachment stays.
    are_forgotten: bool = False
    has_attachment: bool = False

    @property
    def id(self) -> int:
        return int(self.content["id"])

    def shown(self, url: str) -> dict[str, Any]:
        """As the API gives it: messages cut, the attachment's address signed anew."""
        shown = dict(self.content)
        for name, is_failure in (
            ("processing_errors", True),
            ("processing_warnings", False),
        ):
            told = [
                [each.file, each.message]
                for each in self.messages
                if each.is_failure is is_failure
            ]
            if told:
                shown[name] = told[:KEPT_MESSAGES]
        if self.has_attachment:
            shown["errors_attachment"] = {
                "id": self.id,
                "filename": "errors.csv",
                "url": f"{url}/files/{self.id}/download?verifier=signed-{self.id}",
            }
        return shown

    def csv(self) -> bytes:
        """The errors attachment."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["sis_import_id", "file", "message", "row"])
        for each in self.messages:
            writer.writerow([self.id, each.file, each.message, each.row])
        return text.getvalue().encode()


class Canvas(StandIn):
    """The API of one root account."""

    def __init__(self, account_id: str = "1") -> None:
        super().__init__()
        self.account_id = account_id
        self.jobs: dict[int, Job] = {}
        # After so many pages the next one is given twice, as when jobs come meanwhile.
        self.repeats_after_page: int | None = None

    def answer(self, request: Request) -> Answer:
        if found := _FILE.match(request.path):
            return self._file(int(found[1]), request)
        if not self.is_authorized(request):
            return Answer({"errors": [{"message": "Invalid access token."}]}, 401)
        if request.method != "GET":
            return Answer({"errors": "not allowed"}, 405)
        if unknown := set(request.query) - _SEEN - {"failure"}:
            return Answer({"errors": f"unknown {unknown}"}, 400)
        for pattern, work in (
            (_JOBS, self._jobs),
            (_JOB, self._job),
            (_ERRORS, self._errors),
        ):
            if found := pattern.match(request.path):
                if found[1] != self.account_id:
                    break
                return work(request, *found.groups()[1:])
        return Answer({"errors": [{"message": "does not exist"}]}, 404)

    def _jobs(self, request: Request) -> Answer:
        found = sorted(
            self.jobs.values(),
            key=lambda job: (job.content["created_at"], job.id),
            reverse=True,
        )
        if since := request.one("created_since"):
            at = datetime.fromisoformat(since)
            found = [
                job
                for job in found
                if datetime.fromisoformat(job.content["created_at"]) >= at
            ]
        return self._page(
            request, "sis_imports", [job.shown(self.url) for job in found]
        )

    def _job(self, request: Request, number: str) -> Answer:
        job = self.jobs.get(int(number))
        if job is None:
            return Answer({"errors": [{"message": "does not exist"}]}, 404)
        return Answer(job.shown(self.url))

    def _errors(self, request: Request, number: str) -> Answer:
        job = self.jobs.get(int(number))
        if job is None:
            return Answer({"errors": [{"message": "does not exist"}]}, 404)
        rows = [
            {
                "sis_import_id": job.id,
                "file": each.file,
                "message": each.message,
                "row": each.row,
            }
            for each in job.messages
            if not job.are_forgotten
            and (each.is_failure or request.one("failure") != "true")
        ]
        return self._page(request, "sis_import_errors", rows)

    def _page(self, request: Request, name: str, rows: list[Any]) -> Answer:
        size = min(int(request.one("per_page") or 10), 100)
        mark = request.one("page") or "bookmark:0"
        if not mark.startswith("bookmark:"):
            return Answer({"errors": "page is none that was given"}, 400)
        start = int(mark.split(":")[1])
        headers = {}
        following = start + size
        if self.repeats_after_page is not None and (
            start == self.repeats_after_page * size and mark.count(":") == 1
        ):
            following, mark = start, "again"
        if following < len(rows):
            query = {
                key: value for key, value in request.query.items() if key != "page"
            }
            again = ":again" if mark == "again" else ""
            query["page"] = [f"bookmark:{following}{again}"]
            address = f"{self.url}{request.path}?{urlencode(query, doseq=True)}"
            headers["Link"] = (
                f'<{self.url}{request.path}?page=first>; rel="current",'
                f'<{address}>; rel="next"'
            )
        return Answer({name: rows[start : start + size]}, headers=headers)

    def _file(self, number: int, request: Request) -> Answer:
        job = self.jobs.get(number)
        if request.headers.get("authorization") is None and (
            request.one("verifier") != f"signed-{number}"
        ):
            return Answer({"errors": "unauthorized"}, 403)
        if job is None or request.one("verifier") != f"signed-{number}":
            return Answer({"errors": "gone"}, 404)
        return Answer(job.csv(), headers={"Content-Type": "text/csv"})
