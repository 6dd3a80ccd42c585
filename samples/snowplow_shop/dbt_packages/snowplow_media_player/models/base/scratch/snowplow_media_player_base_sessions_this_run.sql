{{ config(tags=['this_run']) }}

select
    visit.session_identifier,
    visit.start_tstamp,
    visit.end_tstamp
from {{ ref('snowplow_media_player_base_sessions_lifecycle_manifest') }} as visit
inner join {{ ref('snowplow_media_player_base_new_event_limits') }} as limits
    on visit.end_tstamp >= limits.lower_limit and visit.start_tstamp <= limits.upper_limit
