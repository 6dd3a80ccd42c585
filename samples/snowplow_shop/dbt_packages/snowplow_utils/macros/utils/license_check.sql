{% macro license_check(accepted) %}
{% if execute and not accepted %}
  {{ exceptions.raise_compiler_error('Set snowplow__license_accepted to true.') }}
{% endif %}
{% endmacro %}
