select
    view_id,
    session_identifier,
    10 * count(distinct collector_tstamp) as engaged_time_in_s
from {{ ref('snowplow_unified_events_this_run') }}
where event_name = 'page_ping'
group by 1, 2
