"""The pages say what the code does: queries run, names exist, links resolve."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer

from orchestration import errors
from orchestration.cli import app
from orchestration.settings import PROJECT_FOLDER, Settings
from support.compiled import CompiledProject
from support.worlds import DATA, built_world, instant

EXAMPLE = DATA / "worked_example"
README = PROJECT_FOLDER / "README.md"
DOCS = PROJECT_FOLDER / "docs"
PAGES = [README, *sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("anomalies/*.md"))]
PUBLISHED = ".rollbook/home/published/rollbook.duckdb"
LAYERS = ("staging", "intermediate", "marts", "history", "anomalies", "reports")
# What other layers make of marts is a mart again.
UNITED = ("fct_sync_anomalies", "fct_sync_history")


def fenced(page: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S
    )


def prose_of(page: Path) -> str:
    """A page without its blocks of code."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def code_of(page: Path) -> list[str]:
    """What a page sets in code: lines of its blocks, and spans in its text."""
    lines = [line for block in fenced(page, r"\w*") for line in block.splitlines()]
    return [*lines, *re.findall(r"`([^`\n]+)`", prose_of(page))]


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.+)$", prose_of(page), re.M)
    return {
        re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings
    }


def table_rows(page: Path, first_heading: str) -> list[list[str]]:
    """The cells of the table that begins with a heading, its rule left out."""
    text = page.read_text(encoding="utf-8")
    start = text.index(f"| {first_heading} |")
    table = text[start:].split("\n\n")[0]
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in table.splitlines()[2:]
    ]


