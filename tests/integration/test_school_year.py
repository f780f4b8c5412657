"""Each rule on a world that was made from the rules' sentences alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from benchmarks.quality import found_anomalies
from benchmarks.school_year import AS_OF, school_year, write_school_year
from support.compiled import CompiledProject
from support.worlds import built_world


def test_rules_find_the_faults_and_nothing_else(
    project: CompiledProject, tmp_path: Path
) -> None:
    platform, labels = school_year(seed=3, copies=1, sizes=(18, 45, 70))
    write_school_year(platform, tmp_path / "drop")
    with built_world(
        project,
        tmp_path / "drop",
        tmp_path / "home",
        as_of=AS_OF,
        range_start=AS_OF - timedelta(days=7),
        range_end=AS_OF,
    ) as connection:
        found = found_anomalies(connection)

    by_key = {(one.rule, one.campus_id, one.subject): one for one in labels}
    wanted = {key for key, one in by_key.items() if one.fires}
    assert len(by_key) == len(labels)
    assert found - wanted == set()
    assert wanted - found == set()
