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
-- The table keeps its owner, and gets none of the privileges that are default in production's schema:
-- production's dbt must own it, or change its owner (alter table … owner to …).
--
-- Production's schema must be there: create schema if not exists "shop"."prod_derived"
--
-- To go back: move the table back the same way. Nothing of it stays in staging.

-- Must be 1: staging has the table.
select count(to_regclass('"shop"."staging_derived"."my_new_model"'));

-- Must be 0: production has nothing of that name. Otherwise stop: --replace puts it aside first.
select count(to_regclass('"shop"."prod_derived"."my_new_model"'));

-- All of it or nothing.
begin;

-- Stops here where staging has no such table, or none that can be taken.
do $plowline$
declare
  source constant regclass := '"shop"."staging_derived"."my_new_model"';
begin
  if (select relkind not in ('r', 'p') from pg_class where oid = source) then
    raise exception '% is no table', source using hint = 'a view is built anew by the next run';
  end if;
end
$plowline$;

-- The table with its indexes, constraints, owned sequences and privileges. Fails where production has
-- one.
alter table "shop"."staging_derived"."my_new_model" set schema "prod_derived";

-- Who may select, from the model's config.
grant select on table "shop"."prod_derived"."my_new_model" to reporter, "Data Team";

-- From here on, others see it.
commit;

-- Must be 1: production has the table now.
select count(to_regclass('"shop"."prod_derived"."my_new_model"'));
