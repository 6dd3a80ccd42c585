{{
    config(
        materialized='incremental',
        unique_key='user_identifier',
        on_schema_change='append_new_columns',
        meta={'upsert_date_key': 'start_tstamp', 'snowplow_optimize': true}
    )
}}

select
    visitor.user_identifier,
    visitor.start_tstamp,
    visitor.end_tstamp,
    visitor.sessions,
    customer.customer_id,
    customer.country
from {{ ref('snowplow_unified_users_this_run') }} as visitor
left join {{ ref('stg_customers') }} as customer
    on visitor.user_id = customer.customer_id
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
