{{ config(alias='provisioning_report') }}

{{ report_table('provisioning_report') }}
