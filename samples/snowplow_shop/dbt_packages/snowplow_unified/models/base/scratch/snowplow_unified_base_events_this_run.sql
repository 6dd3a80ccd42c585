{{ config(tags=['this_run']) }}

select
    event.event_id,
    event.app_id,
    event.platform,
    event.event_name,
    event.collector_tstamp,
    event.derived_tstamp,
    event.user_id,
    visit.user_identifier,
    visit.session_identifier,
    event.view_id,
    event.page_urlpath,
    event.mkt_source,
    event.geo_country,
    event.br_lang,
    event.scroll_percentage
from {{ var('snowplow__atomic_schema') }}.{{ var('snowplow__events_table') }} as event
inner join {{ ref('snowplow_unified_base_sessions_this_run') }} as visit
    on event.session_identifier = visit.session_identifier
