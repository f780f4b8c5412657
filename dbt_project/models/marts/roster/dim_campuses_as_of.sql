{{ config(
    materialized='table_function',
    parameters=['instant'],
    contract={'enforced': false},
    persist_docs={},
) }}

{{ roster_as_of(ref('dim_campuses_versions')) }}
