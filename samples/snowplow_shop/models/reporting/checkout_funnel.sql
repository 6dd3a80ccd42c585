{{ config(group='checkout') }}

select
    date(start_tstamp) as day,
    checkout_step,
    count(distinct session_identifier) as sessions
from {{ ref('my_new_model') }}
group by 1, 2
