{{
    config(
        materialized='incremental',
        unique_key='event_id',
        tags=['derived'],
        meta={'upsert_date_key': 'derived_tstamp', 'snowplow_optimize': true}
    )
}}

select *
from {{ ref('snowplow_unified_app_errors_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
