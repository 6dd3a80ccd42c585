{% macro snowplow_delete_from_manifest(models, incremental_manifest_table) %}
{% for model in models %}
delete from {{ incremental_manifest_table }} where model = '{{ model }}';
{% endfor %}
{% endmacro %}
