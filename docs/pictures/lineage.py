"""dbt's graph by layer: a box a folder, an arrow where one folder reads another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pictures.svg import FAINT, MONO_WIDTH, PAPER, Picture

Group = tuple[str, ...]

SIZE = 11.5
LINE_HEIGHT = 16.5
HEADING = 26
GAP = 26
LANE = 50
MARGIN = 22
LINE_APART = 7
TOP = 92
# Where each folder stands; one that is not here goes below the first of its layer.
COLUMNS: tuple[tuple[str, tuple[Group, ...]], ...] = (
    ("sources", (("source", "platform"), ("source", "landing"), ("source", "history"))),
    (
        "staging",
        (("staging", "platform"), ("staging", "landing"), ("staging", "history")),
    ),
    ("intermediate", (("intermediate", "requests"), ("intermediate", "roster"))),
    ("", (("intermediate", "identity"),)),
    (
        "marts",
        (("marts", "syncs"), ("marts", "roster"), ("marts", "runs"), ("seeds",)),
    ),
    ("anomalies", (("anomalies",), ("history",))),
    ("reports", (("reports",),)),
)
COLORS = {
    "source": "#7b8794",
    "staging": "#0b7285",
    "intermediate": "#9c5a00",
    "marts": "#2b6cb0",
    "anomalies": "#8a3ffc",
    "history": "#8a3ffc",
    "seeds": "#7b8794",
    "reports": "#2f7d4f",
}
# A name with one of these endings is drawn as a mark behind the name without it.
MARKS = {"_between": " ƒ", "_versions": " ↺", "_as_of": " ◷"}
PREFIXES = {
    "staging": "stg_{}__",
    "intermediate": "int_",
    "anomalies": "int_",
    "history": "int_",
    "reports": "rpt_",
}


@dataclass(slots=True)
class Box:
    """One folder of models on the picture."""

    group: Group
    names: list[str]
    column: int
    left: float = 0
    top: float = 0
    width: float = 0

    @property
    def height(self) -> float:
        """Its height in pixels."""
        return HEADING + LINE_HEIGHT * len(self.names) + 8

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def color(self) -> str:
        """The color of its layer."""
        return COLORS[self.group[0]]


def draw_lineage(manifest: Mapping[str, Any]) -> str:
    """Draw the graph of a manifest."""
    members, edges = read_graph(manifest)
    boxes = _placed(members)
    width = max(box.left + box.width for box in boxes.values()) + MARGIN
    height = max(box.bottom for box in boxes.values()) + 62
    picture = Picture(width, height, "The models by layer, and who reads whom")
    picture.text(MARGIN, 36, "From landed files to reports", size=19, bold=True)
    _draw_headings(picture, boxes)
    _draw_edges(picture, boxes, edges)
    for box in boxes.values():
        _draw_box(picture, box)
    picture.text(
        MARGIN,
        height - 22,
        "ƒ  also for any campus and range: <report>_between(...)"
        "        ↺  also with every version: <table>_versions"
        "        ◷  also as it was: <table>_as_of(instant)"
        "        names without their stg_, int_ and rpt_",
        size=12,
        color=FAINT,
    )
    return picture.render()


def read_graph(
    manifest: Mapping[str, Any],
) -> tuple[dict[Group, list[str]], set[tuple[Group, Group]]]:
    """The names in each folder, and which folder reads which."""
    nodes = {
        key: node
        for key, node in (*manifest["sources"].items(), *manifest["nodes"].items())
        if node["resource_type"] in ("source", "model", "seed")
    }
    members: dict[Group, list[str]] = defaultdict(list)
    for node in nodes.values():
        members[_group(node)].append(node["name"])
    edges = {
        (_group(nodes[parent]), _group(node))
        for node in nodes.values()
        for parent in node.get("depends_on", {}).get("nodes", [])
        if parent in nodes
    }
    return members, {(reader, read) for reader, read in edges if reader != read}


def _group(node: Mapping[str, Any]) -> Group:
    if node["resource_type"] == "source":
        return ("source", str(node["source_name"]))
    if node["resource_type"] == "seed":
        return ("seeds",)
    return tuple(node["fqn"][1:-1])


def shown_names(group: Group, names: Iterable[str]) -> list[str]:
    """Names as the picture shows them: short, one for a table and its twin."""
    names = sorted(names)
    if group[0] == "source":
        return [f"{len(names)} table{'s' if len(names) > 1 else ''}"]
    shown = []
    for name in names:
        if any(
            name.endswith(ending) and name.removesuffix(ending) in names
            for ending in MARKS
        ):
            continue
        marks = [mark for ending, mark in MARKS.items() if name + ending in names]
        prefix = PREFIXES.get(group[0], "").format(group[-1])
        shown.append(name.removeprefix(prefix) + "".join(marks))
    return shown


def _placed(members: Mapping[Group, list[str]]) -> dict[Group, Box]:
    boxes: dict[Group, Box] = {}
    left = float(MARGIN)
    standing = {group for _, groups in COLUMNS for group in groups}
    for column, (_, groups) in enumerate(COLUMNS):
        layers = {group[0] for group in groups} - {group[0] for group in boxes}
        others = sorted(
            group for group in members if group not in standing and group[0] in layers
        )
        here = [
            Box(group, shown_names(group, members[group]), column)
            for group in (*groups, *others)
            if group in members
        ]
        width = max(
            max(map(len, (*box.names, _title(box)))) * SIZE * MONO_WIDTH for box in here
        )
        top = float(TOP)
        for box in here:
            box.left, box.top, box.width = left, top, width + 24
            top = box.bottom + GAP
            boxes[box.group] = box
        left += width + 24 + LANE
    for box in boxes.values():
        staged = boxes.get(("staging", *box.group[1:]))
        if box.group[0] == "source" and staged:
            box.top = staged.top + (staged.height - box.height) / 2
    return boxes


def _title(box: Box) -> str:
    return "/".join(box.group[1:]) or box.group[0]


def _draw_headings(picture: Picture, boxes: Mapping[Group, Box]) -> None:
    for column, (heading, _) in enumerate(COLUMNS):
        first = next(box for box in boxes.values() if box.column == column)
        if heading:
            picture.text(
                first.left, TOP - 16, heading, size=15, bold=True, color=first.color
            )


def _draw_box(picture: Picture, box: Box) -> None:
    picture.box(box.left, box.top, box.width, box.height, stroke=box.color, radius=6)
    picture.text(
        box.left + 12, box.top + 18, _title(box), size=13, bold=True, color=box.color
    )
    for place, name in enumerate(box.names):
        picture.text(
            box.left + 12,
            box.top + HEADING + LINE_HEIGHT * place + 12,
            name,
            size=SIZE,
            mono=True,
        )


def _draw_edges(
    picture: Picture, boxes: Mapping[Group, Box], edges: set[tuple[Group, Group]]
) -> None:
    pairs = [(boxes[read], boxes[reader]) for read, reader in edges]
    pairs.sort(key=lambda pair: (pair[0].column, pair[0].top, -pair[1].column))
    leaving, entering = _ports(pairs)
    lanes: dict[int, list[float]] = defaultdict(list)
    for read, reader in pairs:
        key = (read.group, reader.group)
        if read.column == reader.column:
            _draw_within_column(picture, read, reader)
            continue
        points = [(read.left + read.width, leaving[key])]
        for column in range(read.column + 1, reader.column):
            passed = [box for box in boxes.values() if box.column == column]
            wanted = (points[-1][1] + entering[key]) / 2
            free = _free_height(passed, wanted, lanes[column])
            lanes[column].append(free)
            points += [
                (passed[0].left - 6, free),
                (passed[0].left + passed[0].width + 6, free),
            ]
        points.append((reader.left - 2, entering[key]))
        picture.path(_curve(points), color=PAPER, width=4.5)
        picture.path(_curve(points), color=read.color, arrow=True)


def _draw_within_column(picture: Picture, read: Box, reader: Box) -> None:
    x = read.left + read.width / 2
    down = read.top < reader.top
    start, end = (
        (read.bottom, reader.top - 2) if down else (read.top, reader.bottom + 2)
    )
    picture.path(f"M{x:g},{start:g} V{end:g}", color=read.color, arrow=True)


def _ports(
    pairs: list[tuple[Box, Box]],
) -> tuple[dict[tuple[Group, Group], float], dict[tuple[Group, Group], float]]:
    """Heights at which arrows leave and enter, spread so that none cover another."""
    leaving: dict[tuple[Group, Group], float] = {}
    entering: dict[tuple[Group, Group], float] = {}
    apart = [pair for pair in pairs if pair[0].column != pair[1].column]
    for box in {id(box): box for pair in apart for box in pair}.values():
        out = sorted(
            (pair for pair in apart if pair[0] is box), key=lambda pair: pair[1].top
        )
        into = sorted(
            (pair for pair in apart if pair[1] is box),
            key=lambda pair: (pair[0].top, -pair[0].column),
        )
        for ports, side in ((leaving, out), (entering, into)):
            for place, (read, reader) in enumerate(side, start=1):
                step = box.height / (len(side) + 1)
                ports[read.group, reader.group] = box.top + step * place
    return leaving, entering


def _free_height(passed: list[Box], wanted: float, taken: list[float]) -> float:
    """The height nearest to the wanted one at which a line can pass a column."""
    gaps = [passed[0].top - 16, *(box.bottom + 10 for box in passed)]
    free = min(gaps, key=lambda gap: abs(gap - wanted))
    if wanted > gaps[-1]:
        free = wanted
    while any(abs(free - other) < LINE_APART for other in taken):
        free += LINE_APART
    return free


def _curve(points: list[tuple[float, float]]) -> str:
    steps = [f"M{points[0][0]:g},{points[0][1]:.1f}"]
    for (x, y), (next_x, next_y) in pairwise(points):
        middle = (x + next_x) / 2
        steps.append(
            f"C{middle:g},{y:.1f} {middle:g},{next_y:.1f} {next_x:g},{next_y:.1f}"
        )
    return " ".join(steps)
