-- snowplow_unified: record my_new_model in
-- prod_snowplow_manifest.snowplow_unified_incremental_manifest
--
-- First migrate the tables, then record: a model with a row but without its table begins without its
-- history, and nothing tells. Pause production's schedule until the branch is merged.
--
-- The insert is one statement. Run twice, it inserts nothing the second time. No row gets a later time
-- than the latest of production's own models.
--
-- To take it back, as long as the branch is not merged: delete from
-- `prod_snowplow_manifest`.`snowplow_unified_incremental_manifest` where `model` in ('my_new_model')

-- Must be 'in sync': every model in run of the backfill has one row in staging, all of one time.
-- Otherwise the insert below inserts nothing: run staging on until they are.
select sync.found, 2 as expected, sync.earliest, sync.latest,
  case when sync.found = 2 and sync.models = 2 and sync.earliest = sync.latest then 'in sync' else 'not in sync: nothing will be recorded' end as verdict
from (
  select count(*) as found, count(distinct `model`) as models, min(`last_success`) as earliest, max(`last_success`) as latest
  from `staging_snowplow_manifest`.`snowplow_unified_incremental_manifest`
  where `model` in ('my_new_model', 'snowplow_unified_views_this_run')
) sync;

-- Staging's own time, or production's latest where that is earlier, only where no row is, and only
-- where staging is in sync.
insert into `prod_snowplow_manifest`.`snowplow_unified_incremental_manifest` (`model`, `last_success`)
select staged.`model`, least(coalesce(staged.`last_success`, present.latest), coalesce(present.latest, staged.`last_success`))
from (
  select `model`, max(`last_success`) as `last_success`
  from `staging_snowplow_manifest`.`snowplow_unified_incremental_manifest`
  where `model` in ('my_new_model')
  group by `model`
) staged
cross join (
  select max(`last_success`) as latest
  from `prod_snowplow_manifest`.`snowplow_unified_incremental_manifest`
  where `model` in ('snowplow_unified_sessions', 'snowplow_unified_views_this_run')
) present
cross join (
  select count(*) as found, count(distinct `model`) as models, min(`last_success`) as earliest, max(`last_success`) as latest
  from `staging_snowplow_manifest`.`snowplow_unified_incremental_manifest`
  where `model` in ('my_new_model', 'snowplow_unified_views_this_run')
) sync
where not exists (select 1 from `prod_snowplow_manifest`.`snowplow_unified_incremental_manifest` recorded where recorded.`model` = staged.`model`)
  and sync.found = 2 and sync.models = 2 and sync.earliest = sync.latest;

-- Must be no rows: each is a new model that has no row in production's manifest.
select named.`model`
from (
  select cast('my_new_model' as string) as `model`
) named
where not exists (select 1 from `prod_snowplow_manifest`.`snowplow_unified_incremental_manifest` recorded where recorded.`model` = named.`model`);

-- The rows of all models that count after the merge.
select `model`, `last_success`
from `prod_snowplow_manifest`.`snowplow_unified_incremental_manifest`
where `model` in ('my_new_model', 'snowplow_unified_sessions', 'snowplow_unified_views_this_run')
order by `last_success`, `model`;

-- What production's next run will do after the merge. Merge with state 4, or with state 3, with
-- nothing else.
select count(*) as row_count, 3 as models, min(`last_success`) as earliest, max(`last_success`) as latest,
  case
    when count(*) = 0 then 'state 1: no rows, production starts from the start date'
    when count(*) <> 3 then 'state 2: a model has no row, or two: do not merge'
    when max(case when `model` in ('my_new_model') then `last_success` end) > max(case when `model` in ('snowplow_unified_sessions', 'snowplow_unified_views_this_run') then `last_success` end)
      then 'state 3 for ever, unless an event has the very time of the new row: do not merge'
    when min(`last_success`) <> max(`last_success`) then 'state 3: the gap is closed first'
    else 'state 4: the standard run'
  end as next_run
from `prod_snowplow_manifest`.`snowplow_unified_incremental_manifest`
where `model` in ('my_new_model', 'snowplow_unified_sessions', 'snowplow_unified_views_this_run');
