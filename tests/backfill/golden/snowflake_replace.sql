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
-- Snowflake commits each of these statements by itself: after a failure, stop, and read which of them
-- were done.
--
-- The old table's grants stay with it. What the model's config does not grant, grant again: show
-- grants on table shop.prod_derived.my_new_model_before_backfill
--
-- Run it as the role that production's dbt uses: the table will belong to whoever runs it. Future
-- grants of production's schema apply, staging's own grants are not copied.
--
-- Production's schema must be there: create schema if not exists shop.prod_derived
--
-- To go back: drop shop.prod_derived.my_new_model, and rename
-- shop.prod_derived.my_new_model_before_backfill to it.

-- Must be 1: staging has the table.
select count(*) from shop.information_schema.tables where table_schema = 'STAGING_DERIVED' and table_name = 'MY_NEW_MODEL';

-- Must be 1: production's table, which is put aside. Without it, leave out --replace.
select count(*) from shop.information_schema.tables where table_schema = 'PROD_DERIVED' and table_name = 'MY_NEW_MODEL';

-- Must be 0: the name under which it is put aside is free.
select count(*) from shop.information_schema.tables where table_schema = 'PROD_DERIVED' and table_name = 'MY_NEW_MODEL_BEFORE_BACKFILL';

-- Production's table keeps its rows, its grants and its owner under another name.
alter table shop.prod_derived.my_new_model rename to shop.prod_derived.my_new_model_before_backfill;

-- Fails where production has such a table. No data is copied, the clustering key and the comments are
-- staging's.
create transient table shop.prod_derived.my_new_model
  clone shop.staging_derived.my_new_model;

-- A clone has the clustering key, but automatic clustering is suspended for it.
alter table shop.prod_derived.my_new_model resume recluster;

-- Who has select, from the model's grants.
grant select on table shop.prod_derived.my_new_model to role reporter;

-- Who has select, from the model's grants.
grant select on table shop.prod_derived.my_new_model to role "Data Team";

-- The model's description, as persist_docs has it.
comment on table shop.prod_derived.my_new_model is 'Page views, it''s the new model';

-- Must be 1: production has the table now.
select count(*) from shop.information_schema.tables where table_schema = 'PROD_DERIVED' and table_name = 'MY_NEW_MODEL';
