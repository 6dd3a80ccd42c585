{{ config(materialized='incremental', full_refresh=snowplow_unified.allow_refresh()) }}

select
    cast(null as text) as session_identifier
from (values (1)) as nothing (n)
where false
