"""What each event of the journal does to the state, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from orchestration.extract.oneroster.journal import Event, Journal
from orchestration.rosters.incoming import incoming_views
from orchestration.rosters.models import ImportModel, build_models, drop_models
from orchestration.rosters.state import script

_REFUSED_NEXT = "have the rows that were refused or flagged mended at their source"
_NEXT_STEPS: dict[str, tuple[str | None, str | None]] = {
    "Completed": (None, None),
    "Warning": (f"Look at the records and warnings, and {_REFUSED_NEXT}.", "school"),
    "Waiting": ("Decide on the held import before it.", "school"),
    "On Hold": (
        "Look at what would change, then approve or discard the import.",
        "school",
    ),
    "Discarded": (None, None),
    "Failed": ("Deliver the bundle again, mended.", "vendor"),
}


_EXPORT_NEXT = (
    "Have the records mended that the vendor cannot take as they are.",
    "school",
)


class Projection:
    """The state, and the models that tell what an import does to it."""

    def __init__(
        self,
        session: duckdb.DuckDBPyConnection,
        journal: Journal,
        models: Sequence[ImportModel],
    ) -> None:
        self.session = session
        self.journal = journal
        self.models = models
        self._evaluated: int | None = None

    def catch_up(self) -> None:
        """Take in the events that the state does not hold yet."""
        row = self.session.execute(
            "select event_count from roster.state.progress"
        ).fetchone()
        for place in range(int(row[0]) if row else 0, len(self.journal.events)):
            self.take_in(self.journal.events[place], count=place + 1)

    def take_in(self, event: Event, *, count: int) -> None:
        """Do what an event says, whole or not at all.

        ``count`` are the events that the state then holds.
        """
        number = event["import_no"]
        if event["event"] in ("applied", "held"):
            self.evaluate(number)
        # A transaction can write to one database: what an import does is worked out
        # before, in the other.
        self.session.execute("begin")
        match event["event"]:
            case "landed" | "failed" if number:
                self._add_import(event)
            case "exported":
                self._add_export(event)
            case "applied":
                self.session.execute(script("record"))
                self.session.execute(script("apply"))
                self._settle(event, self._applied_status(number))
            case "held":
                self.session.execute(script("record"))
                reasons = self.hold_reasons()
                self._settle(event, "On Hold")
                self._set(number, "hold_reasons", reasons)
            case "discarded":
                self._settle(event, "Discarded")
        self.session.execute(
            "update roster.state.progress set event_count = ?", [count]
        )
        self.session.execute("commit")
        self._forget_incoming()

    def evaluate(self, import_no: int) -> None:
        """Work out what an import does to the state as it is, unless that is done."""
        if self._evaluated == import_no:
            return
        landed = next(
            event
            for event in self.journal.events
            if event["import_no"] == import_no and event["event"] == "landed"
        )
        self._put_incoming(landed)
        build_models(self.session, self.models)
        self._evaluated = import_no

    def _forget_incoming(self) -> None:
        """Give back what an evaluation holds; the state has moved on."""
        if self._evaluated is not None:
            drop_models(self.session, self.models)
        self._evaluated = None

    def hold_reasons(self) -> list[str]:
        """Why the import that was evaluated needs a decision; none if it does not."""
        return [
            str(row[0])
            for row in self.session.execute(
                "select reason from workbench.intermediate.int_imported_holds"
                " order by data_type, reason"
            ).fetchall()
        ]

    def _put_incoming(self, landed: Event) -> None:
        execute = self.session.execute
        for table in ("files", "rules", "imports"):
            execute(f"delete from roster.incoming.{table}")
        hold = landed["hold"]
        execute(
            "insert into roster.incoming.imports values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(landed["import_no"], landed["source"], landed["version"]),
                *(hold["deleted_records"], hold["deleted_share"]),
                *(hold["refused_rows"], hold["refused_share"]),
                hold["emptied_records"],
            ],
        )
        for rule in landed["record_rules"]:
            execute("insert into roster.incoming.rules values (?, ?, ?, ?, ?)", rule)
        for file in landed["files"]:
            execute(
                "insert into roster.incoming.files values (?, ?, ?, ?, ?, ?)",
                [
                    *(file["data_type"], file["file_name"], file["is_delta"]),
                    *(file["is_named"], file["row_count"], file["filled_names"]),
                ],
            )
        for name, sql in incoming_views(self.journal, landed).items():
            execute(f"create or replace view roster.incoming.{name} as {sql}")

    def _add_import(self, event: Event) -> None:
        status = "Failed" if event["event"] == "failed" else "Waiting"
        values: dict[str, Any] = {
            "import_no": event["import_no"],
            "source": event["source"],
            "campus_id": event["campus_id"],
            "sync_id": event["sync_id"],
            "bundle_name": event["bundle_name"],
            "direction": "import",
            "app": event.get("system_name") or "OneRoster CSV",
            "posted_by": event["posted_by"],
            "status": status,
            "stage": event.get("stage") or status.lower(),
            "message": event.get("message"),
            "next_step": _NEXT_STEPS[status][0],
            "next_step_owner": _NEXT_STEPS[status][1],
            "warnings": event.get("warnings", []),
            "hold_reasons": [],
            "started_at": event["bundle_at"],
            "finished_at": event["as_of"] if status == "Failed" else None,
        }
        self._insert("imports", values)

    def _add_export(self, event: Event) -> None:
        left_out = sum(
            row["skipped_by_vendor"]
            for row in event["counts"]
            if row["school_id"] is None
        )
        values: dict[str, Any] = {
            "import_no": event["import_no"],
            "source": "platform",
            "campus_id": event["campus_id"],
            "sync_id": event["sync_id"],
            "bundle_name": event["bundle_name"],
            "direction": "export",
            "app": event["app"],
            "posted_by": event["posted_by"],
            "status": "Warning" if left_out else "Completed",
            "next_step": _EXPORT_NEXT[0] if left_out else None,
            "next_step_owner": _EXPORT_NEXT[1] if left_out else None,
            "warnings": [],
            "hold_reasons": [],
            "started_at": event["bundle_at"],
            "finished_at": event["as_of"],
        }
        self._insert("imports", values)
        for row in event["counts"]:
            self._insert("counts", {"import_no": event["import_no"], **row})

    def _insert(self, table: str, values: dict[str, Any]) -> None:
        self.session.execute(
            f"insert into roster.state.{table} ({', '.join(values)})"
            f" values ({', '.join('?' for _ in values)})",
            list(values.values()),
        )

    def _applied_status(self, import_no: int) -> str:
        row = self.session.execute(
            "select coalesce(sum(skipped + excluded + invalid), 0)"
            " from roster.state.counts where import_no = ? and school_id is null",
            [import_no],
        ).fetchone()
        warned = self.session.execute(
            "select len(warnings) from roster.state.imports where import_no = ?",
            [import_no],
        ).fetchone()
        return "Warning" if (row and row[0]) or (warned and warned[0]) else "Completed"

    def _settle(self, event: Event, status: str) -> None:
        number = event["import_no"]
        step, owner = _NEXT_STEPS[status]
        stages = {"On Hold": "hold", "Discarded": "discarded"}
        self._set(number, "status", status)
        self._set(number, "stage", stages.get(status))
        self._set(number, "next_step", step)
        self._set(number, "next_step_owner", owner)
        if status != "On Hold":
            self._set(number, "finished_at", event["as_of"])
        if decision := event.get("decision"):
            self._set(number, "decided_by", decision["decided_by"])
            self._set(number, "decided_at", decision["decided_at"])
            self._set(number, "decision_reason", decision["reason"])

    def _set(self, import_no: int, column: str, value: object) -> None:
        self.session.execute(
            f"update roster.state.imports set {column} = ? where import_no = ?",
            [value, import_no],
        )
