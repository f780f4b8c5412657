{# A 128-bit key of some columns' content: the same content has the same key, whatever
arrived when. The separator cannot stand inside JSON; a text that holds it could only
be taken for another text that holds it. #}
{% macro content_key(columns) -%}
cast(md5({{ _content(columns) }}) as uuid)
{%- endmacro %}

{# The same as a number: half the work, for keys that nobody reads. #}
{% macro content_number(columns) -%}
md5_number({{ _content(columns) }})
{%- endmacro %}

{% macro _content(columns) -%}
concat_ws(
    chr(31)
    {%- for column in columns %},
    coalesce(cast({{ column }} as varchar), chr(30))
    {%- endfor %}
)
{%- endmacro %}
