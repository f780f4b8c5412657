"""The SIS Imports API of Canvas: which answers there are, and what is kept of them.

Source: instructure/canvas-lms, ``sis_imports_api_controller.rb`` and
``sis_import_errors_api_controller.rb``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from orchestration.extract.api_client import ApiClient, ApiRefusedError, Page

PAGE_SIZE = 100
# The route, and the address that the examples of the documents have.
_ERROR_PATHS = ("errors", "sis_import_errors")
_NOT_FOUND = 404


@dataclass
class SisImports:
    """The jobs of one root account."""

    client: ApiClient
    account_id: str
    _error_path: str | None = field(default=None, init=False)

    @property
    def path(self) -> str:
        """Where the account's jobs are."""
        return f"api/v1/accounts/{self.account_id}/sis_imports"

    def jobs(self, *, created_since: str | None) -> Iterator[list[Any]]:
        """All jobs since an instant, newest first, a page at a time.

        Raises:
            ApiRefusedError: the token or the account is none.
            ApiError: Canvas did not answer.
        """
        parameters: dict[str, str | list[str]] = {"per_page": str(PAGE_SIZE)}
        if created_since:
            parameters["created_since"] = created_since
        for page in self.client.pages(self.path, parameters, cleaned=without_secrets):
            yield self.client.list_of(page.content, "sis_imports")

    def job(self, job_id: str) -> Any:
        """One job as it is now, or None when Canvas has it no more.

        Raises:
            ApiRefusedError: the token or the account is none.
            ApiError: Canvas did not answer.
        """
        return self._one(job_id, keeps_secrets=False)

    def errors(self, job_id: str, *, failures_alone: bool) -> Iterator[Page]:
        """The errors and warnings of a job that Canvas still has, a page at a time.

        Args:
            job_id: the job.
            failures_alone: only those of them that are errors.

        Raises:
            ApiRefusedError: the token or the account is none.
            ApiError: Canvas did not answer.
        """
        parameters: dict[str, str | list[str]] = {"per_page": str(PAGE_SIZE)}
        if failures_alone:
            parameters["failure"] = "true"
        paths = [self._error_path] if self._error_path else _ERROR_PATHS
        for path in paths:
            pages = self.client.pages(f"{self.path}/{job_id}/{path}", parameters)
            try:
                for page in pages:
                    self._error_path = path
                    yield page
            except ApiRefusedError as error:
                if error.status != _NOT_FOUND:
                    raise
            else:
                return

    def download_errors(self, job_id: str, target: Path) -> bool:
        """Write a job's errors attachment into a file; False if it has none any more.

        Its address holds a secret, so it is asked for anew and never kept.

        Raises:
            ApiRefusedError: the token or the account is none.
            ApiError: Canvas did not answer.
        """
        job = self._one(job_id, keeps_secrets=True) or {}
        attachment = job.get("errors_attachment") or {}
        if not attachment.get("url"):
            return False
        try:
            self.client.download(attachment["url"], target, is_signed=False)
        except ApiRefusedError as error:
            if error.status not in (403, _NOT_FOUND, 410):
                raise
            return False
        return True

    def _one(self, job_id: str, *, keeps_secrets: bool) -> Any:
        cleaned = None if keeps_secrets else without_secrets
        try:
            return self.client.get(f"{self.path}/{job_id}", cleaned=cleaned).content
        except ApiRefusedError as error:
            if error.status != _NOT_FOUND:
                raise
            return None


def without_secrets(content: dict[str, Any]) -> dict[str, Any]:
    """A JSON object whose addresses lost their queries: those of files are secrets."""
    for name, value in content.items():
        if isinstance(value, str) and name.endswith("url") and "?" in value:
            content[name] = urlunsplit((*urlsplit(value)[:3], "", ""))
    return content
