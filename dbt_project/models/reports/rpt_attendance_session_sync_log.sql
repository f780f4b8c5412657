{{ config(alias='attendance_session_sync_log') }}

{{ report_table('attendance_session_sync_log') }}
