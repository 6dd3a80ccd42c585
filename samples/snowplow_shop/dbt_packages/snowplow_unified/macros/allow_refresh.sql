{% macro allow_refresh() %}
{{ return(none if target.name == var('snowplow__dev_target_name') else var('snowplow__allow_refresh')) }}
{% endmacro %}
