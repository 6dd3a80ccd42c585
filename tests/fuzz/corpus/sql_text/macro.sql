{% macro m(a, b='c') %}{%- set q -%} insert into s.t (i) select 1 from `p.d.t` {%- endset -%}
{% if a %} 'x{% else %} 'y{% endif %}' {# {{ n #} {% raw %}{{ z }}{% endraw %}{% endmacro %}
