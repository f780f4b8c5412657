"""What the rules about syncs find, read slowly from the issue's own sentences."""

from dataclasses import replace
from datetime import datetime, timedelta

from oracle import (
    anomaly_jobs,
    anomaly_postings,
    anomaly_records,
    anomaly_rosters,
    anomaly_values,
)
from oracle.anomaly_model import Found, Thresholds, scene_of
from oracle.model import World

RULES = (
    anomaly_records.persistent_error,
    anomaly_records.flapping_record,
    anomaly_jobs.error_rate_spike,
    anomaly_jobs.volume_drop,
    anomaly_jobs.volume_spike,
    anomaly_jobs.missed_schedule,
    anomaly_records.retry_storm,
    anomaly_records.silent_loss,
    anomaly_values.silent_drift,
    anomaly_rosters.orphan_member,
    anomaly_rosters.duplicate_identifier,
    anomaly_values.conflicting_identifiers,
    anomaly_values.conflicting_redelivery,
    anomaly_postings.posting_missing,
    anomaly_postings.posting_time_mismatch,
    anomaly_values.unknown_error,
    anomaly_jobs.mass_change,
)

# What happened once; the others say themselves when they ended.
_EVENTS = (
    *("error_rate_spike", "volume_drop", "volume_spike", "retry_storm"),
    *("conflicting_identifiers", "conflicting_redelivery", "unknown_error"),
    "mass_change",
)


def find_anomalies(
    world: World, *, as_of: datetime, thresholds: Thresholds | None = None
) -> list[Found]:
    """Find all, in no order that matters."""
    limits = thresholds or Thresholds()
    scene = scene_of(world, as_of=as_of, thresholds=limits)
    found = [one for rule in RULES for one in rule(scene)]
    return [_ended(one, as_of, limits) for one in found]


def _ended(found: Found, as_of: datetime, thresholds: Thresholds) -> Found:
    """End an event: "what happened once stays open for 14 days"."""
    ends = found.last_seen_at + timedelta(days=thresholds.event_open_days)
    if found.rule in _EVENTS and ends <= as_of:
        return replace(found, resolved_at=ends)
    return found
