{{ config(tags=['this_run']) }}

select
    visit.session_identifier,
    visit.user_identifier,
    visit.start_tstamp,
    least(visit.end_tstamp, limits.upper_limit) as end_tstamp
from {{ ref('snowplow_unified_base_sessions_lifecycle_manifest') }} as visit
inner join {{ ref('snowplow_unified_base_new_event_limits') }} as limits
    on visit.end_tstamp >= limits.lower_limit and visit.start_tstamp <= limits.upper_limit
left join {{ ref('snowplow_unified_base_quarantined_sessions') }} as quarantined
    on visit.session_identifier = quarantined.session_identifier
where quarantined.session_identifier is null
