{{ config(materialized='incremental') }}

select
    cast(null as text) as model,
    cast(null as timestamp) as last_success
from (values (1)) as nothing (n)
where false
