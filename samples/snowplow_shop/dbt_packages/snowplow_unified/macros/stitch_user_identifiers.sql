{% macro stitch_user_identifiers(enabled) %}
{% set mapping = ref('snowplow_unified_user_mapping') %}
{% if enabled %}
update {{ this }} as t set user_identifier = m.user_id from {{ mapping }} as m where t.user_identifier = m.user_identifier
{% endif %}
{% endmacro %}
