select
    product.product_name,
    sum(item.quantity) as sold
from {{ ref('stg_order_items') }} as item
inner join {{ ref('products') }} as product
    on item.product_id = product.product_id
group by 1
