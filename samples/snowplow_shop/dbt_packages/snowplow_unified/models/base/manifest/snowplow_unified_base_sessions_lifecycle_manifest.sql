{{
    config(
        materialized='incremental',
        unique_key='session_identifier',
        full_refresh=snowplow_unified.allow_refresh(),
        tags=['manifest'],
        meta={'upsert_date_key': 'start_tstamp', 'snowplow_optimize': true}
    )
}}

select
    event.session_identifier,
    max(event.user_identifier) as user_identifier,
    min(event.collector_tstamp) as start_tstamp,
    max(event.collector_tstamp) as end_tstamp
from {{ var('snowplow__atomic_schema') }}.{{ var('snowplow__events_table') }} as event
inner join {{ ref('snowplow_unified_base_new_event_limits') }} as limits
    on event.collector_tstamp between limits.lower_limit and limits.upper_limit
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
    and event.session_identifier not in (select session_identifier from {{ ref('snowplow_unified_base_quarantined_sessions') }})
group by 1