QUERIES = [
    pytest.param(page, query, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, query in enumerate(fenced(page, "sql"), start=1)
]


@pytest.fixture(scope="module")
def folder(project: CompiledProject, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the worked example's file where the pages look for it."""
    folder = tmp_path_factory.mktemp("docs")
    file = folder / PUBLISHED
    file.parent.mkdir(parents=True)
    times = json.loads((EXAMPLE / "expected" / "range.json").read_text())
    with built_world(
        project,
        EXAMPLE / "drop",
        folder / "home",
        **{name: instant(text) for name, text in times.items()},
    ) as connection:
        connection.execute(f"attach '{file}' as copied")
        connection.execute("copy from database rollbook to copied")
        connection.execute("detach copied")
    return folder


def rows_of(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Run one block as it stands, each in a session of its own."""
    file = str(folder / PUBLISHED)
    if query.startswith("attach "):
        query = query.replace(PUBLISHED, file)
        connection = duckdb.connect()
    else:
        connection = duckdb.connect(file, read_only=True)
    with connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(("page", "query"), QUERIES)
def test_query_of_a_page_runs(folder: Path, page: Path, query: str) -> None:
    rows_of(folder, query)


def test_analysts_have_ten_questions_and_each_finds_rows(folder: Path) -> None:
    page = DOCS / "analysts.md"
    questions = re.findall(
        r"^## \d+\. [^\n]+\?\n\n```sql\n(.*?)^```",
        page.read_text(encoding="utf-8"),
        re.M | re.S,
    )

    assert len(questions) == 10
    assert [query for query in questions if not rows_of(folder, query)] == []


def test_first_query_of_the_readme_runs(folder: Path) -> None:
    (command,) = [
        line
        for block in fenced(README, "sh")
        for line in block.splitlines()
        if " -c " in line
    ]
    match = re.fullmatch(r'\.venv/bin/python -c "(.*)"', command)
    assert match is not None

    completed = subprocess.run(
        [sys.executable, "-c", match[1]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert completed.returncode == 0, completed.stderr
    assert "last_errors" in completed.stdout
    assert "DEN" in completed.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_resolve(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", prose_of(page))
    broken = []
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert links
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_paths_of_the_repository_exist(page: Path) -> None:
    top_folders = "orchestration|expectations|dbt_project|seeds|tests|docs"
    paths = {
        match[0].rstrip("/")
        for code in code_of(page)
        for match in re.finditer(rf"(?<![\w/.])(?:{top_folders})/[\w./<>-]*", code)
        if "<" not in match[0]
    }

    assert [path for path in paths if not (PROJECT_FOLDER / path).exists()] == []


def test_commands_and_options_exist() -> None:
    commands = getattr(typer.main.get_command(app), "commands", {})
    named = [
        (page.name, *match.groups())
        for page in PAGES
        for code in code_of(page)
        for match in re.finditer(
            r"(?<![\w./])(?:\.venv/bin/)?rollbook ([a-z][a-z-]*)(.*)", code
        )
    ]
    unknown = []
    for page, command, arguments in named:
        found = commands.get(command)
        options = {
            option
            for each in (found, *getattr(found, "commands", {}).values())
            for parameter in getattr(each, "params", [])
            for option in parameter.opts
        }
        used = set(re.findall(r"--[a-z-]+", arguments.split("#")[0]))
        if command not in commands or not used <= options:
            unknown.append((page, command, sorted(used - options)))

    assert {command for _, command, _ in named} == set(commands)
    assert unknown == []


def test_make_targets_exist() -> None:
    makefile = (PROJECT_FOLDER / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    named = {
        name
        for page in PAGES
        for code in code_of(page)
        for name in re.findall(r"^make ([a-z-]+)", code)
    }

    assert {"run", "test", "dev"} <= named
    assert named <= targets


def test_every_setting_is_in_the_table_with_its_default() -> None:
    stated = {
        cells[0].strip("`"): cells[1].strip("`")
        for cells in table_rows(DOCS / "data_engineers.md", "Variable")
    }
    expected = {}
    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, Path):
            default = default.relative_to(PROJECT_FOLDER).as_posix()
        expected[f"ROLLBOOK_{name.upper()}"] = str(default)

    assert stated == expected


def test_every_exit_code_is_in_the_table() -> None:
    stated = {
        int(cells[0]) for cells in table_rows(DOCS / "data_engineers.md", "Exit code")
    }
    raised = {
        error.exit_code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.RollbookError)
    }

    assert stated == {0, *raised}


def test_incremental_models_are_those_of_the_table(project: CompiledProject) -> None:
    stated = {
        name
        for cells in table_rows(DOCS / "architecture.md", "Model")
        for name in re.findall(r"`(\w+)`", cells[0])
    }
    incremental = {
        node["name"]
        for node in project.nodes
        if node["config"]["materialized"] == "incremental"
    }

    assert stated == incremental


def test_layers_never_read_backwards(project: CompiledProject) -> None:
    nodes = {node["unique_id"]: node for node in project.nodes}
    edges = [
        (layer_of(nodes[parent]), layer_of(node), node["name"])
        for node in nodes.values()
        for parent in node["depends_on"].get("nodes", [])
        if parent in nodes and layer_of(nodes[parent]) in LAYERS
    ]
    source_readers = {
        layer_of(node)
        for node in nodes.values()
        for parent in node["depends_on"].get("nodes", [])
        if parent.startswith("source.")
    }

    assert source_readers == {"staging"}
    assert [
        (parent, child, name)
        for parent, child, name in edges
        if (LAYERS.index(parent) > LAYERS.index(child) and name not in UNITED)
        or (child == "reports" and parent not in ("marts", "reports"))
        or (parent == child == "staging")
    ] == []


def layer_of(node: dict[str, Any]) -> str:
    return "seeds" if node["resource_type"] == "seed" else str(node["fqn"][1])


def test_lineage_picture_shows_every_model(project: CompiledProject) -> None:
    """When it fails: .venv/bin/python docs/draw_pictures.py."""
    picture = (DOCS / "images" / "lineage.svg").read_text(encoding="utf-8")
    shown = {text.split()[0] for text in re.findall(r">([^<>\n]+)</text>", picture)}
    names = {
        re.sub(r"^(stg_[a-z0-9]+__|int_|rpt_)", "", node["name"])
        for node in project.nodes
    }
    twins = {
        name
        for name in names
        for ending in ("_between", "_versions", "_as_of")
        if name.endswith(ending) and name.removesuffix(ending) in names
    }

    assert names - twins - shown == set()


@pytest.mark.parametrize(
    "folder_name",
    [
        "orchestration/extract",
        "orchestration/publish",
        "orchestration/demo",
        "orchestration/check_pages",
        "orchestration/alerts",
        "expectations",
        "reporting",
    ],
)
def test_plain_python_imports_no_orchestrator(folder_name: str) -> None:
    modules = list((PROJECT_FOLDER / folder_name).rglob("*.py"))
    found = {
        (module.name, imported)
        for module in modules
        for imported in imported_modules(module)
        if imported.split(".")[0] in ("dagster", "dagster_dbt", "dbt")
        or imported.startswith("orchestration.defs")
    }

    assert modules
    assert found == set()


def imported_modules(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
