{# A source of landed rows, its key in one: Parquet has no whole number of 128 bits. #}
{% macro landed_rows(landed) -%}
select {{ landed_columns() }}
from (
    select
        *,
        (cast(row_key_upper as uhugeint) << 64) | cast(row_key_lower as uhugeint)
            as row_key
    from {{ landed }}
)
{%- endmacro %}
