{% macro get_run_limits(status, models, start_date) %}
{{ snowplow_utils.log_message('Snowplow: stand-in limits') }}
select
    cast('{{ start_date }}' as timestamp) as lower_limit,
    current_timestamp as upper_limit
{% endmacro %}
