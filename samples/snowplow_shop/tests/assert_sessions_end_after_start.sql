select session_identifier
from {{ ref('shop_sessions') }}
where end_tstamp < start_tstamp
