"""Step 2 of identity: chains as long as a log, and any graph there can be."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.compiled import CompiledProject
from support.drops import AS_OF, SmallDrop, csv_text, request
from support.worlds import built_world

LONG = 100_000
LINKED = "workbench.intermediate.int_references_linked"


class Components:
    """The project's own SQL for linked references, on links of a test."""

    def __init__(self, project: CompiledProject, connection: duckdb.DuckDBPyConnection):
        (node,) = (n for n in project.nodes if n["name"] == "int_references_grouped")
        self.sql = node["compiled_code"]
        self.connection = connection
        connection.execute("attach ':memory:' as workbench")
        connection.execute("create schema workbench.intermediate")

    def link(self, links: str) -> None:
        """Take the rows of a query, (from_key, to_key), as the links."""
        self.connection.execute(f"create or replace table {LINKED} as {links}")

    def groups(self) -> dict[int, int]:
        """The group of every linked node."""
        rows = self.connection.execute(self.sql).fetchall()
        found = dict(rows)
        assert len(found) == len(rows), "a node has two groups"
        return found

    def sizes(self) -> list[int]:
        """The groups' sizes, largest first; no row leaves the database."""
        rows = self.connection.execute(
            f"select count(*) from ({self.sql}) group by group_key order by 1 desc"
        ).fetchall()
        return [row[0] for row in rows]


@pytest.fixture(scope="module")
def components(project: CompiledProject) -> Iterator[Components]:
    with duckdb.connect(config={"threads": 1}) as connection:
        yield Components(project, connection)


def union_find(edges: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The least node of each node's component, the plain way."""
    parents: dict[int, int] = {}

    def root(node: int) -> int:
        parents.setdefault(node, node)
        while parents[node] != node:
            node = parents[node]
        return node

    for one, other in edges:
        low, high = sorted((root(one), root(other)))
        parents[high] = low
    return {node: root(node) for node in parents}


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("cast(md5(cast(({n}) as varchar)) as uuid)", id="shuffled"),
        pytest.param("({n})", id="ascending"),
        pytest.param(f"({LONG} - ({{n}}))", id="descending"),
        # Small and large keys in turn: no node's neighbour is near it.
        pytest.param(
            f"(case when ({{n}}) % 2 = 0 then ({{n}}) else {LONG} * 2 - ({{n}}) end)",
            id="zigzag",
        ),
    ],
)
def test_a_chain_of_any_order_is_one_group(components: Components, key: str) -> None:
    one, other = key.format(n="n"), key.format(n="n + 1")
    components.link(
        f"select {one} as from_key, {other} as to_key from range({LONG}) as r (n)"
    )

    assert components.sizes() == [LONG + 1]


def test_a_star_and_a_ring_are_one_group_each(components: Components) -> None:
    size = 20_000
    components.link(
        f"""
        select n as from_key, 0 as to_key from range(1, {size}) as r (n)
        union all
        select {size} + n, {size} + (n + 1) % {size} from range({size}) as r (n)
        """
    )

    assert components.sizes() == [size, size]


EDGES = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=40)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(edges=EDGES)
def test_any_graph_has_the_groups_of_union_find(
    components: Components, edges: list[tuple[int, int]]
) -> None:
    values = ", ".join(map(str, edges)) or "(null, null)"
    components.link(
        "select * from (values"
        f" {values}) as link (from_key, to_key) where from_key is not null"
    )

    assert components.groups() == union_find(edges)


def test_large_sparse_graphs_have_the_groups_of_union_find(
    components: Components,
) -> None:
    """About as many links as nodes: large groups, long ways, many lone pairs."""
    drawn = random.Random(20260320)
    for nodes, links in ((2_000, 1_000), (2_000, 2_000), (5_000, 4_000)):
        edges = [(drawn.randrange(nodes), drawn.randrange(nodes)) for _ in range(links)]
        components.connection.execute(
            f"create or replace table {LINKED} (from_key bigint, to_key bigint)"
        )
        components.connection.execute(
            f"insert into {LINKED} select unnest($1), unnest($2)",
            [[edge[0] for edge in edges], [edge[1] for edge in edges]],
        )

        assert components.groups() == union_find(edges)


def chained_attempts(count: int) -> list[dict[str, object]]:
    """Each shares its mapping id with one neighbour, its add code with the other."""
    attempts = [
        request(
            f"r{number:06}",
            requested_at=AS_OF - timedelta(seconds=count - number),
            params={
                "mappingID": f"M{number // 2:06}",
                "addCode": f"A{(number + 1) // 2:06}",
            },
        )
        for number in range(count)
    ]
    random.Random(1).shuffle(attempts)
    return attempts


@pytest.mark.parametrize(
    "count", [1_000, pytest.param(LONG, marks=pytest.mark.slow)], ids=str
)
def test_a_chain_of_attempts_is_one_record(
    project: CompiledProject, tmp_path: Path, count: int
) -> None:
    """From the file to the report; one link less makes two records of it."""
    drop = SmallDrop.create(tmp_path)
    drop.deliver(
        "campuses.csv",
        "campus_id,name,organization_name,time_zone,"
        "check_in_opens_min,check_in_closes_min,check_out_opens_min,"
        "check_out_closes_min\nC1,,,UTC,,,,\n",
    )
    attempts = chained_attempts(count)
    drop.deliver("api_requests.csv", csv_text(attempts))
    gap = f"r{count // 2:06}"
    apart = [
        {**attempt, "campus_id": "C2"}
        for attempt in attempts
        if attempt["request_id"] != gap
    ]
    drop.deliver("api_requests/apart.csv", csv_text(apart))

    with built_world(
        project,
        drop.folder,
        tmp_path / "home",
        as_of=AS_OF,
        range_start=AS_OF - timedelta(days=7),
        range_end=AS_OF,
    ) as connection:
        found = connection.execute(
            "select campus_id, record_key, count(*), count(last_attempt)"
            " from reports.course_sync_log group by all order by all"
        ).fetchall()

    middle = f"course?mapping_id=M{(count // 2 + 1) // 2:06}"
    assert found == [
        ("C1", "course?mapping_id=M000000", count, 1),
        ("C2", "course?mapping_id=M000000", count // 2, 1),
        ("C2", middle, count - count // 2 - 1, 1),
    ]
