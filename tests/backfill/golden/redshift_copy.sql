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
-- Run it as the user that production's dbt connects as: the table will belong to whoever runs it.
--
-- Production's schema must be there: create schema if not exists "shop"."prod_derived"
--
-- To go back: drop table "shop"."prod_derived"."my_new_model". Staging's table is left as it is.

-- Must be 1: staging has the table.
select count(*) from svv_tables where table_schema in ('staging_derived', lower('staging_derived')) and table_name in ('my_new_model', lower('my_new_model'));

-- Must be 0: production has nothing of that name. Otherwise stop: --replace puts it aside first.
select count(*) from svv_tables where table_schema in ('prod_derived', lower('prod_derived')) and table_name in ('my_new_model', lower('my_new_model'));

-- All of it or nothing.
begin;

-- Columns, defaults, encodings, distribution and sort keys. Fails where the table exists.
create table "shop"."prod_derived"."my_new_model" (like "shop"."staging_derived"."my_new_model" including defaults);

-- The rows. The columns are those of staging's table, in its order: see the statement before.
insert into "shop"."prod_derived"."my_new_model" select * from "shop"."staging_derived"."my_new_model";

-- Who may select, from the model's config.
grant select on table "shop"."prod_derived"."my_new_model" to reporter, "Data Team";

-- From here on, others see it.
commit;

-- The planner's statistics.
analyze "shop"."prod_derived"."my_new_model";

-- The model's description.
comment on table "shop"."prod_derived"."my_new_model" is 'Page views, it''s the new model';

-- The description of page_view_id.
comment on column "shop"."prod_derived"."my_new_model".page_view_id is 'The key';

-- Must be no rows: each is a key of staging's table that production's lacks (Redshift does not check
-- keys, its planner uses them).
select constraint_type, constraint_name
from information_schema.table_constraints
where table_schema in ('staging_derived', lower('staging_derived')) and table_name in ('my_new_model', lower('my_new_model'))
order by 1, 2;

-- Statements that would give everybody the privileges they have on staging's table. Run those that
-- production should have.
select 'grant ' || lower(privilege_type) || ' on table "shop"."prod_derived"."my_new_model" to ' ||
  case identity_type when 'public' then 'public'
    when 'group' then 'group ' || quote_ident(identity_name)
    when 'role' then 'role ' || quote_ident(identity_name)
    else quote_ident(identity_name) end as statement
from svv_relation_privileges
where namespace_name in ('staging_derived', lower('staging_derived')) and relation_name in ('my_new_model', lower('my_new_model'))
order by 1;

-- Must be 1: production has the table now.
select count(*) from svv_tables where table_schema in ('prod_derived', lower('prod_derived')) and table_name in ('my_new_model', lower('my_new_model'));
