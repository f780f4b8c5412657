{{ config(alias='engagement_liveviews') }}

{{ report_table('engagement_liveviews') }}
