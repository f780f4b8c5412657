{{ config(alias='engagement_viewsessions') }}

{{ report_table('engagement_viewsessions') }}
