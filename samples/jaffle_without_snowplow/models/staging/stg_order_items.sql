select
    order_id,
    product_id,
    quantity
from {{ source('cafe', 'order_items') }}
