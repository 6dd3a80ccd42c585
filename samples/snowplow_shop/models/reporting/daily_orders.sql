select
    date(ordered_at) as day,
    count(*) as orders,
    sum(amount_eur) as amount_eur
from {{ ref('stg_orders') }}
group by 1
