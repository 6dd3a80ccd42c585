{{ config(tags=['this_run']) }}

select
    event.event_id,
    event.event_name,
    event.collector_tstamp,
    event.derived_tstamp,
    visit.session_identifier,
    event.media_identifier,
    event.play_id,
    event.played_seconds
from {{ var('snowplow__atomic_schema') }}.{{ var('snowplow__events_table') }} as event
inner join {{ ref('snowplow_media_player_base_sessions_this_run') }} as visit
    on event.session_identifier = visit.session_identifier
where event.media_identifier is not null
