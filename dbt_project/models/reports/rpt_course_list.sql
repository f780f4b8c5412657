{{ config(alias='course_list') }}

{{ report_table('course_list') }}
