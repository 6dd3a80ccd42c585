-- my_new_model: copy shop.staging_derived.my_new_model to shop.prod_derived.my_new_model
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
-- BigQuery commits each of these statements by itself: after a failure, stop, and read which of them
-- were done.
--
-- Both datasets must lie in one region, from another region, copy the dataset first (BigQuery Data
-- Transfer Service).
--
-- Production's schema must be there: create schema if not exists `shop`.`prod_derived`
--
-- To go back: drop table `shop`.`prod_derived`.`my_new_model`. Staging's table is left as it is.

-- Must be 1: staging has the table.
select count(*) from `shop`.`staging_derived`.INFORMATION_SCHEMA.TABLES where table_name = 'my_new_model';

-- Must be 0: production has nothing of that name. Otherwise stop: --replace puts it aside first.
select count(*) from `shop`.`prod_derived`.INFORMATION_SCHEMA.TABLES where table_name = 'my_new_model';

-- Fails where production has such a table. Partitioning, clustering and options are staging's.
create table `shop`.`prod_derived`.`my_new_model`
  copy `shop`.`staging_derived`.`my_new_model`;

-- Tables of a staging dataset often expire after some days: production's must not.
alter table `shop`.`prod_derived`.`my_new_model` set options (expiration_timestamp = null, description = 'Page views, it\u0027s the new model');

-- Who has roles/bigquery.dataViewer, from the model's grants.
grant `roles/bigquery.dataViewer` on table `shop`.`prod_derived`.`my_new_model` to 'group:analysts@example.com';

-- Must be 1: production has the table now.
select count(*) from `shop`.`prod_derived`.INFORMATION_SCHEMA.TABLES where table_name = 'my_new_model';
