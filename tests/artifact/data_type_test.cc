// Declared data types against those that warehouses report, and the names of columns.
#include "artifact/data_type.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/catalog.h"
#include "artifact/data_type_names.h"
#include "artifact/data_type_text.h"
#include "artifact/manifest.h"
#include "support/support.h"

using namespace plowline;
namespace fs = std::filesystem;

namespace {

std::string word(TypeMatch match) {
  switch (match) {
    case TypeMatch::kSame:
      return "same";
    case TypeMatch::kSameButLength:
      return "length";
    case TypeMatch::kDifferent:
      return "different";
    case TypeMatch::kUnknown:
      break;
  }
  return "unknown";
}

struct Case {
  std::string_view declared;
  std::string_view actual;
  std::string_view expected;
};

void check_all(Warehouse warehouse, const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    CAPTURE(one.declared);
    CAPTURE(one.actual);
    CHECK(word(compare_types(warehouse, one.declared, one.actual)) == one.expected);
  }
}

}  // namespace

TEST_CASE("Snowflake's types") {
  check_all(Warehouse::kSnowflake, {
                                       {"varchar", "TEXT", "same"},
                                       {"string", "TEXT", "same"},
                                       {"varchar(20)", "TEXT", "same"},  // its catalog has no lengths
                                       {"character varying(16777216)", "TEXT", "same"},
                                       {"varchar(16777216)", "VARCHAR(134217728)", "same"},
                                       {"varchar(16777216)", "VARCHAR(20)", "length"},
                                       {"varchar(10)", "VARCHAR(20)", "length"},
                                       {"VARCHAR(10) COLLATE 'en-ci'", "varchar( 10 )", "same"},
                                       {"number(38,0)", "NUMBER", "same"},
                                       {"numeric", "NUMBER", "same"},
                                       {"int", "NUMBER", "same"},
                                       {"bigint", "NUMBER(38,0)", "same"},
                                       {"integer", "NUMBER(10,0)", "same"},
                                       {"integer", "NUMBER(10,2)", "length"},
                                       {"number(10)", "NUMBER(10,0)", "same"},
                                       {"double precision", "FLOAT", "same"},
                                       {"float", "NUMBER", "different"},
                                       {"timestamp_ntz", "TIMESTAMP_NTZ", "same"},
                                       {"datetime", "TIMESTAMP_NTZ", "same"},
                                       {"timestamp without time zone", "TIMESTAMP_NTZ", "same"},
                                       {"timestamp", "TIMESTAMP_NTZ", "same"},
                                       {"timestamp", "TIMESTAMP_TZ", "unknown"},  // a setting of the account
                                       {"timestamp_tz", "TIMESTAMP_NTZ", "different"},
                                       {"timestamp", "DATE", "different"},
                                       {"boolean", "BOOLEAN", "same"},
                                       {"boolean", "TEXT", "different"},
                                       {"array(varchar)", "ARRAY", "same"},
                                       {"object(a varchar not null)", "OBJECT(A TEXT)", "same"},
                                       {"map(varchar, int)", "MAP(VARCHAR(16777216), NUMBER(38,0))", "same"},
                                       {"vector(float, 256)", "VECTOR(FLOAT, 128)", "length"},
                                       {"variant", "OBJECT", "different"},
                                       {"my_type", "NUMBER", "unknown"},
                                   });
}

