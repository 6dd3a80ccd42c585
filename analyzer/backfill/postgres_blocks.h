// The bodies of the DO blocks of a migration on PostgreSQL: what the catalog must be asked for.
//
// `source`, `target` and `aside` are regclass constants of the block. Nothing of a name is pasted into the code that
// these put together at run time but through format()'s %I and %L, quote_ident() and regclass itself, which quote.
#pragma once

#include <string_view>

namespace plowline {

inline constexpr std::string_view kCheckMoved = R"sql(begin
  if (select relkind not in ('r', 'p') from pg_class where oid = source) then
    raise exception '% is no table', source using hint = 'a view is built anew by the next run';
  end if;
end)sql";

inline constexpr std::string_view kCheckCopied = R"sql(begin
  if (select relkind <> 'r' from pg_class where oid = source) then
    raise exception '% is no ordinary table', source
      using hint = 'a view is built anew by the next run; a partitioned table can be moved, not copied';
  end if;
  if (select relrowsecurity from pg_class where oid = source) then
    raise exception '% has row-level security, which a copy would not have', source
      using hint = 'move the table instead of copying it';
  end if;
end)sql";

// What LIKE leaves out. "CREATE TABLE" (storage parameters, UNLOGGED), "COMMENT", "ALTER TABLE" (SET STATISTICS).
inline constexpr std::string_view kCopyLayout = R"sql(begin
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
end)sql";

// A generated column takes no value, an identity column only where it is told to ("INSERT": OVERRIDING SYSTEM VALUE).
inline constexpr std::string_view kCopyRows = R"sql(begin
  select string_agg(quote_ident(attname), ', ' order by attnum) into names from pg_attribute
  where attrelid = source and attnum > 0 and not attisdropped and attgenerated = '';
  execute format('insert into %s (%s) overriding system value select %s from %s', target, names, names, source);
end)sql";

// An identity column of the copy has a sequence of its own, which begins anew; a serial column's default would go on
// taking its numbers from staging's sequence, and would be gone with it ("CREATE TABLE": LIKE, INCLUDING DEFAULTS and
// INCLUDING IDENTITY). `a` and `i` are the dependencies of a sequence on its column ("pg_depend").
inline constexpr std::string_view kCopySequences = R"sql(begin
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
end)sql";

// "aclexplode" ("System Information Functions"): one row per privilege; grantee 0 is PUBLIC. What the owner of
// staging's table may do comes from owning it and is left behind.
inline constexpr std::string_view kCopyPrivileges = R"sql(begin
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
end)sql";

// Names of indexes and sequences are unique in a schema: what the table that is put aside shares with the one that
// comes in gets a name of its own. (Renaming a constraint's index renames the constraint, "ALTER INDEX".)
inline constexpr std::string_view kFreeNames = R"sql(begin
  for taken in
    with part as (
      select c.oid, c.relname, c.relkind, i.indrelid as table_id
      from pg_class c join pg_index i on i.indexrelid = c.oid where i.indrelid in (aside, source)
      union all
      select c.oid, c.relname, c.relkind, d.refobjid
      from pg_class c join pg_depend d on d.objid = c.oid and d.classid = 'pg_class'::regclass
      where c.relkind = 'S' and d.refclassid = 'pg_class'::regclass and d.refobjid in (aside, source)
        and d.refobjsubid > 0 and d.deptype in ('a', 'i')
    )
    select oid::regclass as name, case relkind when 'S' then 'sequence' else 'index' end as kind,
      left(relname, 46) || '_' || left(md5(oid::text), 16) as other
    from part where table_id = aside and relname in (select relname from part where table_id = source)
  loop
    execute format('alter %s %s rename to %I', taken.kind, taken.name, taken.other);
  end loop;
end)sql";

}  // namespace plowline
