{# Whether a text holds an identity as a word of its own: not as a part of a longer one. #}
{% macro names_identity(text, identity) -%}
case
    when length({{ identity }}) >= 3 and contains(lower({{ text }}), lower({{ identity }}))
        then regexp_matches(
            lower({{ text }}),
            '(^|[^a-z0-9@_.-])' || regexp_escape(lower({{ identity }}))
            || '($|[^a-z0-9@_.-]|[.-]($|[^a-z0-9]))'
        )
    else false
end
{%- endmacro %}
