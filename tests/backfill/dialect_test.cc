#include "backfill/dialect.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "artifact/instant.h"
#include "backfill/dialects.h"
#include "backfill/sql_samples.h"

namespace plowline {
namespace {

using testing::full_config;
using testing::table_named;

std::string name_in(const Dialect& dialect, std::string text, bool quoted = false) {
  return dialect.identifier({std::move(text), quoted});
}

// The SQL of a migration of the sample table, statements one below the other.
std::string migrated(const Dialect& dialect, Migration migration) {
  const auto script = dialect.migrate(migration);
  REQUIRE_MESSAGE(script, (script ? "" : script.error().reason));
  std::string text;
  for (const SqlStatement& statement : script->statements) text += statement.sql + ";\n";
  return text;
}

Migration sample(const Dialect& dialect) {
  const NewModel model = testing::sample_model(std::string(dialect.name()));
  return {.model = model.name, .from = model.staging, .to = *model.production, .kind = {}, .backup = {}, .config = {}};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("an adapter finds its dialect, or hears which there are") {
  for (const Dialect* dialect : all_dialects()) CHECK(*dialect_for(dialect->name()) == dialect);
  CHECK(*dialect_for("alloydb") == &postgres_dialect());
  CHECK(*dialect_for("glue") == &spark_dialect());
  const auto none = dialect_for("duck\x1b");
  REQUIRE_FALSE(none);
  CHECK(none.error().status == ExitStatus::kUsage);
  CHECK(none.error().reason == "no SQL can be written for the adapter 'duck\\x1b'");
  CHECK(none.error().next_step == "there is SQL for bigquery, databricks, postgres, redshift, snowflake, spark");
}

TEST_CASE("Snowflake: unquoted names fold to upper case, and a quote keeps its letters") {
  const Dialect& dialect = snowflake_dialect();
  CHECK(name_in(dialect, "my_model") == "my_model");
  CHECK(name_in(dialect, "my_model", true) == "\"my_model\"");
  CHECK(name_in(dialect, "order") == "\"ORDER\"");
  CHECK(name_in(dialect, "1st") == "\"1st\"");
  CHECK(name_in(dialect, "a\"b") == "\"a\"\"b\"");
  CHECK(dialect.column("page_id") == "page_id");
  CHECK(dialect.column("\"Page Id\"") == "\"Page Id\"");
  CHECK(dialect.text("it's \\ done\n") == "'it''s \\\\ done\\n'");
  CHECK(has(dialect.exists_query(table_named("db", "stg", "t")), "table_schema = 'STG' and table_name = 'T'"));
  CHECK(has(dialect.exists_query(table_named("db", "stg", "t", true)), "table_schema = 'stg' and table_name = 't'"));
}

TEST_CASE("BigQuery, Databricks, Spark: names in backticks, texts with backslashes") {
  CHECK(name_in(bigquery_dialect(), "my-project") == "`my-project`");
  CHECK(name_in(bigquery_dialect(), "a`b\\") == "`a\\x60b\\\\`");
  CHECK(name_in(databricks_dialect(), "a`b\\") == "`a``b\\`");
  CHECK(name_in(spark_dialect(), "a;b") ==
        "`a\xEF\xBF\xBD"
        "b`");
  CHECK(name_in(databricks_dialect(), "a\nb") ==
        "`a\xEF\xBF\xBD"
        "b`");
  for (const Dialect* dialect : {&bigquery_dialect(), &databricks_dialect(), &spark_dialect()}) {
    CHECK(dialect->text("it's \\ done\n") == "'it\\u0027s \\\\ done\\n'");
  }
}

TEST_CASE("times are exact, and no session's zone moves them") {
  const Instant instant = *instant_from("2023-10-11 10:11:12.123456");
  CHECK(snowflake_dialect().timestamp(instant) == "'2023-10-11 10:11:12.123456'::timestamp_ntz");
  for (const Dialect* dialect : {&bigquery_dialect(), &databricks_dialect(), &spark_dialect()}) {
    CHECK(dialect->timestamp(instant) == "timestamp '2023-10-11 10:11:12.123456+00:00'");
  }
}

TEST_CASE("a null decides nothing where least() would be null") {
  CHECK(snowflake_dialect().least("a", "b") == "least(coalesce(a, b), coalesce(b, a))");
}

TEST_CASE("Snowflake: a table is transient as dbt has it") {
  Migration migration = sample(snowflake_dialect());
  CHECK(
      has(migrated(snowflake_dialect(), migration), "create transient table shop.prod_derived.my_new_model\n  clone"));
  migration.config.transient = false;
  CHECK(has(migrated(snowflake_dialect(), migration), "create table shop.prod_derived.my_new_model\n  clone"));
  migration.config.table_format = "iceberg";
  migration.config.transient.reset();
  CHECK(has(migrated(snowflake_dialect(), migration), "create iceberg table shop.prod_derived.my_new_model\n  clone"));
}

TEST_CASE("Snowflake: a clone's clustering goes on") {
  Migration migration = sample(snowflake_dialect());
  CHECK_FALSE(has(migrated(snowflake_dialect(), migration), "recluster"));
  migration.config.cluster_by = {"to_date(start_tstamp)"};
  CHECK(has(migrated(snowflake_dialect(), migration), "alter table shop.prod_derived.my_new_model resume recluster;"));
  migration.kind = MigrationKind::kMove;
  CHECK_FALSE(has(migrated(snowflake_dialect(), migration), "recluster"));
}

TEST_CASE("BigQuery moves within a dataset only, and no production table expires") {
  Migration migration = sample(bigquery_dialect());
  CHECK(has(migrated(bigquery_dialect(), migration), "expiration_timestamp = null"));
  migration.kind = MigrationKind::kMove;
  const auto refused = bigquery_dialect().migrate(migration);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().status == ExitStatus::kUsage);
  CHECK(refused.error().reason == "BigQuery cannot move shop.staging_derived.my_new_model into another dataset");
  CHECK(has(refused.error().next_step, "leave out --move"));
  migration.from.schema = migration.to.schema;
  migration.from.identifier.text = "old";
  CHECK(has(migrated(bigquery_dialect(), migration),
            "alter table `shop`.`prod_derived`.`old` rename to `my_new_model`;"));
  // Datasets are case-sensitive.
  migration.from.schema.text = "PROD_DERIVED";
  CHECK_FALSE(bigquery_dialect().migrate(migration));
}

TEST_CASE("Databricks: a deep clone in any catalog, a move in one") {
  Migration migration = sample(databricks_dialect());
  migration.config.liquid_clustered_by = {"app_id"};
  const std::string copied = migrated(databricks_dialect(), migration);
  CHECK(has(copied, "deep clone"));
  CHECK_FALSE(has(copied, "shallow"));
  CHECK(has(copied, "cluster by (`app_id`)"));
  migration.from.database->text = "other";
  CHECK(has(migrated(databricks_dialect(), migration), "deep clone `other`.`staging_derived`.`my_new_model`"));
  migration.kind = MigrationKind::kMove;
  const auto refused = databricks_dialect().migrate(migration);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().reason == "Databricks cannot move other.staging_derived.my_new_model into another catalog");
  migration.from.database->text = "SHOP";
  CHECK(
      has(migrated(databricks_dialect(), migration), "alter table `SHOP`.`staging_derived`.`my_new_model` rename to"));
}

TEST_CASE("Databricks: what is no Delta table is not cloned into one") {
  Migration migration = sample(databricks_dialect());
  migration.config = full_config("databricks");
  migration.config.file_format = "parquet";
  const std::string copied = migrated(databricks_dialect(), migration);
  CHECK_FALSE(has(copied, "clone"));
  CHECK(has(copied, "using parquet\n  partitioned by (`start_tstamp_date`)"));
}

TEST_CASE("Databricks: hive_metastore has no information schema") {
  const TableName in_hive = table_named("hive_metastore", "prod", "t");
  CHECK(databricks_dialect().exists_query(in_hive) == "show tables in `hive_metastore`.`prod` like 't'");
  CHECK_FALSE(databricks_dialect().exists_counts(in_hive));
  CHECK_FALSE(databricks_dialect().columns_query_nests(in_hive));
  CHECK(databricks_dialect().columns_query(in_hive) == "describe table `hive_metastore`.`prod`.`t`");
  CHECK(databricks_dialect().owner_query(in_hive).empty());
  CHECK(databricks_dialect().exists_counts(table_named("shop", "prod", "t")));
}

TEST_CASE("Spark: a query says the layout again; transforms stay, anything else is a column") {
  Migration migration = sample(spark_dialect());
  migration.config.partition_columns = {"days(start_tstamp)", "bucket(16, id)", "day", "days(ts); drop table x",
                                        "days(ts)) as select 1 --"};
  const std::string copied = migrated(spark_dialect(), migration);
  CHECK(has(copied,
            "partitioned by (days(`start_tstamp`), bucket(16, `id`), `day`, `days(ts)\xEF\xBF\xBD drop table x`, "
            "`days(ts)) as select 1 --`)"));
  CHECK_FALSE(has(copied, "using"));
  migration.config.file_format = "x as select 1 --";
  CHECK(has(migrated(spark_dialect(), migration), "using `x as select 1 --`"));
}

TEST_CASE("Spark renames within a database only") {
  Migration migration = sample(spark_dialect());
  migration.kind = MigrationKind::kMove;
  const auto refused = spark_dialect().migrate(migration);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().reason == "Spark cannot move staging_derived.my_new_model into another database");
}

