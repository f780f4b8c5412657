{{ config(alias='sync_history') }}

{{ report_table('sync_history') }}
