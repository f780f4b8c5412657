{{ config(alias='course_member_sync_log') }}

{{ report_table('course_member_sync_log') }}
