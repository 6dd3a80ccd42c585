{{ config(materialized='incremental', unique_key='view_id') }}

select *
from {{ ref('snowplow_unified_web_vitals_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
