{{ config(alias='sync_history_records') }}

{{ report_table('sync_history_records') }}
