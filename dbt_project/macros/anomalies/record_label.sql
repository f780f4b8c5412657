{# A record as a title names it: its kind and what it is known by. #}
{% macro record_label(relation, is_first=true) -%}
'{{ "The" if is_first else "the" }} '
|| replace({{ relation }}.record_type, '_', ' ')
|| ' ' || regexp_replace({{ relation }}.record_key, '^[a-z_]+[:?]', '')
{%- endmacro %}
