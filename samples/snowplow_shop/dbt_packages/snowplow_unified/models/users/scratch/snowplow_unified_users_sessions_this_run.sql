{{ config(tags=['this_run']) }}

select
    visit.session_identifier,
    visit.user_identifier,
    visit.user_id,
    visit.start_tstamp,
    visit.end_tstamp,
    visit.views
from {{ ref('snowplow_unified_sessions') }} as visit
inner join {{ ref('snowplow_unified_base_sessions_this_run') }} as recent
    on visit.user_identifier = recent.user_identifier
