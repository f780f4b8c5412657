"""Draw the pictures of the README into docs/images.

    make run
    .venv/bin/python docs/draw_pictures.py

The report is drawn from the published file of the demo, the lineage from dbt's manifest
of the code as it stands. Run it again when a model, a report or the demo changes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from pictures.lineage import draw_lineage
from pictures.report import draw_report

from orchestration.manifest import current_manifest
from orchestration.settings import Settings

IMAGES = Path(__file__).resolve().parent / "images"


def main() -> None:
    """Draw both pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--file",
        type=Path,
        default=Settings().home / "published" / "rollbook.duckdb",
        help="the published file that the report is drawn from",
    )
    parser.add_argument("--campus", default="C005", help="the campus that it shows")
    arguments = parser.parse_args()
    manifest = json.loads(current_manifest().read_text(encoding="utf-8"))
    IMAGES.mkdir(exist_ok=True)
    for name, picture in (
        ("lineage.svg", draw_lineage(manifest)),
        ("report.svg", draw_report(arguments.file, arguments.campus)),
    ):
        (IMAGES / name).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
