{# A record as a title names it: by its roster id, else by what its requests gave. #}
{% macro record_label(relation, is_first=true) -%}
{%- set key = relation ~ '.record_key' -%}
'{{ "The" if is_first else "the" }} '
|| replace({{ relation }}.record_type, '_', ' ')
|| case
    when not regexp_matches({{ key }}, '^[a-z_]+\?')
        then ' ' || regexp_replace({{ key }}, '^[a-z_]+:', '')
    when regexp_matches({{ key }}, '^[a-z_]+\?request=') then ' without an identifier'
    when regexp_matches({{ key }}, '^[a-z_]+\?(pair|slot|user_attendance|user_record)=')
        then ' of ' || replace(
            regexp_replace(
                regexp_replace({{ key }}, '^[a-z_]+\?[a-z_]+=', ''),
                '(^|\|)(user|course)[:?]([a-z_]+=)?', '\1\2 ', 'g'
            ),
            '|', ', '
        )
    else ' with ' || replace(
        replace(regexp_extract({{ key }}, '\?([a-z_]+)=', 1), 'email', 'e-mail'),
        '_', ' '
    ) || ' ' || regexp_replace({{ key }}, '^[a-z_]+\?[a-z_]+=', '')
end
{%- endmacro %}
