// Redshift's SQL. What PostgreSQL has in common with it is run there; the rest is held against the documentation's
// grammar by reading it: this is the place to look when a page changes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "backfill/dialects.h"
#include "backfill/postgres_shop.h"
#include "backfill/verify.h"

namespace plowline {
namespace {

using testing::differences;
using testing::PostgresCluster;
using testing::PostgresShop;

Migration migration(MigrationKind kind = MigrationKind::kCopy) {
  Migration result = PostgresShop::migration(kind);
  result.config.grants = {{"select", {"reporter", "group analysts", "role \"Big Boss\"", "PUBLIC", "o'neil"}}};
  result.config.persists_relation_docs = true;
  result.config.persists_column_docs = true;
  result.config.description = "it's \\ new";
  result.config.columns = {
      {"view_id", false, "", "the key"}, {"Page Title", true, "", "what's above"}, {"x", false, "", ""}};
  return result;
}

std::vector<std::string> sql_of(const Migration& wanted) {
  const auto script = redshift_dialect().migrate(wanted);
  REQUIRE(script.has_value());
  std::vector<std::string> statements;
  for (const SqlStatement& statement : script->statements) statements.push_back(statement.sql);
  return statements;
}

const std::string kFrom = R"("shop"."staging_derived"."my_new_model")";
const std::string kTo = R"("shop"."prod_derived"."my_new_model")";
const std::string kArriving = R"("shop"."prod_derived"."my_new_model__arriving")";
const std::string kGrant =
    "grant select on table " + kTo + R"( to reporter, group analysts, role "Big Boss", public, "o'neil")";

TEST_CASE("a copy is one transaction: a table like staging's, its rows, the grants") {
  const auto sql = sql_of(migration());
  REQUIRE(sql.size() == 11);
  CHECK(sql[0] == "begin");
  CHECK(sql[1] == "create table " + kTo + " (like " + kFrom + " including defaults)");
  CHECK(sql[2] == "insert into " + kTo + " select * from " + kFrom);
  CHECK(sql[3] == kGrant);
  CHECK(sql[4] == "commit");
  CHECK(sql[5] == "analyze " + kTo);
  CHECK(sql[6] == "comment on table " + kTo + R"( is 'it''s \\ new')");
  CHECK(sql[7] == "comment on column " + kTo + ".view_id is 'the key'");
  CHECK(sql[8] == "comment on column " + kTo + ".\"Page Title\" is 'what''s above'");
}

TEST_CASE("a move: no statement before the last transaction touches production's table") {
  Migration wanted = migration(MigrationKind::kMove);
  wanted.backup = PostgresShop::table("prod_derived", "my_new_model__before");
  const auto sql = sql_of(wanted);
  REQUIRE(sql.size() > 9);
  CHECK(sql[0] == "select count(*) as row_count from " + kFrom);
  CHECK(sql[1] == "create table if not exists " + kArriving + " (like " + kFrom + " including defaults)");
  CHECK(sql[2] == "alter table " + kArriving + " append from " + kFrom);
  CHECK(sql[3] == "begin");
  CHECK(sql[4] == "alter table " + kTo + " rename to \"my_new_model__before\"");
  CHECK(sql[5] == "alter table " + kArriving + " rename to \"my_new_model\"");
  CHECK(sql[6] == kGrant);
  CHECK(sql[7] == "commit");
  CHECK(sql[8] == "select count(*) as row_count from " + kTo);
  const auto script = redshift_dialect().migrate(wanted);
  CHECK(to_text(*script).find("cannot be rolled back, and empties staging's table") != std::string::npos);
}

TEST_CASE("what Redshift cannot do is an error, with the way that it can be done") {
  Migration wanted = migration();
  wanted.backup = PostgresShop::table("backups", "my_new_model");
  auto refused = redshift_dialect().migrate(wanted);
  REQUIRE(!refused.has_value());
  CHECK(refused.error().reason.find("no way to move a table to another schema") != std::string::npos);
  wanted = migration();
  wanted.from.database = NamePart{"other", true};
  refused = redshift_dialect().migrate(wanted);
  REQUIRE(!refused.has_value());
  CHECK(refused.error().next_step.find("UNLOAD") != std::string::npos);
}

TEST_CASE("a privilege that is none is told and not granted") {
  Migration wanted = migration();
  wanted.config.grants = {{"select on table x to y; drop table z; --", {"reporter"}}, {"select", {""}}};
  const auto script = redshift_dialect().migrate(wanted);
  REQUIRE(script.has_value());
  CHECK(script->notes.back() ==
        "The model's config grants 'select on table x to y; drop table z; --', which is no privilege's name: nothing "
        "is granted.");
  CHECK(to_text(*script).find("\ngrant ") == std::string::npos);
}

TEST_CASE("quotes, texts and times") {
  const Dialect& dialect = redshift_dialect();
  CHECK(dialect.identifier({"tag", false}) == "\"tag\"");
  CHECK(dialect.identifier({"start_tstamp", false}) == "start_tstamp");
  CHECK(dialect.column("a\"b") == "\"a\"\"b\"");
  CHECK(dialect.text("it's") == "'it''s'");
  // Two backslashes: one where they are an escape, as they are here, and harmless where they are not.
  CHECK(dialect.text("\\'; drop table t; --") == "'\\\\''; drop table t; --'");
  CHECK(dialect.timestamp(*instant_from("2026-11-20 22:25:21.482123")) == "timestamp '2026-11-20 22:25:21.482123'");
}

// Redshift's system views, as far as the statements ask them, over PostgreSQL's catalog; its superset of DDL that
// PostgreSQL has as well runs as it stands.
constexpr std::string_view kSystemViews = R"sql(
create view svv_columns as select table_schema, table_name, ordinal_position, column_name, data_type,
  character_maximum_length, numeric_precision, numeric_scale from information_schema.columns;
create view svv_tables as select table_schema, table_name from information_schema.tables;
create view svv_relation_privileges as
  select n.nspname as namespace_name, c.relname as relation_name, a.privilege_type, r.rolname as identity_name,
    case when a.grantee = 0 then 'public' when r.rolname = 'Big Boss' then 'role' else 'user' end as identity_type
  from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
  left join pg_roles r on r.oid = a.grantee;
drop table staging_derived.my_new_model;
create table staging_derived.my_new_model (view_id varchar(36) primary key, "Page Title" text default 'none',
  start_tstamp timestamp, amount numeric(12, 3), x int);
insert into staging_derived.my_new_model select 'v' || n, 'it''s ' || n, timestamp '2026-05-01' + n * interval '1 hour', n, n
  from generate_series(1, 50) n;
grant select on staging_derived.my_new_model to reporter, public;
grant insert on staging_derived.my_new_model to "Big Boss";
)sql";

TEST_CASE("a copy and its checks, as far as PostgreSQL speaks Redshift's language") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("Redshift's copy on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  shop.database().must_run(kSystemViews);
  Migration wanted = migration();
  wanted.config.grants = {{"select", {"reporter", "\"Big Boss\""}}};
  const auto script = redshift_dialect().migrate(wanted);
  REQUIRE(script.has_value());
  const auto before = shop.snapshot();
  const testing::Ran ran = shop.run(*script);
  CHECK(ran.err == "");
  auto changed = differences(before, shop.snapshot());
  std::erase_if(changed, [](const std::string& name) { return name.starts_with("public."); });  // the system views
  CHECK(changed == std::vector<std::string>{"prod_derived.my_new_model"});
  CHECK(ran.out.find("PRIMARY KEY") != std::string::npos);  // what the copy lacks
  CHECK(ran.out.find("grant insert on table " + kTo + " to role \"Big Boss\"\n") != std::string::npos);
  CHECK(ran.out.find("grant select on table " + kTo + " to public\n") != std::string::npos);
  CHECK(shop.run(*script).err.find("already exists") != std::string::npos);

  const Dialect& dialect = redshift_dialect();
  CHECK(shop.database().value(dialect.exists_query(wanted.to)) == "1");
  CHECK(shop.database().value(dialect.exists_query(PostgresShop::table("prod_derived", "none"))) == "0");
  const auto columns = shop.database().query(dialect.columns_query(wanted.to));
  REQUIRE(columns.size() == 5);
  CHECK(columns[0] == std::vector<std::string>{"1", "view_id", "character varying(36)"});
  CHECK(columns[3] == std::vector<std::string>{"4", "amount", "numeric(12,3)"});
  for (const SqlScript& checks :
       verify_scripts(PostgresShop::sides(), dialect, {.moved = false, .compare_rows = true})) {
    CHECK(shop.run(checks).err == "");
  }
}

}  // namespace
}  // namespace plowline