TEST_CASE("BigQuery's types") {
  check_all(Warehouse::kBigQuery,
            {
                {"int64", "INT64", "same"},
                {"integer", "INT64", "same"},
                {"bigint", "INT64", "same"},
                {"float", "FLOAT64", "same"},
                {"boolean", "BOOL", "same"},
                {"decimal", "NUMERIC", "same"},
                {"numeric", "BIGNUMERIC", "different"},
                {"numeric(10,2)", "NUMERIC", "length"},
                {"numeric", "NUMERIC(10, 2)", "same"},
                {"string(10)", "STRING(20)", "length"},
                {"timestamp", "DATETIME", "different"},
                {"record", "STRUCT<a STRING, b INT64>", "same"},
                {"struct", "STRUCT<a STRING, b INT64>", "same"},
                {"struct<a string, b integer>", "STRUCT<a STRING, b INT64>", "same"},
                {"struct<A string,`b` integer>", "STRUCT<a STRING, b INT64>", "same"},
                {"struct<b integer, a string>", "STRUCT<a STRING, b INT64>", "different"},
                {"struct<a string>", "STRUCT<a STRING, b INT64>", "different"},
                {"struct<a string, b string>", "STRUCT<a STRING, b INT64>", "different"},
                {"array<string>", "ARRAY<STRING>", "same"},
                {"array", "ARRAY<STRUCT<a STRING>>", "same"},
                {"array<struct<a int>>", "ARRAY<STRUCT<a STRING>>", "different"},
                {"string", "ARRAY<STRING>", "different"},
                {"record", "ARRAY<STRUCT<a STRING>>", "unknown"},  // a RECORD whose mode is REPEATED
                {"struct<string(10), int64>", "STRUCT<STRING(20), INT64>", "length"},
                {"struct<a my_type, b string>", "STRUCT<a INT64, b INT64>", "different"},
                {"struct<a my_type, b string(5)>", "STRUCT<a INT64, b STRING(9)>", "unknown"},
                {"range<date>", "RANGE<DATE>", "same"},
            });
}

TEST_CASE("Postgres' types") {
  check_all(Warehouse::kPostgres, {
                                      {"varchar", "character varying", "same"},
                                      {"text", "character varying", "same"},
                                      {"varchar", "text", "same"},
                                      {"varchar", "character varying(20)", "same"},
                                      {"varchar(20)", "character varying(20)", "same"},
                                      {"varchar(20)", "character varying", "length"},
                                      {"varchar(20)", "text", "length"},
                                      {"char", "character(1)", "same"},
                                      {"char(3)", "character(3)", "same"},
                                      {"char(3)", "character varying(3)", "different"},
                                      {"int", "integer", "same"},
                                      {"int4", "integer", "same"},
                                      {"int8", "bigint", "same"},
                                      {"int", "bigint", "different"},
                                      {"float8", "double precision", "same"},
                                      {"float", "double precision", "same"},
                                      {"float(24)", "real", "same"},
                                      {"float(53)", "double precision", "same"},
                                      {"float(24)", "double precision", "different"},
                                      {"decimal(10,2)", "numeric(10,2)", "same"},
                                      {"numeric(10)", "numeric(10,0)", "same"},
                                      {"numeric(28,6)", "numeric", "length"},
                                      {"numeric", "numeric(28,6)", "same"},
                                      {"timestamp", "timestamp without time zone", "same"},
                                      {"timestamp(6)", "timestamp without time zone", "same"},
                                      {"timestamp(3)", "timestamp without time zone", "length"},
                                      {"timestamp(3)", "timestamp(3) without time zone", "same"},
                                      {"timestamptz", "timestamp with time zone", "same"},
                                      {"timestamp", "timestamp with time zone", "different"},
                                      {"bool", "boolean", "same"},
                                      {"json", "jsonb", "different"},
                                      {"int[]", "integer[]", "same"},
                                      {"int[][]", "integer[]", "same"},
                                      {"text[]", "integer[]", "different"},
                                      {"text", "text[]", "different"},
                                      {"order_status", "text", "unknown"},
                                      {"order_status", "Order_Status", "same"},
                                      {"order_status[]", "ORDER_STATUS []", "same"},
                                      {"\"char\"", "text", "unknown"},
                                  });
}

