select
    visit.user_identifier,
    visit.user_id
from {{ ref('snowplow_unified_users_sessions_this_run') }} as visit
inner join {{ ref('snowplow_unified_users_aggs') }} as total
    on visit.user_identifier = total.user_identifier and visit.end_tstamp = total.end_tstamp
