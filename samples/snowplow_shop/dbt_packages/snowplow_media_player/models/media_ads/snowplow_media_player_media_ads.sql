{{ config(materialized='incremental', unique_key='event_id', tags=['derived']) }}

select
    event_id,
    play_id,
    derived_tstamp
from {{ ref('snowplow_media_player_base_events_this_run') }}
where event_name = 'ad_start'
