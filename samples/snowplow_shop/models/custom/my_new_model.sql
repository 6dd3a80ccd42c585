{{
    config(
        materialized='incremental',
        unique_key='view_id',
        on_schema_change='append_new_columns',
        meta={'upsert_date_key': 'start_tstamp', 'snowplow_optimize': true}
    )
}}

select
    view.view_id,
    view.session_identifier,
    view.user_identifier,
    view.start_tstamp,
    view.page_urlpath,
    coalesce(step.checkout_step, 'shop') as checkout_step,
    view.engaged_time_in_s,
    view.vertical_percentage_scrolled
from {{ ref('snowplow_unified_views_this_run') }} as view
left join {{ ref('checkout_steps') }} as step
    on view.page_urlpath = step.page_urlpath
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
