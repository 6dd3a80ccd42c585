{{ config(materialized='table', tags=["a"], meta={'owner': var('x')}) }}
with a as (select * from {{ ref('b') }} as t, t.items)
select extract(day from a.c), 'it''s' as "q d" from a join raw.orders o using (i) -- plowline: ignore
