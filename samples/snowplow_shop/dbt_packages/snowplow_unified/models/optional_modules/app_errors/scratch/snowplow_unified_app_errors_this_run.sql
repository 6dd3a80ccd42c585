{{ config(tags=['this_run']) }}

select
    event_id,
    session_identifier,
    derived_tstamp
from {{ ref('snowplow_unified_events_this_run') }}
where event_name = 'application_error'
