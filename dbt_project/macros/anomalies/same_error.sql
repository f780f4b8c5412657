{# Whether an attempt failed with the error of a row of dim_errors, joined as errors. #}
{% macro same_error(relation) -%}
{{ relation }}.status = 'error'
and {{ relation }}.error_code is not distinct from errors.error_code
and {{ relation }}.message is not distinct from errors.message
and {{ relation }}.http_status is not distinct from errors.http_status
{%- endmacro %}
