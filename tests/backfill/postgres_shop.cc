#include "backfill/postgres_shop.h"

#include <fmt/format.h>
#include <stdexcept>

#include "backfill/dialects.h"

namespace plowline::testing {
namespace {

constexpr std::string_view kRoles = R"sql(
do $$
begin
  if not exists (select 1 from pg_roles where rolname = 'reporter') then
    create role dbt_prod login;
    create role reporter;
    create role "Big Boss";
  end if;
end $$;
)sql";

constexpr std::string_view kProduction = R"sql(
create schema prod_derived authorization dbt_prod;
create schema prod_snowplow_manifest authorization dbt_prod;
create table prod_derived.snowplow_unified_views (view_id text primary key, start_tstamp timestamp);
insert into prod_derived.snowplow_unified_views
  select 'v' || n, timestamp '2026-05-01' + n * interval '3 hours 7 minutes' from generate_series(1, 300) n;
create index views_by_time on prod_derived.snowplow_unified_views (start_tstamp);
create view prod_derived.latest_views as select * from prod_derived.snowplow_unified_views where view_id > 'v2';
create table prod_snowplow_manifest.snowplow_unified_incremental_manifest (model text, last_success timestamp);
insert into prod_snowplow_manifest.snowplow_unified_incremental_manifest values
  ('snowplow_unified_views', '2026-11-20 22:25:21.482123'), ('snowplow_unified_sessions', '2026-11-20 22:25:21.482123');
alter table prod_derived.snowplow_unified_views owner to dbt_prod;
alter table prod_snowplow_manifest.snowplow_unified_incremental_manifest owner to dbt_prod;
grant select on prod_derived.snowplow_unified_views to reporter;
)sql";

constexpr std::string_view kStaging = R"sql(
create schema staging_derived;
create schema staging_snowplow_manifest;
create table staging_derived.my_new_model (
  gone int,
  view_id text not null,
  "Page Title" text default 'it''s \ untitled',
  start_tstamp timestamp(3),
  views int default 7 constraint views_are_counted check (views >= 0),
  half numeric(12, 3) generated always as (views / 2.0) stored,
  id bigint generated always as identity (start 1000 increment 3),
  number serial,
  context jsonb,
  tags text[],
  constraint the_key primary key (view_id),
  constraint "one number" unique (number)
) with (fillfactor = 70);
alter table staging_derived.my_new_model drop column gone;
create index "odd Name" on staging_derived.my_new_model (lower("Page Title")) where views > 1;
create index by_time on staging_derived.my_new_model using brin (start_tstamp);
create statistics staging_derived.views_and_time on views, start_tstamp from staging_derived.my_new_model;
alter table staging_derived.my_new_model alter column context set storage external;
alter table staging_derived.my_new_model alter column views set statistics 321;
comment on table staging_derived.my_new_model is E'It''s the $plowline$ new one; \\ with\na second line';
comment on column staging_derived.my_new_model."Page Title" is 'what''s above';
comment on index staging_derived.by_time is 'small';
insert into staging_derived.my_new_model (view_id, "Page Title", start_tstamp, views, context, tags)
  select 'v' || n, case when n % 9 > 0 then 'Title ' || n end, timestamp '2026-05-01' + n * interval '1 hour 7.123 seconds',
    n % 13, jsonb_build_object('n', n), array['a', 'b' || n]
  from generate_series(1, 500) n;
grant select on staging_derived.my_new_model to reporter;
grant select, insert on staging_derived.my_new_model to "Big Boss" with grant option;
grant update (views) on staging_derived.my_new_model to public;
create table staging_snowplow_manifest.snowplow_unified_incremental_manifest (model text, last_success timestamp);
insert into staging_snowplow_manifest.snowplow_unified_incremental_manifest
  values ('my_new_model', '2026-11-20 22:25:21.482123');
)sql";

