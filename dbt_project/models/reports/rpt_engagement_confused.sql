{{ config(alias='engagement_confused') }}

{{ report_table('engagement_confused') }}
