{{ config(materialized='incremental', unique_key='session_identifier', tags=['manifest']) }}

select
    event.session_identifier,
    min(event.collector_tstamp) as start_tstamp,
    max(event.collector_tstamp) as end_tstamp
from {{ var('snowplow__atomic_schema') }}.{{ var('snowplow__events_table') }} as event
inner join {{ ref('snowplow_media_player_base_new_event_limits') }} as limits
    on event.collector_tstamp between limits.lower_limit and limits.upper_limit
where {{ snowplow_utils.is_run_with_new_events('snowplow_media_player') }}
group by 1
