{{
    config(
        materialized='incremental',
        unique_key='view_id'
    )
}}

select
    view.view_id,
    view.start_tstamp,
    view.page_urlpath
from {{ ref('snowplow_unified_views_this_run') }} as view
where view.engaged_time_in_s > 30
  and {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
