{# An instant that a reader passed to a table macro: text without an offset, a date or a
naive timestamp is UTC, whatever the reader's session zone is. #}
{% macro instant_parameter(parameter) -%}
cast(
    case
        when
            typeof({{ parameter }}) = 'TIMESTAMP WITH TIME ZONE'
            or regexp_matches(
                cast({{ parameter }} as varchar),
                ':[0-9]{2}(\.[0-9]+)? ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'
            )
            then cast({{ parameter }} as varchar)
        else cast({{ parameter }} as varchar) || case
            when cast({{ parameter }} as varchar) like '%:%:%' then '+00'
            when cast({{ parameter }} as varchar) like '%:%' then ':00+00'
            else ' 00:00:00+00'
        end
    end as timestamp with time zone
)
{%- endmacro %}
