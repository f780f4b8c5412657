{{ config(alias='rostering_job_errors') }}

{{ report_table('rostering_job_errors') }}
