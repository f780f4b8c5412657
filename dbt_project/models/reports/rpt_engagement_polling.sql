{{ config(alias='engagement_polling') }}

{{ report_table('engagement_polling') }}
