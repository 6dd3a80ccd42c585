{{
    config(
        materialized='incremental',
        unique_key='cv_id',
        on_schema_change='append_new_columns',
        meta={'upsert_date_key': 'cv_tstamp', 'snowplow_optimize': true},
        post_hook="{{ snowplow_unified.stitch_user_identifiers(enabled=var('snowplow__session_stitching')) }}"
    )
}}

select *
from {{ ref('snowplow_unified_conversions_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