TEST_CASE("Redshift's types") {
  check_all(Warehouse::kRedshift, {
                                      {"varchar", "character varying(256)", "same"},
                                      {"varchar(256)", "text", "same"},
                                      {"varchar(max)", "character varying(65535)", "same"},
                                      {"text", "character varying(65535)", "same"},
                                      {"varchar(100)", "character varying(256)", "length"},
                                      {"char(max)", "character(4096)", "same"},
                                      {"char(max)", "character(65535)", "length"},
                                      {"numeric(38,0)", "numeric(38,0)", "same"},
                                      {"decimal(18)", "numeric", "same"},
                                      {"decimal(18,2)", "numeric(18,0)", "length"},
                                      {"float", "double precision", "same"},
                                      {"timestamp", "timestamp without time zone", "same"},
                                      {"int", "bigint", "different"},
                                      {"super", "super", "same"},
                                      {"super", "character varying(65535)", "different"},
                                  });
}

TEST_CASE("Spark's and Databricks' types") {
  check_all(Warehouse::kSpark, {
                                   {"long", "bigint", "same"},
                                   {"integer", "int", "same"},
                                   {"int", "bigint", "different"},
                                   {"decimal", "decimal(26,2)", "same"},
                                   {"decimal(10)", "decimal(10,0)", "same"},
                                   {"numeric(16,2)", "decimal(26,2)", "length"},
                                   {"STRING", "string", "same"},
                                   {"varchar(10)", "string", "length"},
                                   {"float", "double", "different"},
                                   {"timestamp", "timestamp_ntz", "different"},
                                   {"timestamp", "timestamp_ltz", "same"},
                                   {"struct<a: int, b: array<string>>", "struct<a:int,b:array<string>>", "same"},
                                   {"struct<a: int comment 'the key'>", "struct<a:int>", "same"},
                                   {"struct<a: integer>", "struct<a:bigint>", "different"},
                                   {"map<string, int>", "map<string,int>", "same"},
                                   {"map<string, int>", "map<string,string>", "different"},
                               });
}

TEST_CASE("DuckDB's, Trino's, Athena's, Oracle's and SQL Server's types") {
  check_all(Warehouse::kDuckDb, {
                                    {"text", "VARCHAR", "same"},
                                    {"varchar(20)", "VARCHAR", "same"},  // the length has no effect
                                    {"int", "INTEGER", "same"},
                                    {"int8", "BIGINT", "same"},
                                    {"real", "FLOAT", "same"},
                                    {"decimal(18,3)", "DECIMAL(18,3)", "same"},
                                    {"decimal(10,2)", "DECIMAL(18,3)", "length"},
                                    {"timestamptz", "TIMESTAMP WITH TIME ZONE", "same"},
                                    {"integer[]", "INTEGER[]", "same"},
                                    {"integer[][]", "INTEGER[]", "different"},
                                    {"struct(a int, b text)", "STRUCT(a INTEGER, b VARCHAR)", "same"},
                                    {"struct(a int)", "STRUCT(a BIGINT)", "different"},
                                    {"enum('a', 'b')", "ENUM('a', 'c')", "length"},
                                });
  check_all(Warehouse::kTrino, {
                                   {"string", "varchar", "same"},
                                   {"varchar(10)", "varchar", "length"},
                                   {"timestamp", "timestamp(6)", "same"},
                                   {"timestamp(3)", "timestamp(6)", "length"},
                                   {"timestamp(6) with time zone", "timestamp(6) with time zone", "same"},
                                   {"timestamp(6)", "timestamp(6) with time zone", "different"},
                                   {"row(a bigint, b varchar)", "row(a bigint, b varchar)", "same"},
                                   {"row(bigint)", "row(bigint)", "same"},
                                   {"array(row(a int))", "array(row(a integer))", "same"},
                                   {"decimal(38)", "decimal(38,0)", "same"},
                               });
  check_all(Warehouse::kAthena, {
                                    {"varchar", "string", "same"},
                                    {"integer", "int", "same"},
                                    {"timestamp(6)", "timestamp", "same"},
                                    {"array(varchar)", "array<string>", "same"},
                                    {"row(a integer)", "struct<a:int>", "same"},
                                    {"double", "float", "different"},
                                });
  check_all(Warehouse::kOracle, {
                                    {"varchar2(4000)", "VARCHAR2(4000)", "same"},
                                    {"varchar2(20 char)", "VARCHAR2(20 CHAR )", "same"},
                                    {"varchar(9)", "VARCHAR2(4000)", "length"},
                                    {"number(10,2)", "NUMBER", "same"},  // its catalog has no precision
                                    {"integer", "NUMBER", "same"},
                                    {"timestamp", "TIMESTAMP(6)", "same"},
                                    {"timestamp(3)", "TIMESTAMP(6)", "length"},
                                    {"date", "TIMESTAMP(6)", "different"},
                                });
  check_all(Warehouse::kSqlServer, {
                                       {"varchar(20)", "varchar", "same"},
                                       {"nvarchar(max)", "nvarchar", "same"},
                                       {"nvarchar", "varchar", "same"},  // what dbt-sqlserver makes of it
                                       {"boolean", "bit", "same"},
                                       {"datetime2", "datetime2", "same"},
                                       {"timestamp", "datetime2", "same"},
                                       {"float(24)", "real", "same"},
                                       {"int", "bigint", "different"},
                                   });
}

