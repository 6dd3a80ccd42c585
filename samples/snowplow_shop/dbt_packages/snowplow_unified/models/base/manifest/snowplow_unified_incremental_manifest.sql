{{ config(materialized='incremental', full_refresh=snowplow_unified.allow_refresh()) }}

select
    cast(null as text) as model,
    cast(null as timestamp) as last_success
from (values (1)) as nothing (n)
where false
