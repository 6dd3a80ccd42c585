select
    date(start_tstamp) as day,
    count(*) as sessions,
    sum(views) as views
from {{ ref('shop_sessions') }}
group by 1
