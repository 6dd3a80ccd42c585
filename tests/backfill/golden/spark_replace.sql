-- my_new_model: copy staging_derived.my_new_model to prod_derived.my_new_model
--
-- Read the answers: each check says what it must be. Stop at the first that is another, and at the
-- first error.
--
-- Pause production's schedule first, and let no run of staging be under way.
--
-- The table must be in production before the branch is merged: without it, production's next run
-- builds one that holds a single window. Never run the model with --full-refresh afterwards: its
-- history would be gone.
--
-- Spark has no transactions over several statements: after a failure, stop, and read which of them
-- were done.
--
-- Spark's SQL has no GRANT: give the readers that the model's grants name their rights where your
-- catalog keeps them.
--
-- Production's schema must be there: create schema if not exists `prod_derived`
--
-- To go back: drop `prod_derived`.`my_new_model`, and rename
-- `prod_derived`.`my_new_model_before_backfill` to it.

-- Must be one row: staging has the table.
show tables in `staging_derived` like 'my_new_model';

-- Must be one row: production's table, which is put aside. Without it, leave out --replace.
show tables in `prod_derived` like 'my_new_model';

-- Must be no rows: the name under which it is put aside is free.
show tables in `prod_derived` like 'my_new_model_before_backfill';

-- Production's table keeps its rows under another name.
alter table `prod_derived`.`my_new_model` rename to `my_new_model_before_backfill`;

-- Fails where production has such a table. Layout, properties and description are those of the model's
-- config.
create table `prod_derived`.`my_new_model`
  using iceberg
  partitioned by (days(`start_tstamp`), `app_id`)
  comment 'Page views, it\u0027s the new model'
  tblproperties ('delta.autoOptimize.optimizeWrite' = 'true')
  as select * from `staging_derived`.`my_new_model`;

-- The description of page_view_id.
alter table `prod_derived`.`my_new_model` alter column `page_view_id` comment 'The key';

-- Must be one row: production has the table now.
show tables in `prod_derived` like 'my_new_model';
