{# The fields of a request whose deliveries are compared. #}
{% macro delivery_fields() -%}
{{ return([
    'requested_at', 'job_id', 'record_type', 'operation', 'params', 'status',
    'http_status', 'error_code', 'message', 'item_results',
]) }}
{%- endmacro %}

{# The names of the fields in which the deliveries of a group differ. #}
{% macro different_fields(content) -%}
list_filter(
    [
        {%- for field in delivery_fields() %}
        case
            when count(distinct coalesce({{ content }} ->> '$.{{ field }}', chr(0))) > 1
                then '{{ field }}'
        end{{ ',' if not loop.last }}
        {%- endfor %}
    ],
    lambda field: field is not null
)
{%- endmacro %}
