{% macro log_message(message) %}
{% do log(message, info=var('snowplow__has_log_enabled', true)) %}
{% endmacro %}
