{{ config(alias='engagement_presentation') }}

{{ report_table('engagement_presentation') }}
