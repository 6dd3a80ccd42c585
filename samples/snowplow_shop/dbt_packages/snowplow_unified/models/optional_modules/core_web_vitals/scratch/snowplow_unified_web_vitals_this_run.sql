{{ config(tags=['this_run']) }}

select
    view_id,
    event_id,
    derived_tstamp
from {{ ref('snowplow_unified_events_this_run') }}
where event_name = 'web_vitals'
