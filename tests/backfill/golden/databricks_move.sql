-- my_new_model: move shop.staging_derived.my_new_model to shop.prod_derived.my_new_model
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
-- Databricks commits each of these statements by itself: after a failure, stop, and read which of them
-- were done.
--
-- The table keeps staging's owner and staging's grants: production's dbt must own it (alter table …
-- set owner to …).
--
-- Production's schema must be there: create schema if not exists `shop`.`prod_derived`
--
-- To go back: move the table back the same way. Nothing of it stays in staging.

-- Must be 1: staging has the table.
select count(*) from `shop`.information_schema.tables where table_schema = lower('staging_derived') and table_name = lower('my_new_model');

-- Must be 0: production has nothing of that name. Otherwise stop: --replace puts it aside first.
select count(*) from `shop`.information_schema.tables where table_schema = lower('prod_derived') and table_name = lower('my_new_model');

-- Fails where production has such a table. Layout, properties, owner and grants go along.
alter table `shop`.`staging_derived`.`my_new_model` rename to `shop`.`prod_derived`.`my_new_model`;

-- Who has select, from the model's grants.
grant select on table `shop`.`prod_derived`.`my_new_model` to `reporter`;

-- Who has select, from the model's grants.
grant select on table `shop`.`prod_derived`.`my_new_model` to `Data Team`;

-- Must be 1: production has the table now.
select count(*) from `shop`.information_schema.tables where table_schema = lower('prod_derived') and table_name = lower('my_new_model');
