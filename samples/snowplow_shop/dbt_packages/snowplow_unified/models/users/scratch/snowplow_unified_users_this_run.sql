{{ config(tags=['this_run']) }}

select
    total.user_identifier,
    last.user_id,
    total.start_tstamp,
    total.end_tstamp,
    total.sessions,
    total.views
from {{ ref('snowplow_unified_users_aggs') }} as total
inner join (select distinct user_identifier from {{ ref('snowplow_unified_users_sessions_this_run') }}) as recent
    on total.user_identifier = recent.user_identifier
inner join {{ ref('snowplow_unified_users_lasts') }} as last
    on total.user_identifier = last.user_identifier
