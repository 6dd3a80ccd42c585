{{ config(tags=['this_run']) }}

select
    event_id as cv_id,
    event_id,
    session_identifier,
    user_identifier,
    derived_tstamp as cv_tstamp
from {{ ref('snowplow_unified_events_this_run') }}
where event_name = 'transaction'
