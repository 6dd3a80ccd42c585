select
    guest.customer_id,
    guest.customer_name,
    count(sale.order_id) as orders,
    sum(sale.amount_eur) as amount_eur
from {{ ref('stg_customers') }} as guest
left join {{ ref('orders') }} as sale
    on guest.customer_id = sale.customer_id
group by 1, 2
