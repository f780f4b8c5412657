{{ config(alias='engagement_viewsessiondetails') }}

{{ report_table('engagement_viewsessiondetails') }}