TEST_CASE("what cannot be known") {
  check_all(Warehouse::kOther,
            {{"int", "INT", "same"}, {"int", "integer", "unknown"}, {"a(1, 2)", "A ( 1,2 )", "same"}});
  check_all(Warehouse::kPostgres, {{"", "text", "unknown"}, {"text", "", "unknown"}, {" ", " ", "unknown"}});
  CHECK(warehouse_from("clickhouse") == Warehouse::kOther);
  CHECK(warehouse_from("") == Warehouse::kOther);
  CHECK(warehouse_from("databricks") == Warehouse::kSpark);
  CHECK(warehouse_from("fabric") == Warehouse::kSqlServer);
}

TEST_CASE("two reported types: a length that came or went differs too") {
  const auto compare = [](Warehouse warehouse, std::string_view before, std::string_view now) {
    return word(compare_reported_types(warehouse, before, now));
  };
  CHECK(compare(Warehouse::kPostgres, "character varying", "character varying(20)") == "length");
  CHECK(compare(Warehouse::kPostgres, "numeric(28,6)", "numeric") == "length");
  CHECK(compare(Warehouse::kPostgres, "text", "character varying") == "same");
  CHECK(compare(Warehouse::kPostgres, "integer", "bigint") == "different");
  CHECK(compare(Warehouse::kSnowflake, "TEXT", "VARCHAR(20)") == "same");  // one of the two does not say it
  CHECK(compare(Warehouse::kPostgres, "my_enum", "text") == "unknown");
}

TEST_CASE("hostile types neither crash nor hang") {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "array<";
  std::string dimensions = "int";
  for (int i = 0; i < 100000; ++i) dimensions += "[]";
  const std::string wide(1 << 20, 'x');
  std::vector<std::string> texts = {deep,      deep + "int", dimensions,      wide,       "(",      ")",         "<>",
                                    "array<>", "struct<",    "struct<a",      "int(",     "int()",  "int(1",     "int[",
                                    "int[3",   "struct<`a",  "a collate",     "a not",    "enum('", "a comment", "int)",
                                    "a,b",     "(1)",        "struct<a:,b:>", "\xFF\xFE", "a'b'",   "decimal(-)"};
  texts.emplace_back("int\0text", 8);
  for (const std::string& text : texts) {
    CAPTURE(text.substr(0, 40));
    for (int i = 0; i <= static_cast<int>(Warehouse::kOther); ++i) {
      const auto warehouse = static_cast<Warehouse>(i);
      CHECK(compare_types(warehouse, text, text) == TypeMatch::kSame);
      CHECK(compare_types(warehouse, text, "int") == TypeMatch::kUnknown);
      CHECK(compare_types(warehouse, "varchar", text) == TypeMatch::kUnknown);
    }
  }
}

