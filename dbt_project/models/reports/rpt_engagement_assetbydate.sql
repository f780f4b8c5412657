{{ config(alias='engagement_assetbydate') }}

{{ report_table('engagement_assetbydate') }}
