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
-- Run it as the role that production's dbt connects as: the table will belong to whoever runs it.
--
-- Production's schema must be there: create schema if not exists "shop"."prod_derived"
--
-- To go back: drop table "shop"."prod_derived"."my_new_model". Staging's table is left as it is.

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
  if (select relkind <> 'r' from pg_class where oid = source) then
    raise exception '% is no ordinary table', source
      using hint = 'a view is built anew by the next run; a partitioned table can be moved, not copied';
  end if;
  if (select relrowsecurity from pg_class where oid = source) then
    raise exception '% has row-level security, which a copy would not have', source
      using hint = 'move the table instead of copying it';
  end if;
end
$plowline$;

-- Columns, defaults, constraints, indexes and their comments. Fails where the table exists.
create table "shop"."prod_derived"."my_new_model" (like "shop"."staging_derived"."my_new_model" including all);

-- What `like` leaves out: the table's comment and its settings.
do $plowline$
declare
  source constant regclass := '"shop"."staging_derived"."my_new_model"';
  target constant regclass := '"shop"."prod_derived"."my_new_model"';
  setting record;
begin
  if obj_description(source, 'pg_class') is not null then
    execute format('comment on table %s is %L', target, obj_description(source, 'pg_class'));
  end if;
  if (select relpersistence = 'u' from pg_class where oid = source) then
    execute format('alter table %s set unlogged', target);
  end if;
  for setting in
    select split_part(o, '=', 1) as name, substr(o, strpos(o, '=') + 1) as value
    from pg_class, unnest(reloptions) as o where oid = source
  loop
    execute format('alter table %s set (%I = %L)', target, setting.name, setting.value);
  end loop;
  for setting in
    select attname as name, attstattarget as value from pg_attribute
    where attrelid = source and attnum > 0 and not attisdropped and attstattarget >= 0
  loop
    execute format('alter table %s alter column %I set statistics %s', target, setting.name, setting.value);
  end loop;
end
$plowline$;

-- The rows.
do $plowline$
declare
  source constant regclass := '"shop"."staging_derived"."my_new_model"';
  target constant regclass := '"shop"."prod_derived"."my_new_model"';
  names text;
begin
  select string_agg(quote_ident(attname), ', ' order by attnum) into names from pg_attribute
  where attrelid = source and attnum > 0 and not attisdropped and attgenerated = '';
  execute format('insert into %s (%s) overriding system value select %s from %s', target, names, names, source);
end
$plowline$;

-- Numbering columns go on where staging's are, from sequences of their own.
do $plowline$
declare
  source constant regclass := '"shop"."staging_derived"."my_new_model"';
  target constant regclass := '"shop"."prod_derived"."my_new_model"';
  owned record;
  place record;
  own text;
begin
  for owned in
    select a.attname, a.attidentity, q.*, d.objid::regclass as sequence, format_type(q.seqtypid, null) as type,
      pg_get_expr(f.adbin, f.adrelid) as expression,
      exists (select 1 from pg_depend u where u.classid = 'pg_attrdef'::regclass and u.objid = f.oid
              and u.refclassid = 'pg_class'::regclass and u.refobjid = d.objid) as is_used
    from pg_depend d
    join pg_sequence q on q.seqrelid = d.objid
    join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    left join pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
      and d.refobjid = source and d.refobjsubid > 0 and d.deptype in ('a', 'i')
  loop
    if owned.attidentity <> '' then
      own := pg_get_serial_sequence(target::text, owned.attname);
    elsif not owned.is_used then
      continue;
    elsif owned.expression !~ '^nextval[(]''([^'']|'''')*''::regclass[)]$' then
      raise exception 'the default of column % takes numbers from staging''s sequence %', owned.attname, owned.sequence
        using hint = 'move the table instead of copying it';
    else
      select n.nspname, left(c.relname || '_' || owned.attname, 50) || '_seq' as stem into place
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = target;
      own := format('%I.%I', place.nspname, place.stem);
      for i in 1 .. 100 loop
        exit when to_regclass(own) is null;
        own := format('%I.%I', place.nspname, place.stem || i);
      end loop;
      execute format('create sequence %s as %s increment %s minvalue %s maxvalue %s start %s cache %s %s owned by %s.%I',
        own, owned.type, owned.seqincrement, owned.seqmin, owned.seqmax, owned.seqstart, owned.seqcache,
        case when owned.seqcycle then 'cycle' else 'no cycle' end, target, owned.attname);
      execute format('alter table %s alter column %I set default nextval(%L)', target, owned.attname, own);
    end if;
    execute format('select setval(%L, last_value, is_called) from %s', own, owned.sequence);
  end loop;
end
$plowline$;

-- Who may read staging's table may read this one. Leave it out where staging is more open.
do $plowline$
declare
  source constant regclass := '"shop"."staging_derived"."my_new_model"';
  target constant regclass := '"shop"."prod_derived"."my_new_model"';
  granted record;
begin
  for granted in
    select a.grantee, a.privilege_type, a.is_grantable, '' as names
    from pg_class c, aclexplode(c.relacl) as a where c.oid = source and a.grantee <> c.relowner
    union all
    select a.grantee, a.privilege_type, a.is_grantable, format(' (%I)', t.attname)
    from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) as a
    where c.oid = source and t.attnum > 0 and not t.attisdropped and a.grantee <> c.relowner
  loop
    execute format('grant %s%s on table %s to %s%s', granted.privilege_type, granted.names, target,
      case when granted.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(granted.grantee)) end,
      case when granted.is_grantable then ' with grant option' else '' end);
  end loop;
end
$plowline$;

-- Who may select, from the model's config.
grant select on table "shop"."prod_derived"."my_new_model" to reporter, "Data Team";

-- The planner's statistics.
analyze "shop"."prod_derived"."my_new_model";

-- From here on, others see it.
commit;

-- Must be no rows: each is something of staging's table that the copy lacks, to be made by hand if it
-- is needed.
select 'foreign key' as kind, conname::text as name, pg_get_constraintdef(oid) as definition
from pg_constraint where conrelid = '"shop"."staging_derived"."my_new_model"'::regclass and contype = 'f'
union all
select 'trigger', tgname::text, pg_get_triggerdef(oid)
from pg_trigger where tgrelid = '"shop"."staging_derived"."my_new_model"'::regclass and not tgisinternal
union all
select 'rule', rulename::text, pg_get_ruledef(oid)
from pg_rewrite where ev_class = '"shop"."staging_derived"."my_new_model"'::regclass
order by 1, 2;

-- Must be 1: production has the table now.
select count(to_regclass('"shop"."prod_derived"."my_new_model"'));
