{{ config(enabled=var('snowplow__enable_mobile')) }}

select
    view_id,
    max(scroll_percentage) as vertical_percentage_scrolled
from {{ ref('snowplow_unified_events_this_run') }}
where platform = 'mob'
group by 1
