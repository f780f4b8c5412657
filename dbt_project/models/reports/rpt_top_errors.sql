{{ config(alias='top_errors') }}

{{ report_table('top_errors') }}
