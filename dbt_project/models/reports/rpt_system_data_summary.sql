{{ config(alias='system_data_summary') }}

{{ report_table('system_data_summary') }}
