{{ config(severity='warn') }}

select checkout.session_identifier
from {{ ref('my_new_model') }} as checkout
left join {{ ref('snowplow_unified_sessions') }} as visit
    on checkout.session_identifier = visit.session_identifier
where visit.session_identifier is null
