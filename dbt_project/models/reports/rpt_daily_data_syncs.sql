{{ config(alias='daily_data_syncs') }}

{{ report_table('daily_data_syncs') }}
