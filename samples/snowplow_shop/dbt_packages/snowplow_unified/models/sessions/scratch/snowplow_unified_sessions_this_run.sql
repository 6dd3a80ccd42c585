{{ config(tags=['this_run']) }}

select
    event.session_identifier,
    event.user_identifier,
    max(event.user_id) as user_id,
    min(event.derived_tstamp) as start_tstamp,
    max(event.derived_tstamp) as end_tstamp,
    count(distinct event.view_id) as views,
    max(category.source_category) as source_category,
    max(language.name) as br_lang_name,
    max(country.name) as geo_country_name,
    count(distinct conversion.event_id) as conversions
from {{ ref('snowplow_unified_events_this_run') }} as event
left join {{ ref('snowplow_unified_dim_ga4_source_categories') }} as category
    on event.mkt_source = category.source
left join {{ ref('snowplow_unified_dim_rfc_5646_language_mapping') }} as language
    on event.br_lang = language.lang_tag
left join {{ ref('snowplow_unified_dim_geo_country_mapping') }} as country
    on event.geo_country = country.alpha_2
left join {{ ref('snowplow_unified_conversions_this_run') }} as conversion
    on event.event_id = conversion.event_id
group by 1, 2
