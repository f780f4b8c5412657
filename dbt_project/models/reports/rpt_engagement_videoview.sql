{{ config(alias='engagement_videoview') }}

{{ report_table('engagement_videoview') }}
