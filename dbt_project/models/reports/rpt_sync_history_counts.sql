{{ config(alias='sync_history_counts') }}

{{ report_table('sync_history_counts') }}