// Names of indexes that the server chose are left out: a copy has others.
constexpr std::string_view kSnapshot = R"sql(
with relation as (
  select c.*, n.nspname, format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^(pg_|information_schema)' and c.relkind <> 'i'
)
select name, concat_ws(chr(10),
  relkind, relpersistence, 'owner ' || pg_get_userbyid(relowner), 'may ' || relacl::text, 'with ' || reloptions::text,
  'rls ' || relrowsecurity, 'comment ' || obj_description(oid, 'pg_class'),
  (select string_agg(concat_ws(' ', 'column', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
      a.attgenerated, a.attstorage, a.attstattarget, a.attacl, col_description(relation.oid, a.attnum),
      regexp_replace(pg_get_expr(d.adbin, d.adrelid), 'nextval.*', 'nextval')), chr(10) order by a.attnum)
   from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where a.attrelid = relation.oid and a.attnum > 0 and not a.attisdropped),
  (select string_agg(concat_ws(' ', 'index', regexp_replace(pg_get_indexdef(i.indexrelid), ' INDEX .* USING ', ' using '),
      obj_description(i.indexrelid, 'pg_class')), chr(10) order by regexp_replace(pg_get_indexdef(i.indexrelid), ' INDEX .* USING ', ''), i.indisunique)
   from pg_index i where i.indrelid = relation.oid),
  (select string_agg(concat_ws(' ', 'constraint', contype, pg_get_constraintdef(k.oid)), chr(10) order by contype, pg_get_constraintdef(k.oid))
   from pg_constraint k where k.conrelid = relation.oid),
  (select string_agg(concat_ws(' ', 'statistics', pg_get_statisticsobjdef_columns(oid), stxkind::text), chr(10) order by oid)
   from pg_statistic_ext where stxrelid = relation.oid),
  case when relkind in ('r', 'v', 'p', 'S') then 'rows ' || (xpath('/row/sum/text()', query_to_xml(format(
    'select md5(string_agg(t::text, chr(10) order by t::text)) as sum from (select * from %s) t', name), true, true, '')))[1]::text end)
from relation order by name
)sql";

// The shop as it is before a test touches it, made once.
const PostgresDatabase& original(const PostgresCluster& cluster) {
  static const PostgresDatabase database(cluster, "original_shop");
  static const bool filled = [] {
    database.must_run(kRoles);
    database.must_run(kProduction);
    database.must_run(kStaging);
    return true;
  }();
  (void)filled;
  return database;
}

}  // namespace

PostgresShop::PostgresShop(const PostgresCluster& cluster) : database_(cluster, "shop", original(cluster).name()) {}

TableName PostgresShop::table(std::string_view schema, std::string_view identifier) {
  return {NamePart{"shop", true}, {std::string(schema), true}, {std::string(identifier), true}};
}

Migration PostgresShop::migration(MigrationKind kind) {
  Migration migration;
  migration.model = "my_new_model";
  migration.from = table("staging_derived", "my_new_model");
  migration.to = table("prod_derived", "my_new_model");
  migration.kind = kind;
  return migration;
}

PackageTables PostgresShop::package() {
  PackageTables tables;
  tables.package = "snowplow_unified";
  tables.staging_manifest = table("staging_snowplow_manifest", "snowplow_unified_incremental_manifest");
  tables.production_manifest = table("prod_snowplow_manifest", "snowplow_unified_incremental_manifest");
  tables.staging_models = {"my_new_model"};
  tables.new_models = {"my_new_model"};
  tables.production_models = {"snowplow_unified_sessions", "snowplow_unified_views"};
  return tables;
}

BlueGreen PostgresShop::sides() {
  NewModel model{};
  model.unique_id = "model.shop.my_new_model";
  model.name = "my_new_model";
  model.packages = {"snowplow_unified"};
  model.requested = true;
  model.has_history = true;
  model.config.materialized = "incremental";
  model.config.unique_key = {"view_id"};
  model.config.upsert_date_key = "start_tstamp";
  model.staging = table("staging_derived", "my_new_model");
  model.production = table("prod_derived", "my_new_model");
  BlueGreen sides;
  sides.adapter_type = "postgres";
  sides.models.push_back(std::move(model));
  sides.packages.push_back(package());
  return sides;
}

Ran PostgresShop::run(const SqlScript& script, const std::string& role) const {
  return database_.run_sql(to_text(script), role);
}

void PostgresShop::must_run(const SqlScript& script) const {
  database_.must_run(to_text(script));
}

std::map<std::string, std::string> PostgresShop::snapshot() const {
  std::map<std::string, std::string> relations;
  for (const PostgresDatabase::Row& row : database_.query(kSnapshot)) relations.emplace(row.at(0), row.at(1));
  return relations;
}

std::string PostgresShop::last_success(std::string_view schema, std::string_view model) const {
  return database_.value(
      fmt::format("select max(last_success)::text from {}.snowplow_unified_incremental_manifest where model = '{}'",
                  schema, model));
}

std::vector<std::string> differences(const std::map<std::string, std::string>& before,
                                     const std::map<std::string, std::string>& after) {
  std::vector<std::string> names;
  for (const auto& [name, text] : before) {
    const auto found = after.find(name);
    if (found == after.end() || found->second != text) names.push_back(name);
  }
  for (const auto& [name, text] : after) {
    if (!before.contains(name)) names.push_back(name);
  }
  return names;
}

}  // namespace plowline::testing
