{% macro grant_usage_on_schemas_built_into(enabled) %}
{% if enabled %}{{ snowplow_utils.log_message('Snowplow: nothing to grant') }}{% endif %}
{% endmacro %}
