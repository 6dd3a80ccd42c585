-- my_new_model: move prod_derived.my_new_model_staging to prod_derived.my_new_model
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
-- To go back: move the table back the same way. Nothing of it stays in staging.

-- Must be one row: staging has the table.
show tables in `prod_derived` like 'my_new_model_staging';

-- Must be no rows: production has nothing of that name. Otherwise stop: --replace puts it aside first.
show tables in `prod_derived` like 'my_new_model';

-- Fails where production has such a table.
alter table `prod_derived`.`my_new_model_staging` rename to `my_new_model`;

-- Must be one row: production has the table now.
show tables in `prod_derived` like 'my_new_model';
