{{ config(alias='attendance_session_list') }}

{{ report_table('attendance_session_list') }}
