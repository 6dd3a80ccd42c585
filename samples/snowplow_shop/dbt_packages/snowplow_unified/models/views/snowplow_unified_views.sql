{{
    config(
        materialized='incremental',
        unique_key='view_id',
        on_schema_change='append_new_columns',
        tags=['derived'],
        meta={'upsert_date_key': 'start_tstamp', 'snowplow_optimize': true}
    )
}}

select *
from {{ ref('snowplow_unified_views_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
