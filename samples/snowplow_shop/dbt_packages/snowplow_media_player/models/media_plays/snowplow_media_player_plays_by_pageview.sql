{{ config(tags=['derived']) }}

select
    play_id,
    media_identifier,
    start_tstamp
from {{ ref('snowplow_media_player_base') }}
where play_time_in_s > 0
