{% macro print_run_limits(limits_relation, package_name) %}
{{ snowplow_utils.log_message('Snowplow: limits of ' ~ package_name ~ ' are in ' ~ limits_relation) }}
{% endmacro %}
