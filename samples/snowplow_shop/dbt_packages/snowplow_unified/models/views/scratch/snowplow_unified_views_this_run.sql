{{ config(tags=['this_run']) }}

select
    event.view_id,
    event.event_id,
    event.session_identifier,
    event.user_identifier,
    event.user_id,
    event.derived_tstamp as start_tstamp,
    event.page_urlpath,
    event.mkt_source,
    coalesce(category.source_category, 'other') as source_category,
    coalesce(engaged.engaged_time_in_s, 0) as engaged_time_in_s,
    scrolled.vertical_percentage_scrolled
from {{ ref('snowplow_unified_events_this_run') }} as event
left join {{ ref('snowplow_unified_dim_ga4_source_categories') }} as category
    on event.mkt_source = category.source
left join {{ ref('snowplow_unified_pv_engaged_time') }} as engaged
    on event.view_id = engaged.view_id
left join {{ ref('snowplow_unified_pv_scroll_depth') }} as scrolled
    on event.view_id = scrolled.view_id
where event.event_name in ('page_view', 'screen_view')
