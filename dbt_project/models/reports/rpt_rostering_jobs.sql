{{ config(alias='rostering_jobs') }}

{{ report_table('rostering_jobs') }}
