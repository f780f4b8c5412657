{{ config(alias='attempted_data_syncs') }}

{{ report_table('attempted_data_syncs') }}
