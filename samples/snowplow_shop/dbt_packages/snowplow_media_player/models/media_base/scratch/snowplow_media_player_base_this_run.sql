{{ config(tags=['this_run']) }}

select
    play_id,
    session_identifier,
    media_identifier,
    min(derived_tstamp) as start_tstamp,
    sum(played_seconds) as play_time_in_s
from {{ ref('snowplow_media_player_base_events_this_run') }}
group by 1, 2, 3
