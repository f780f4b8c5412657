{{ config(alias='engagement_qanda') }}

{{ report_table('engagement_qanda') }}
