{{ config(alias='user_sync_log') }}

{{ report_table('user_sync_log') }}
