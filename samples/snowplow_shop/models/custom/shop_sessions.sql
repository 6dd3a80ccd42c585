{{
    config(
        materialized='incremental',
        unique_key='session_identifier',
        on_schema_change='append_new_columns',
        meta={'upsert_date_key': 'start_tstamp', 'snowplow_optimize': true}
    )
}}

select
    visit.session_identifier,
    visit.user_identifier,
    visit.start_tstamp,
    visit.end_tstamp,
    visit.views,
    visit.source_category,
    visit.conversions > 0 as has_order
from {{ ref('snowplow_unified_sessions_this_run') }} as visit
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
