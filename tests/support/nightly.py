"""A home that is run night after night, landing for real and building without dbt."""

from __future__ import annotations

import random
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import BadInputError
from orchestration.extract.platform.landing import LandingLimits, land
from orchestration.home import Home
from orchestration.warehouse import Warehouse
from support.building import attached, instants_of
from support.compiled import CompiledProject
from support.runs import tables_of
from worlds import DrawnWorld, Ending, Night, write_night

_MOST_FILES_BEFORE_DEATH = 6


class _KilledError(Exception):
    """The run's process died here."""


@dataclass(frozen=True, slots=True)
class NightlyHome:
    """A drop folder, and the home that its runs work on."""

    project: CompiledProject
    drop: Path
    home: Home

    @classmethod
    def create(cls, project: CompiledProject, folder: Path) -> NightlyHome:
        """A new home in a folder."""
        home = Home(folder / "home")
        home.prepare()
        return cls(project, folder / "drop", home)

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """What must not depend on the nights."""
        with self._session() as connection:
            return tables_of(connection)

    def run_nights(self, world: DrawnWorld, nights: list[Night]) -> None:
        """Run them all; the last builds the reports of the world's range."""
        for number, night in enumerate(nights):
            write_night(world, night, self.drop, number)
            if not self.landed(night):
                continue
            self.build(world, night, is_last=number == len(nights) - 1)

    def landed(self, night: Night) -> bool:
        """Land what is new; tell whether the run lives on."""
        drawn = random.Random(night.seed)
        files_left = drawn.randint(1, _MOST_FILES_BEFORE_DEATH)

        def live_on(_message: str) -> None:
            nonlocal files_left
            files_left -= 1
            if night.ending is Ending.KILLED_IN_LANDING and files_left < 0:
                raise _KilledError

        try:
            land(
                self.drop,
                self.home,
                as_of=night.as_of,
                limits=LandingLimits(threads=1),
                on_progress=live_on,
            )
        except _KilledError:
            return False
        except BadInputError:
            assert night.ending is Ending.UNREADABLE
            return False
        assert night.ending is not Ending.UNREADABLE
        return night.ending is not Ending.KILLED_IN_LANDING

    def build(self, world: DrawnWorld, night: Night, *, is_last: bool) -> None:
        """Build as a run does; what a later build makes anew waits for the last."""
        warehouse = Warehouse(self.home)
        built_through = warehouse.begin_build()
        values = {
            **instants_of(
                as_of=night.as_of,
                range_start=world.range_start,
                range_end=world.range_end,
            ),
            "built_through_batch": str(built_through),
            "landing": str(self.home.landing),
            "published": str(self.home.published),
        }
        loading = self.project.loading()
        order = [
            node
            for node in self.project.shuffled(random.Random(night.seed))
            if is_last or node["unique_id"] in loading
        ]
        is_killed = night.ending is Ending.KILLED_IN_BUILD
        last_step = round(night.chance * 2 * len(order)) if is_killed else None
        with self._session() as connection:
            for place, node in enumerate(order):
                connection.execute("begin")
                self.project.build_node(
                    connection, node, values, is_full=not built_through
                )
                if last_step == 2 * place:
                    # Dead before the commit: what the node did is undone.
                    return
                connection.execute("commit")
                if last_step == 2 * place + 1:
                    return
        if not is_killed:
            warehouse.finish_build()

    def _session(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """The warehouse, open for as long as a process would have it open."""
        warehouse = Warehouse(self.home)
        return attached(
            {
                "rollbook": str(warehouse.database),
                "workbench": str(warehouse.workbench),
            }
        )
