{{ config(alias='engagement_notes') }}

{{ report_table('engagement_notes') }}
