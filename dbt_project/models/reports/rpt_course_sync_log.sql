{{ config(alias='course_sync_log') }}

{{ report_table('course_sync_log') }}
