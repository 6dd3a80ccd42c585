{{
    config(
        materialized='incremental',
        unique_key='play_id',
        tags=['derived'],
        meta={'upsert_date_key': 'start_tstamp', 'snowplow_optimize': true}
    )
}}

select *
from {{ ref('snowplow_media_player_base_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_media_player') }}
