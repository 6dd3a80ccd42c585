{% macro get_enabled_snowplow_models(package_name, graph_object=none, models_to_run=var('models_to_run', '')) %}
{% set wanted = models_to_run.split(' ') if models_to_run else none %}
{% set found = [] %}
{% for node in (graph_object or graph).nodes.values() if node.resource_type == 'model' and package_name ~ '_incremental' in node.tags %}
  {% if node.config.enabled and (wanted is none or node.name in wanted) %}{% do found.append(node.name) %}{% endif %}
{% endfor %}
{% if execute and not found %}{{ exceptions.raise_compiler_error('No enabled models identified.') }}{% endif %}
{{ return(found) }}
{% endmacro %}
