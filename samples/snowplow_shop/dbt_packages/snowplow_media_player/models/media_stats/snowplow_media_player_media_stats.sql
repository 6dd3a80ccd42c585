{{
    config(
        materialized='incremental',
        unique_key='media_identifier',
        tags=['derived']
    )
}}

select
    media_identifier,
    count(*) as plays,
    sum(play_time_in_s) as play_time_in_s
from {{ ref('snowplow_media_player_base') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_media_player') }}
group by 1
