{{ config(materialized='incremental', unique_key='order_id') }}

select
    sale.order_id,
    sale.customer_id,
    sale.ordered_at,
    total.amount_eur
from {{ ref('stg_orders') }} as sale
left join {{ ref('order_totals') }} as total
    on sale.order_id = total.order_id
{% if is_incremental() %}
where sale.ordered_at > (select max(ordered_at) from {{ this }})
{% endif %}
