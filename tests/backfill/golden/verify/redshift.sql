-- my_new_model: is shop.prod_derived.my_new_model what staging had?
--
-- Staging's and production's table are the same until production's next run, which goes on where
-- staging stopped.
--
-- The comparison of rows reads both tables whole, and fails on columns whose values cannot be compared
-- (JSON in some warehouses): name the other columns instead of * then.

-- Must be 1: production has the table. Without it the next run builds one that holds a single window.
select count(*) from svv_tables where table_schema in ('prod_derived', lower('prod_derived')) and table_name in ('my_new_model', lower('my_new_model'));

-- Must be no rows: each is a column that differs in name, type or place.
select s.ordinal_position as staging_position, s.column_name as staging_column,
  s.data_type as staging_type, p.ordinal_position as production_position,
  p.column_name as production_column, p.data_type as production_type
from (
select ordinal_position, column_name,
  data_type || case
    when character_maximum_length is not null then '(' || character_maximum_length || ')'
    when data_type = 'numeric' then '(' || numeric_precision || ',' || numeric_scale || ')'
    else '' end as data_type
from svv_columns
where table_schema in ('staging_derived', lower('staging_derived')) and table_name in ('my_new_model', lower('my_new_model'))
order by ordinal_position
) s full outer join (
select ordinal_position, column_name,
  data_type || case
    when character_maximum_length is not null then '(' || character_maximum_length || ')'
    when data_type = 'numeric' then '(' || numeric_precision || ',' || numeric_scale || ')'
    else '' end as data_type
from svv_columns
where table_schema in ('prod_derived', lower('prod_derived')) and table_name in ('my_new_model', lower('my_new_model'))
order by ordinal_position
) p on s.ordinal_position = p.ordinal_position
where s.column_name is null or p.column_name is null
  or s.column_name <> p.column_name or s.data_type <> p.data_type;

-- `difference` must be 0.
select s.row_count as staging_rows, p.row_count as production_rows,
  s.row_count - p.row_count as difference
from (select count(*) as row_count from "shop"."staging_derived"."my_new_model") s
cross join (select count(*) as row_count from "shop"."prod_derived"."my_new_model") p;

-- The dates must be the same on both sides, from the start date on, and both numbers of null dates
-- must be 0.
select s.earliest as staging_earliest, p.earliest as production_earliest,
  s.latest as staging_latest, p.latest as production_latest,
  s.null_dates as staging_null_dates, p.null_dates as production_null_dates
from (select min(start_tstamp) as earliest, max(start_tstamp) as latest, count(*) - count(start_tstamp) as null_dates from "shop"."staging_derived"."my_new_model") s
cross join (select min(start_tstamp) as earliest, max(start_tstamp) as latest, count(*) - count(start_tstamp) as null_dates from "shop"."prod_derived"."my_new_model") p;

-- Must be 0: values of the unique key that stand more than once.
select count(*) as duplicate_keys
from (select page_view_id from "shop"."prod_derived"."my_new_model" group by page_view_id having count(*) > 1) d;

-- Must be 0: rows whose unique key has a null, which no merge ever finds again.
select count(*) as null_keys from "shop"."prod_derived"."my_new_model" where page_view_id is null;

-- Must be 0: rows that staging has and production lacks.
select count(*) as only_in_staging
from (select * from "shop"."staging_derived"."my_new_model" except select * from "shop"."prod_derived"."my_new_model") d;

-- Must be 0: rows that production has and staging lacks.
select count(*) as only_in_production
from (select * from "shop"."prod_derived"."my_new_model" except select * from "shop"."staging_derived"."my_new_model") d;

-- Must be no rows: the table must belong to the role that production's manifest belongs to, that of
-- production's dbt, or the next run may not write to it.
select t.owner as table_owner, m.owner as manifest_owner
from (
select tableowner as owner from pg_tables where schemaname in ('prod_derived', lower('prod_derived')) and tablename in ('my_new_model', lower('my_new_model'))
) t cross join (
select tableowner as owner from pg_tables where schemaname in ('prod_snowplow_manifest', lower('prod_snowplow_manifest')) and tablename in ('snowplow_unified_incremental_manifest', lower('snowplow_unified_incremental_manifest'))
) m
where t.owner <> m.owner;

-- snowplow_unified: the rows of shop.prod_snowplow_manifest.snowplow_unified_incremental_manifest
--
-- Ask before the rows are recorded and after: the difference must be the new models' rows alone.

-- Staging is up to date where `rows_found` is 2 and `earliest` and `latest` are the same, the time of
-- the newest event.
select count(*) as rows_found, min(last_success) as earliest, max(last_success) as latest
from "shop"."staging_snowplow_manifest"."snowplow_unified_incremental_manifest"
where model in ('my_new_model', 'snowplow_unified_views_this_run');

-- Production's rows, as they are now. Before: no row of a new model. After: those of before,
-- unchanged, and one of each new model: my_new_model.
select model, last_success from "shop"."prod_snowplow_manifest"."snowplow_unified_incremental_manifest" order by model;

-- Must be no rows once the new models are recorded: each is a model without a row, or with more than
-- one. Either sends all of production into state 2.
select w.wanted_model, count(p.model) as row_count
from (
  select 'my_new_model' as wanted_model
  union all select 'snowplow_unified_sessions'
  union all select 'snowplow_unified_views_this_run'
) w
left join "shop"."prod_snowplow_manifest"."snowplow_unified_incremental_manifest" p on p.model = w.wanted_model
group by w.wanted_model
having count(p.model) <> 1
order by w.wanted_model;

-- Must be no rows: a row later than all of production's own keeps production in state 3 for ever,
-- unless an event has that very time.
select p.model, p.last_success
from "shop"."prod_snowplow_manifest"."snowplow_unified_incremental_manifest" p
cross join (select max(last_success) as latest from "shop"."prod_snowplow_manifest"."snowplow_unified_incremental_manifest" where model in ('snowplow_unified_sessions', 'snowplow_unified_views_this_run')) own
where p.model in ('my_new_model') and p.last_success > own.latest;

-- Must be no rows until production's next run: the events between a row of staging and a later one of
-- production would never be processed.
select p.model, s.last_success as staging_last_success, p.last_success as production_last_success
from "shop"."prod_snowplow_manifest"."snowplow_unified_incremental_manifest" p
join "shop"."staging_snowplow_manifest"."snowplow_unified_incremental_manifest" s on s.model = p.model
where p.model in ('my_new_model') and p.last_success > s.last_success;

-- The state of production's next run after the merge. 4 is right. 3 is right where staging was behind
-- production: it catches up by itself. 1 and 2 are wrong: rows are missing, or stand twice.
select case when rows_found = 0 then 1 when rows_found <> 3 then 2
    when earliest <> latest then 3 else 4 end as next_state,
  rows_found, 3 as models, earliest, latest
from (
select count(*) as rows_found, min(last_success) as earliest, max(last_success) as latest
from "shop"."prod_snowplow_manifest"."snowplow_unified_incremental_manifest"
where model in ('my_new_model', 'snowplow_unified_sessions', 'snowplow_unified_views_this_run')
) status;
