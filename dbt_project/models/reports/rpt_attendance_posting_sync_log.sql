{{ config(alias='attendance_posting_sync_log') }}

{{ report_table('attendance_posting_sync_log') }}
