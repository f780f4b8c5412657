"""What is wrong in the seeds that a school fills is found, and counts for nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.errors import BadInputError
from orchestration.manifest import DBT_EXECUTABLE, require_utf8
from orchestration.settings import PROJECT_FOLDER

HEADERS = {
    "school_error_dictionary": "kind,pattern,meaning,action,owner,retry_can_help",
    "anomaly_thresholds": "campus_id,threshold,threshold_value",
    "blackout_periods": "campus_id,from_date,to_date,reason",
}
GOOD = {
    "school_error_dictionary": [
        "code,SIS-47.1 (a|b)+,It is so.,Do this.,school,true",
        "message,SIS-47.1 (a|b)+,It is so.,Do this.,vendor,false",
        "http_status,5%,It is so.,Do this.,platform,true",
    ],
    "anomaly_thresholds": [
        "C001,retry_storm_attempts,0",
        "C002,retry_storm_attempts,1000000",
        "C002,error_spike_share,0.5",
    ],
    "blackout_periods": [
        "C001,2026-03-10,2026-03-10,storm",
        ",2026-12-21,2027-01-03,winter break",
    ],
}


def built(folder: Path, rows: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """Have dbt load the seeds as the project declares them, and test them."""
    (folder / "seeds").mkdir()
    generic = Path("tests") / "generic"
    shutil.copytree(PROJECT_FOLDER / "tests" / "dbt" / "generic", folder / generic)
    declared = yaml.safe_load((PROJECT_FOLDER / "seeds" / "_seeds.yml").read_text())
    declared["seeds"] = [one for one in declared["seeds"] if one["name"] in HEADERS]
    write_json(folder / "seeds" / "_seeds.yml", declared)
    for name, header in HEADERS.items():
        lines = [header, *rows.get(name, [])]
        text = "\n".join(lines) + "\n"
        (folder / "seeds" / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "models").mkdir()
    (folder / "models" / "dim_campuses.sql").write_text(
        "select unnest(['C001', 'C002']) as campus_id"
    )
    project = {"name": "seeds", "profile": "seeds", "flags": {"partial_parse": False}}
    write_json(folder / "dbt_project.yml", project)
    output = {"type": "duckdb", "path": str(folder / "seeds.duckdb")}
    write_json(
        folder / "profiles.yml",
        {"seeds": {"target": "duckdb", "outputs": {"duckdb": output}}},
    )
    subprocess.run(
        [str(DBT_EXECUTABLE), "build", "--no-send-anonymous-usage-stats"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    results = json.loads((folder / "target" / "run_results.json").read_text())
    found: list[dict[str, Any]] = results["results"]
    return found


def write_json(path: Path, content: dict[str, Any]) -> None:
    """YAML takes JSON as it is."""
    path.write_text(json.dumps(content))


def name_of(result: dict[str, Any]) -> str:
    return str(result["unique_id"].split(".")[2])


def unlike_good(results: list[dict[str, Any]]) -> dict[str, tuple[str, int]]:
    """What did not end well, and how many findings it had."""
    return {
        name_of(result): (result["status"], result["failures"])
        for result in results
        if result["status"] not in ("success", "pass", "skipped")
    }


def test_what_a_school_may_write_is_taken(tmp_path: Path) -> None:
    assert unlike_good(built(tmp_path, GOOD)) == {}
    with duckdb.connect(str(tmp_path / "seeds.duckdb")) as connection:
        spans = connection.execute(
            "select campus_id, from_date, to_date from blackout_periods"
        ).fetchall()
    assert spans == [
        ("C001", date(2026, 3, 10), date(2026, 3, 10)),
        (None, date(2026, 12, 21), date(2027, 1, 3)),
    ]


BAD = {
    "school_error_dictionary": [
        "code,X1,One.,Do this.,school,true",
        "code,x1,Another.,Do that.,vendor,true",
        ",X2,Without a kind.,Do this.,school,true",
        "code,,Without a pattern.,Do this.,school,true",
        "code,X3,Without an owner.,Do this.,,true",
        "code,X4,Of an unknown owner.,Do this.,district,true",
    ],
    "anomaly_thresholds": [
        "C001,retry_storm,5",
        "C001,volume_records,5",
        "C001,volume_records,7",
        ",flapping_days,7",
        "C01,flapping_days,7",
        "C001,flapping_changes,-1",
        "C001,event_open_days,nan",
        "C001,flapping_days,inf",
        "C002,flapping_days,1000001",
        "C002,event_open_days,",
    ],
    "blackout_periods": [
        "C001,2026-03-11,2026-03-10,ends before it begins",
        "C001,2026-03-11,,has no end",
        "C001,03-10-26,03-10-27,in the year 3",
        "C01,2026-03-10,2026-03-11,of an unknown campus",
    ],
}
DICTIONARY = "school_error_dictionary"


def test_what_cannot_be_meant_is_told(tmp_path: Path) -> None:
    assert unlike_good(built(tmp_path, BAD)) == {
        f"{DICTIONARY}_patterns_stand_once": ("fail", 3),
        f"not_null_{DICTIONARY}_owner": ("fail", 1),
        f"accepted_values_{DICTIONARY}_owner__school__vendor__platform": ("fail", 1),
        "anomaly_thresholds_are_known": ("fail", 1),
        "anomaly_thresholds_stand_once": ("fail", 2),
        "anomaly_thresholds_are_numbers_from_0_to_a_million": ("fail", 1),
        "anomaly_thresholds_of_known_campuses": ("warn", 1),
        "blackout_periods_end_after_they_begin": ("fail", 2),
        "blackout_periods_of_known_campuses": ("warn", 1),
    }


@pytest.mark.parametrize(
    "row",
    [
        "C001,3/10/2026,3/11/2026,American",
        pytest.param("C001,21.12.2026,23.12.2026,European", marks=pytest.mark.slow),
    ],
)
def test_dates_of_another_spelling_are_not_guessed(tmp_path: Path, row: str) -> None:
    results = built(tmp_path, {"blackout_periods": [row]})

    (told,) = [result for result in results if result["status"] == "error"]
    assert name_of(told) == "blackout_periods"
    assert row.split(",")[1] in told["message"]
    assert "YYYY-MM-DD" in told["message"]


def test_a_seed_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "first.csv").write_text("reason\nSchülerfest\n", encoding="utf-8-sig")
    require_utf8(tmp_path)
    (tmp_path / "second.csv").write_text("reason\nSchülerfest\n", encoding="latin-1")

    with pytest.raises(BadInputError, match=r"second\.csv is not in UTF-8"):
        require_utf8(tmp_path)
