{{ config(post_hook=["{{ snowplow_utils.print_run_limits(this, 'snowplow_unified') }}"]) }}

{% set models = snowplow_utils.get_enabled_snowplow_models('snowplow_unified') %}
{% set status = snowplow_utils.get_incremental_manifest_status(ref('snowplow_unified_incremental_manifest'), models) %}

{{ snowplow_utils.get_run_limits(status, models, var('snowplow__start_date', '2020-01-01')) }}