TEST_CASE("a privilege is a name, and what is none is told") {
  for (const Dialect* dialect : {&snowflake_dialect(), &databricks_dialect(), &bigquery_dialect()}) {
    Migration migration = sample(*dialect);
    migration.config.grants = {{"select on x to y; drop", {"a"}}};
    const auto script = dialect->migrate(migration);
    REQUIRE(script);
    REQUIRE_FALSE(script->notes.empty());
    CHECK(script->notes.back().starts_with("The model's config grants 'select on x to y; drop'"));
    CHECK_FALSE(has(migrated(*dialect, migration), "grant"));
  }
}

TEST_CASE("no dialect replaces a table, or creates one only where none is") {
  for (const Dialect* dialect : all_dialects()) {
    for (const bool replaces : {false, true}) {
      Migration migration = sample(*dialect);
      migration.config = full_config(std::string(dialect->name()));
      if (replaces) {
        migration.backup = migration.to;
        migration.backup->identifier.text += "_old";
      }
      const std::string text = migrated(*dialect, migration);
      CAPTURE(text);
      CHECK_FALSE(has(text, "or replace"));
      CHECK_FALSE(has(text, "if not exists"));
      CHECK_FALSE(has(text, "drop table"));
      CHECK(has(text, "_old") == replaces);
    }
  }
}

TEST_CASE("queries of the warehouse's catalogue") {
  const TableName table = table_named("shop", "prod", "t");
  CHECK(snowflake_dialect().owner_query(table) ==
        "select table_owner as owner from shop.information_schema.tables where table_schema = 'PROD' and table_name = "
        "'T'");
  CHECK(has(bigquery_dialect().columns_query(table), "from `shop`.`prod`.INFORMATION_SCHEMA.COLUMNS\n"));
  CHECK(bigquery_dialect().owner_query(table).empty());
  CHECK(bigquery_dialect().except_operator() == "except distinct");
  CHECK(has(databricks_dialect().columns_query(table), "full_data_type as data_type"));
  CHECK(spark_dialect().columns_query(table) == "describe table `shop`.`prod`.`t`");
}

}  // namespace
}  // namespace plowline
