select
    user_identifier,
    min(start_tstamp) as start_tstamp,
    max(end_tstamp) as end_tstamp,
    count(distinct session_identifier) as sessions,
    sum(views) as views
from {{ ref('snowplow_unified_users_sessions_this_run') }}
group by 1
