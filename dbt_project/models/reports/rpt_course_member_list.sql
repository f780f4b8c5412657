{{ config(alias='course_member_list') }}

{{ report_table('course_member_list') }}
