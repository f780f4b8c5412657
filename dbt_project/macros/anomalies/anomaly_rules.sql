{# The rules, each a model int_anomalies_<rule> and a row of the seed anomaly_rules. #}
{% macro anomaly_rules() -%}
{{ return([
    'persistent_error', 'flapping_record', 'error_rate_spike', 'volume_drop',
    'volume_spike', 'missed_schedule', 'retry_storm', 'silent_loss', 'silent_drift',
    'orphan_member', 'duplicate_identifier', 'conflicting_identifiers',
    'conflicting_redelivery', 'posting_missing', 'posting_time_mismatch',
    'unknown_error', 'mass_change',
]) }}
{%- endmacro %}
