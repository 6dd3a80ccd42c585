{% macro config_check() %}
{% if execute and not var('snowplow__atomic_schema') %}
  {{ exceptions.raise_compiler_error('Name the schema of the events in snowplow__atomic_schema.') }}
{% endif %}
{% endmacro %}
