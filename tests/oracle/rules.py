"""The rules that the oracle counts, by name, so that a test can ask for each."""

from collections import Counter
from typing import Final

READING: Final[dict[str, str]] = {
    "column_trimmed": "columns are trimmed",
    "column_empty": "an empty string in a column is null in every format",
    "instant_space": "a timestamp may have a space for its T",
    "instant_fraction": "at most six decimals",
    "instant_offset": "±HH:MM",
    "instant_without_zone": "nothing (UTC)",
    "json_as_text": "params and item_results may come as text that holds JSON",
    "snapshot_folder": "a snapshot's time is that of its folder",
    "snapshot_without_folder": "else the as_of of the run that first read it",
    "snapshot_empty": "a full snapshot may hold no row",
    "snapshot_after_as_of": "snapshots later than as_of are not known",
    "same_id_latest_updated": "the one with the latest updated_at counts",
    "same_id_greatest": "then the greatest by the other columns, nulls first",
    "same_id_equal": "equal rows are one",
}

BAD_ROWS: Final[dict[str, str]] = {
    "bad_line": "a row that cannot be read",
    "bad_field_count": "a row that cannot be read: not the header's columns",
    "bad_duplicate_key": "an object with one key twice at any depth",
    "bad_no_id": "no id",
    "bad_no_campus": "no campus",
    "bad_record_type": "no known record_type",
    "bad_operation": "no known operation (of that record_type)",
    "bad_vocabulary": "a value outside a vocabulary named there",
    "bad_meeting_days": "`;`-separated Mon..Sun",
    "bad_boolean": "is_enabled is true or false",
    "bad_number": "minutes and http_status are numbers",
    "bad_time": "a time that is no time",
    "bad_no_requested_at": "an instant that orders the log is missing",
    "bad_no_created_at": "created_at missing",
    "bad_time_zone": "a campus whose time zone is unknown",
    "bad_params_text": "params that is no JSON",
    "bad_params_type": "params of another JSON type",
    "bad_item_results_type": "item_results of another JSON type",
    "bad_result": "a result that is neither null nor an object with a status",
    "bad_bulk_without_array": "a bulk request with neither array",
    "bad_bulk_array": "an array that is none",
    "bad_bulk_element": "an element that is no object",
    "bad_bulk_id": "an element that is no id",
    "bad_same_id": "of rows with one id in one snapshot the rest are bad rows",
}

DELIVERIES: Final[dict[str, str]] = {
    "redelivery_same": "of several deliveries of one id one counts",
    "redelivery_same_fingerprint": "params differ in text, not by fingerprint",
    "redelivery_conflict": "deliveries that differ",
    "redelivery_conflict_tie": "the least, where requested_at ties",
    "redelivery_by_params": "then by the fingerprint of params",
    "redelivery_by_status": "then by status",
    "redelivery_by_error_code": "then by error_code",
    "redelivery_by_message": "then by message",
    "redelivery_by_other_column": "then the other columns in the table's order",
    "redelivery_null_last": "nulls last",
    "same_id_two_campuses": "rows are unique by (campus_id, request_id)",
    "unknown_campus_kept": "a request of a campus that no snapshot has is kept",
}

BULK: Final[dict[str, str]] = {
    "bulk_sessions": "`sessions`, an array of objects",
    "bulk_attendance_ids": "an id of `attendanceIDs` becomes the attendanceID",
    "attendance_ids_after_sessions": "with both arrays the sessions come first",
    "bulk_empty_array": "an empty array gives no attempts",
    "bulk_merged_under": "the request's other params are merged under the element's",
    "bulk_merge_key_wins": "a key the element has wins",
    "bulk_merge_key_wins_null": "also with null",
    "bulk_item_results_override": "item_results[i] replaces the request's own three",
    "bulk_result_field_lacking": "a field it lacks being null",
    "bulk_item_results_shorter": "where there is no element i they stay",
    "bulk_item_results_null": "or it is null, they stay",
    "bulk_item_results_surplus": "surplus ones are ignored",
    "single_item_results_ignored": "not bulk: its item_results are ignored",
}

NORMALISING: Final[dict[str, str]] = {
    "value_trimmed": "trim (space, tab, CR, LF)",
    "value_empty_absent": "an empty string is absent",
    "number_is_text": "a JSON number is its text",
    "boolean_absent": "true, false are absent",
    "nested_absent": "arrays and objects are absent",
    "email_case": "emails compare lower-cased",
    "time_normalised": "`8:00`, `08:00:00` and `08:00` are one",
    "time_seconds_count": "seconds count",
    "time_bad_absent": "a time that is none or cannot be is absent",
    "date_bad_absent": "a date that is none or cannot be is absent",
}

