{% macro snowplow_incremental_post_hook(package_name, incremental_manifest_table_name, base_events_this_run_table_name, session_timestamp) %}
{% set manifest = ref(incremental_manifest_table_name) %}
{% set events = ref(base_events_this_run_table_name) %}
{% for model in snowplow_utils.get_enabled_snowplow_models(package_name) %}
insert into {{ manifest }} select '{{ model }}', max({{ session_timestamp }}) from {{ events }};
{% endfor %}
{% endmacro %}
