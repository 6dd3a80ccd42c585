{% macro return_limits_from_model(model, lower_column, upper_column) %}
{{ return(run_query('select min(' ~ lower_column ~ '), max(' ~ upper_column ~ ') from ' ~ model)) }}
{% endmacro %}