_ROSTER_KINDS = (
    *("course_id", "mapping_id", "add_code", "name"),
    *("user_id", "issued_id", "email"),
    *("course_member_id", "pair", "attendance_id", "slot", "slot_date"),
)
_GROUP_KINDS = (*_ROSTER_KINDS, "user_attendance", "user_record")

IDENTITY: Final[dict[str, str]] = {
    **{f"roster_named_by_{kind}": "names that record" for kind in _ROSTER_KINDS},
    "weaker_after_unknown": "otherwise go to the next",
    "ambiguous_one_active": "if several do, exactly one that is not archived",
    "ambiguous_skipped": "several bearers, none or many active: go to the next",
    "archived_roster_names": "one that exactly one roster record bears",
    "hard_deleted_roster_names": "hard-deleted records count as roster records",
    "hard_deleted_yields": "hard-deleted records count as archived",
    "stronger_wins": "identifiers strongest first: stop there",
    "former_value_ignored": "values that a record used to have do not count",
    "other_campus_ignored": "identity never crosses campuses",
    **{f"group_by_{kind}": "they share an identifier" for kind in _GROUP_KINDS},
    "group_by_course_name_only": "a course name joins attempts with no other",
    "course_name_not_joining": "a course name joins only such attempts",
    "group_by_chain": "directly or through a chain of such attempts",
    "group_with_reference": "references take part with the requests",
    "part_not_in_roster": "a pair or slot of records that the roster lacks",
    "no_identifier": "attempts with no identifier at all",
    "no_identifier_grouped": "one for each campus, record_type and fingerprint",
    "key_smallest_of_tie": "the smallest value where several tie",
    "identity_beyond_range": "settled over the whole log, whatever the range",
    "identity_after_as_of": "also requests after as_of",
    "slot_without_time": "a slot without a start time is (its course, start date)",
    "member_pair_out_of_roster": "when its user and course are in the roster",
    "dst_repeated_session": "campus-time start: a session in the repeated hour",
    "dst_near_jump_named": "campus-time start: named by slot around the jump",
    "dst_skipped_slot": "campus-time start: a slot in the skipped hour",
}

TRANSACTIONS: Final[dict[str, str]] = {
    "fingerprint_null": "null left out",
    "fingerprint_empty": "(after the trim) empty strings left out",
    "fingerprint_trimmed": "strings trimmed",
    "fingerprint_number": "numbers by their JSON text",
    "fingerprint_boolean": "booleans by their JSON text",
    "fingerprint_nested": "arrays and objects by their JSON text",
    "fingerprint_bare": "`[]` and `{}` too",
    "fingerprint_of_nothing": "a parameter set without parameters",
    "fingerprint_joins": "attempts written differently are one distinct sync",
    "error_is_code": "error is error_code",
    "error_is_message": "or message where there is no code",
    "error_is_null": "an error with neither",
    "success_blanks_error": "both are null on success, whatever the log says",
    "row_of_many_messages": "the message of its last attempt",
    "row_of_code_and_message": "one error text, once a code and once a message",
    "last_attempt_elsewhere": "`*` on the one row of each record",
    "order_by_request_id": "attempts are ordered by (requested_at, request_id",
    "order_by_item": "item)",
    "range_start_counts": "[range_start",
    "range_end_does_not": "range_end)",
    "outside_range": "only attempts inside the range count",
}

REPORTS: Final[dict[str, str]] = {
    "hard_deleted_unlisted": "it leaves the lists",
    "listed_for_created": "records with created_at in [as_of - 180 days, as_of)",
    "listed_for_updated": "or updated_at",
    "too_old_unlisted": "neither in the 180 days",
    "updated_by_old_version": "some extracted version has updated_at in the range",
    "created_not_updated": "and later than its created_at",
    "archived_listed": "the newest version's archived_at is not null",
    "posting_log_hidden": "campuses with an enabled job of direction out",
}

RULES: Final[dict[str, str]] = {
    **READING,
    **BAD_ROWS,
    **DELIVERIES,
    **BULK,
    **NORMALISING,
    **IDENTITY,
    **TRANSACTIONS,
    **REPORTS,
}


class RuleCounter:
    """Counts the rules hit; an unknown name is a bug of the oracle."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def hit(self, rule: str) -> None:
        """Count one use of a rule."""
        if rule not in RULES:
            raise KeyError(rule)
        self.counts[rule] += 1

    def hit_if(self, rule: str, *, when: object) -> None:
        """Count one use of a rule where the condition holds."""
        if when:
            self.hit(rule)
