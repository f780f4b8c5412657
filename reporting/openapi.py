"""The OpenAPI document, with the reports of the current publication in it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from reporting.catalog import Catalog, Report
from reporting.errors import UnavailableError
from reporting.service import Service

_ROWS = "/reports/{name}/rows"


def describe(app: FastAPI, service: Service) -> dict[str, Any]:
    """The document; what it says of reports is written from the catalogue."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
    )
    try:
        with service.published.current() as publication:
            catalog = publication.catalog
    except UnavailableError:
        return document
    document["tags"] = [
        {
            "name": "reports",
            "description": "\n".join(_told(report) for report in catalog),
        }
    ]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _name_reports(operation, catalog)
            if path.endswith(_ROWS):
                operation["parameters"] += _options(catalog)
    return document


def _name_reports(operation: dict[str, Any], catalog: Catalog) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and parameter["name"] == "name":
            parameter["schema"]["enum"] = list(catalog.reports)


def _options(catalog: Catalog) -> list[dict[str, Any]]:
    """The parameters that some reports take beside campus and range."""
    options = {each.name: each for report in catalog for each in report.options}
    takers = {
        name: [
            report.name
            for report in catalog
            if name in {option.name for option in report.options}
        ]
        for name in options
    }
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": f"{each.description} Taken by {', '.join(takers[name])}.",
            "schema": {"type": "integer", "minimum": 1, "maximum": 36500},
        }
        for name, each in options.items()
    ]


def _told(report: Report) -> str:
    """A report as a person reads it: title, what a row is, and every column."""
    columns = "\n".join(
        f"- `{column.name}` ({column.type}): {column.description}"
        for column in report.columns
    )
    return (
        f"<details><summary><b>{report.title}</b> (<code>{report.name}</code>)"
        f"</summary>\n\n{report.description}\n\n{columns}\n\n</details>\n"
    )
