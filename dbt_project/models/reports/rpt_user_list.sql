{{ config(alias='user_list') }}

{{ report_table('user_list') }}
