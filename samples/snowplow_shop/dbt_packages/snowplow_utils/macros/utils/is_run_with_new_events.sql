{% macro is_run_with_new_events(package_name) %}
{% set limits = ref(package_name ~ '_base_new_event_limits') %}
{% set manifest = ref(package_name ~ '_incremental_manifest') %}
{% if is_incremental() %}
(select max(upper_limit) from {{ limits }}) > (select max(last_success) from {{ manifest }} where model = '{{ this.identifier }}')
{% else %}
true
{% endif %}
{% endmacro %}
