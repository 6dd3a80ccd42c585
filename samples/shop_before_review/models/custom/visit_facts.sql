{{ config(materialized='ephemeral', tags='snowplow_unified_incremental') }}

select
    visit.session_identifier,
    visit.start_tstamp,
    visit.views
from {{ ref('snowplow_unified_sessions_this_run') }} as visit
