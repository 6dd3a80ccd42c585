select
    customer_id,
    country,
    registered_at
from {{ source('shop_app', 'customers') }}
