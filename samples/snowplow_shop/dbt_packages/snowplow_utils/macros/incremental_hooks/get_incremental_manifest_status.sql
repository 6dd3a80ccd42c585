{% macro get_incremental_manifest_status(manifest_relation, models) %}
{{ return(run_query('select min(last_success), max(last_success), count(*) from ' ~ manifest_relation)) }}
{% endmacro %}
