"""The bodies of the API's answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from reporting.catalog import Column, Report


class Body(BaseModel):
    """Base of every body: no key beside those named."""

    model_config = ConfigDict(extra="forbid")


class ErrorDetail(Body):
    """What went wrong."""

    code: str = Field(description="For programs: it keeps its meaning.")
    message: str = Field(description="For people: what, where, what to do.")


class ErrorBody(Body):
    """The one shape of every error."""

    error: ErrorDetail


class ParameterBody(Body):
    """A parameter of a report."""

    name: str
    type: str
    description: str


class ColumnBody(Body):
    """A column of a report."""

    name: str
    type: str
    description: str
    is_masked: bool = Field(description="Whether your role sees a mask in its place.")


class DrillDownBody(Body):
    """A column whose value leads to records of another report."""

    column: str
    report: str = Field(description="{column} stands for the row's own value.")
    filters: dict[str, str] = Field(description="Equal to these; {column} as above.")
    where: dict[str, str] = Field(
        description="Regular expressions that a row's values match in full, or it leads"
        " nowhere; a named group stands for what it matched."
    )


class ReportSummary(Body):
    """A report that can be asked for."""

    name: str
    title: str
    description: str
    parameters: list[ParameterBody]


class ReportBody(ReportSummary):
    """A report with all that is known about it."""

    columns: list[ColumnBody]
    default_order: list[str] = Field(
        description="How rows come, as sort takes it: -column has the last one first."
    )
    drill_downs: list[DrillDownBody]


class SessionBody(Body):
    """Who signed in, and the bearer token that says so."""

    token: str
    email: str
    campuses: list[str]
    max_age_seconds: int


class ReportsBody(Body):
    """Every report of the current publication."""

    publication_id: str
    as_of: datetime
    reports: list[ReportSummary]


class CampusesBody(Body):
    """The campuses that you may read."""

    campuses: list[str]


class RangeBody(Body):
    """A range; its end is exclusive."""

    start: datetime
    end: datetime


class RowsBody(Body):
    """A page of a report's rows."""

    report: str
    publication_id: str
    as_of: datetime
    range: RangeBody | None = Field(description="null for a report without a range.")
    tz: str
    rows: list[dict[str, Any]]
    next_cursor: str | None = Field(
        description="Send it as cursor, with all else unchanged; null on the last page."
    )


Status = Literal["Pending", "Available", "Expired", "Failed", "Missing"]
Delimiter = Literal[",", "\t", "|"]


class RequestParameters(BaseModel):
    """What is asked of the report; options of the report may stand beside these."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int]

    campus: list[str] = []
    start: str | None = None
    end: str | None = Field(default=None, description="Exclusive.")
    tz: str | None = None
    sort: list[str] = []
    filter: list[str] = []


class RequestOutput(Body):
    """How the result is written."""

    format: Literal["csv", "tsv", "psv", "json", "jsonl", "parquet", "xlsx"] = "csv"
    delimiter: Delimiter | None = Field(default=None, description="Of csv.")
    compression: bool | None = Field(
        default=None, description="gzip; on when left out, if the format takes it."
    )


class RequestNotice(Body):
    """Who is told when the request is done."""

    webhook: str | None = Field(default=None, max_length=2000)
    email: str | None = Field(default=None, max_length=254)


class NewRequest(Body):
    """A request for a report, to be run in the background."""

    parameters: RequestParameters = RequestParameters()
    output: RequestOutput = RequestOutput()
    notice: RequestNotice = RequestNotice()


class RequestBody(Body):
    """A request and what became of it."""

    request_id: str
    status: Status
    report: str
    parameters: dict[str, Any]
    output: dict[str, Any]
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime
    publication_id: str | None
    row_count: int | None
    size_bytes: int | None
    assets: list[str]
    error: str | None = Field(description="Why it failed.")
    notice_error: str | None = Field(description="Why nobody was told.")


class SignedRequestBody(RequestBody):
    """The same with links to its result, which count for some days."""

    signed_assets: list[str]


class RequestsBody(Body):
    """Your requests, the newest first."""

    requests: list[RequestBody]


def summary_of(report: Report) -> ReportSummary:
    """A report as the list shows it."""
    return ReportSummary(
        name=report.name,
        title=report.title,
        description=report.description,
        parameters=[
            ParameterBody(name=each.name, type=each.type, description=each.description)
            for each in report.parameters
        ],
    )


def body_of(report: Report, *, is_masked: bool) -> ReportBody:
    """A report as it is shown alone."""
    return ReportBody(
        **summary_of(report).model_dump(),
        columns=[
            _column(each, is_masked=is_masked and each.is_personal)
            for each in report.columns
        ],
        default_order=list(map(str, report.default_order)),
        drill_downs=[
            DrillDownBody(
                column=each.column,
                report=each.report,
                filters=dict(each.filters),
                where=dict(each.where),
            )
            for each in report.drill_downs
        ],
    )


def _column(column: Column, *, is_masked: bool) -> ColumnBody:
    return ColumnBody(
        name=column.name,
        type=column.type,
        description=column.description,
        is_masked=is_masked,
    )
