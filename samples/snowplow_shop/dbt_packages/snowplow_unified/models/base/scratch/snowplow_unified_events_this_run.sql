{{ config(tags=['this_run']) }}

select *
from {{ ref('snowplow_unified_base_events_this_run') }}
