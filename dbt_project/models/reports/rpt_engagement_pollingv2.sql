{{ config(alias='engagement_pollingv2') }}

{{ report_table('engagement_pollingv2') }}
