select
    view_id,
    session_identifier,
    max(scroll_percentage) as vertical_percentage_scrolled
from {{ ref('snowplow_unified_events_this_run') }}
where event_name in ('page_view', 'page_ping')
group by 1, 2
