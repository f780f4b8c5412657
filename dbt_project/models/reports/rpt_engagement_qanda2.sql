{{ config(alias='engagement_qanda2') }}

{{ report_table('engagement_qanda2') }}
