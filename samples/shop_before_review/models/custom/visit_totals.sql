{{
    config(
        materialized='incremental',
        alias='visits',
        tags=['snowplow_unified_incremental'],
        snowplow_optimize=true
    )
}}

select
    fact.session_identifier,
    fact.start_tstamp,
    fact.views
from {{ ref('visit_facts') }} as fact
where {{ snowplow_utils.is_run_with_new_events('snowplow_media_player') }}
