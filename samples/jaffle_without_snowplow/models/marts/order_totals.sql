select
    item.order_id,
    sum(item.quantity * product.price_eur) as amount_eur
from {{ ref('stg_order_items') }} as item
inner join {{ ref('products') }} as product
    on item.product_id = product.product_id
group by 1
