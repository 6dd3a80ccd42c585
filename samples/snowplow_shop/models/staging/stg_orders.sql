select
    order_id,
    customer_id,
    status as order_status,
    {{ cents_to_euros('amount_cents') }} as amount_eur,
    ordered_at
from {{ source('shop_app', 'orders') }}
