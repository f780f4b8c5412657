"""Comparing what the rules about syncs find with what the oracle does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from oracle.anomaly_model import Found, Thresholds

# Drawn worlds are small: thresholds that they reach.
LOW = Thresholds(
    event_open_days=3,
    persistent_error_dates=2,
    flapping_changes=1,
    flapping_days=5,
    error_spike_records=1,
    error_spike_deviations=0.25,
    error_spike_usual_days=3,
    error_spike_earlier_days=2,
    volume_drop_share=1.6,
    volume_spike_share=1.2,
    volume_records=1,
    volume_earlier_days=1,
    volume_job_age_days=7,
    retry_storm_attempts=1,
    posting_time_minutes=30,
    mass_change_records=1,
    mass_change_job_age_days=2,
)

COLUMNS = tuple(field.name for field in fields(Found))


def comparable(found: Iterable[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """What follows `?request=` is not public."""
    return Counter(
        tuple(
            re.sub(r"\?request=.*", "?request=", value, flags=re.DOTALL)
            if isinstance(value, str)
            else value
            for value in values
        )
        for values in found
    )