TEST_CASE("every word of every warehouse is the same as itself in upper case, and known to the grammar") {
  for (int i = 0; i < static_cast<int>(Warehouse::kOther); ++i) {
    const DataTypeNames& names = data_type_names(static_cast<Warehouse>(i));
    REQUIRE_FALSE(names.types.empty());
    for (const DataTypeName& entry : names.types) {
      std::string_view words = entry.words;
      while (true) {
        const std::string text(words.substr(0, words.find(", ")));
        CAPTURE(text);
        const auto parsed = data_type_text_from(text);
        REQUIRE(parsed);
        CHECK(parsed->name == text);
        CHECK(find_data_type(names, text) == &entry);  // in one entry only
        if (words.find(", ") == std::string_view::npos) break;
        words.remove_prefix(text.size() + 2);
      }
    }
  }
}

TEST_CASE("every type of the real catalogs is known") {
  const fs::path shared = testing::shared_or_skip("the types of real catalogs");
  if (shared.empty()) return;
  std::size_t types = 0;
  for (const auto& entry : fs::recursive_directory_iterator(shared)) {
    const fs::path manifest_file = entry.path().parent_path() / "manifest.json";
    if (entry.path().filename() != "catalog.json" || !fs::exists(manifest_file)) continue;
    CAPTURE(entry.path().string());
    Warnings warnings;
    const auto catalog = read_catalog(entry.path(), warnings);
    const auto manifest = read_manifest(manifest_file, warnings);
    REQUIRE(catalog);
    REQUIRE(manifest);
    const Warehouse warehouse = warehouse_from(manifest->metadata.adapter_type);
    if (warehouse == Warehouse::kOther) continue;  // before v1 the manifest does not say
    for (const CatalogTable& table : catalog->tables) {
      for (const CatalogColumn& column : table.columns) {
        CAPTURE(column.type);
        const auto parsed = data_type_text_from(column.type);
        REQUIRE(parsed);
        CHECK(find_data_type(data_type_names(warehouse), parsed->name) != nullptr);
        ++types;
      }
    }
  }
  CHECK(types > 5000);
}

TEST_CASE("names of columns") {
  const auto same = [](Warehouse warehouse, std::string_view declared, bool quoted, std::string_view actual) {
    return same_column_name(warehouse, declared, quoted, actual);
  };
  SUBCASE("Snowflake stores names without quotes in upper case") {
    CHECK(same(Warehouse::kSnowflake, "order_id", false, "ORDER_ID"));
    CHECK(same(Warehouse::kSnowflake, "Order_Id", false, "ORDER_ID"));
    CHECK(same(Warehouse::kSnowflake, "order_id", false, "order_id"));  // spelt as the warehouse has it
    CHECK_FALSE(same(Warehouse::kSnowflake, "ORDER_ID", false, "order_id"));
    CHECK_FALSE(same(Warehouse::kSnowflake, "order_id", true, "ORDER_ID"));
    CHECK(same(Warehouse::kSnowflake, "order_id", true, "order_id"));
    CHECK_FALSE(same(Warehouse::kSnowflake, "order_id", false, "ORDER_IDS"));
  }
  SUBCASE("Postgres in lower case") {
    CHECK(same(Warehouse::kPostgres, "ORDER_ID", false, "order_id"));
    CHECK_FALSE(same(Warehouse::kPostgres, "order_id", false, "ORDER_ID"));
    CHECK(same(Warehouse::kPostgres, "orderId", false, "orderId"));
    CHECK_FALSE(same(Warehouse::kPostgres, "ORDER_ID", true, "order_id"));
  }
  SUBCASE("others do not tell letter case apart") {
    for (const Warehouse warehouse : {Warehouse::kBigQuery, Warehouse::kSpark, Warehouse::kRedshift, Warehouse::kDuckDb,
                                      Warehouse::kTrino, Warehouse::kOther}) {
      CHECK(same(warehouse, "Order_Id", false, "order_ID"));
      CHECK(same(warehouse, "Order_Id", true, "order_ID"));
      CHECK_FALSE(same(warehouse, "order_id", false, "order__id"));
    }
  }
}
