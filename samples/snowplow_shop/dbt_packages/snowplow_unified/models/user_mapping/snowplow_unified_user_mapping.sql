{{
    config(
        materialized='incremental',
        unique_key='user_identifier',
        tags=['derived']
    )
}}

select
    user_identifier,
    max(user_id) as user_id,
    max(collector_tstamp) as end_tstamp
from {{ ref('snowplow_unified_events_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
    and user_id is not null
group by 1
