"""Every report of section 4 but integration_jobs, which needs a cron."""

from datetime import datetime

from oracle.attempts import attempts_of, counting_requests
from oracle.identity import count_skipped_slots, record_keys
from oracle.model import Attempt, Results, Row, World
from oracle.record_lists import record_list, system_data_summary
from oracle.rosters import Roster, known_rosters
from oracle.rules import RuleCounter
from oracle.schema import OPERATIONS, SUMMARY_TABLES
from oracle.sync_logs import attempted_data_syncs, keyed_in_range, sync_log


def build(
    world: World, *, as_of: datetime, range_start: datetime, range_end: datetime
) -> Results:
    """Build the reports for the half-open range, all campuses, in their order.

    An order of the contract is of one campus; where all campuses are in one report,
    equal rows of two campuses follow the campus_id.
    """
    rules = RuleCounter()
    rosters = known_rosters(world, as_of, rules)
    reports: dict[str, list[Row]] = {}
    lists = {
        record_type: record_list(
            record_type,
            rosters,
            as_of=as_of,
            range_start=range_start,
            range_end=range_end,
            rules=rules,
        )
        for record_type in SUMMARY_TABLES
    }
    logs = _sync_logs(world, rosters, as_of, range_start, range_end, rules)
    # "Four rows for each row of `campuses`": the newest snapshot's rows.
    campus_ids = [campus_id for campus_id, _ in sorted(rosters["campuses"].listed)]
    reports["system_data_summary"] = system_data_summary(campus_ids, lists)
    reports["attempted_data_syncs"] = attempted_data_syncs(campus_ids, logs)
    for record_type, rows in lists.items():
        reports[f"{record_type}_list"] = rows
    for record_type, rows in logs.items():
        reports[f"{record_type}_sync_log"] = rows
    posting = "attendance_posting_sync_log"
    reports[posting] = _posting_campuses_only(reports[posting], rosters, rules)
    return Results(reports, world.rules_hit + rules.counts)


def _sync_logs(
    world: World,
    rosters: dict[str, Roster],
    as_of: datetime,
    range_start: datetime,
    range_end: datetime,
    rules: RuleCounter,
) -> dict[str, list[Row]]:
    requests = counting_requests(world.requests, rules)
    campuses = {campus_id for campus_id, _ in rosters["campuses"].versions}
    for request in requests:
        unknown = request.campus_id not in campuses
        rules.hit_if("unknown_campus_kept", when=unknown)
    attempts = [one for request in requests for one in attempts_of(request, rules)]
    count_skipped_slots(attempts, rosters, rules)
    keys = record_keys(attempts, rosters, rules)
    _count_reach(attempts, keys, as_of, range_start, range_end, rules)
    keyed = keyed_in_range(
        attempts, keys, range_start=range_start, range_end=range_end, rules=rules
    )
    return {
        record_type: sync_log(record_type, keyed, rules) for record_type in OPERATIONS
    }


def _posting_campuses_only(
    rows: list[Row], rosters: dict[str, Roster], rules: RuleCounter
) -> list[Row]:
    """Keep the "campuses with an enabled job of direction out"."""
    enabled = {
        campus_id
        for (campus_id, _), job in rosters["integration_jobs"].listed_rows()
        if job["is_enabled"] is True and job["direction"] == "out"
    }
    kept = [row for row in rows if row["campus_id"] in enabled]
    rules.hit_if("posting_log_hidden", when=len(kept) < len(rows))
    return kept


def _count_reach(
    attempts: list[Attempt],
    keys: list[str],
    as_of: datetime,
    range_start: datetime,
    range_end: datetime,
    rules: RuleCounter,
) -> None:
    """Count the groups that only the log beyond the range, or as_of, can join."""
    by_record: dict[tuple[str, str, str], list[datetime]] = {}
    for attempt, key in zip(attempts, keys, strict=True):
        if "?" in key:
            record = (attempt.campus_id, attempt.record_type, key)
            by_record.setdefault(record, []).append(attempt.requested_at)
    for instants in by_record.values():
        inside = [at for at in instants if range_start <= at < range_end]
        beyond = len(inside) < len(instants)
        rules.hit_if("identity_beyond_range", when=inside and beyond)
        after = any(at >= as_of for at in instants)
        rules.hit_if("identity_after_as_of", when=inside and after)
