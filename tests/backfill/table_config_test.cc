#include "backfill/table_config.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>

#include "backfill/small_manifest.h"

namespace plowline {
namespace {

using Json = nlohmann::json;

TableConfig config_of(const Json& changes) {
  testing::SmallManifest manifest("staging");
  manifest.model("m", "derived", true).merge("model.shop.m", changes);
  const Project project = manifest.project();
  const auto id = project.find("model.shop.m");
  REQUIRE(id);
  auto config = table_config_of(project, *id);
  REQUIRE_MESSAGE(config, (config ? "" : config.error().reason));
  return std::move(*config);
}

TableConfig with(const Json& config) {
  return config_of({{"config", config}});
}

TEST_CASE("nothing configured") {
  const TableConfig config = config_of(Json::object());
  CHECK(config.materialized == "incremental");
  CHECK(config.unique_key.empty());
  CHECK_FALSE(config.partition_by);
  CHECK(config.partition_columns.empty());
  CHECK_FALSE(config.transient);
  CHECK(config.grants.empty());
  CHECK_FALSE(config.persists_relation_docs);
  CHECK(config.columns.empty());
}

TEST_CASE("a key is one column or several") {
  CHECK(with({{"unique_key", "id"}}).unique_key == std::vector<std::string>{"id"});
  CHECK(with({{"unique_key", {"a", "b"}}}).unique_key == std::vector<std::string>{"a", "b"});
}

TEST_CASE("the upsert date key stands in the config or in its meta, which wins") {
  CHECK(with({{"upsert_date_key", "start"}}).upsert_date_key == "start");
  CHECK(with({{"upsert_date_key", "old"}, {"meta", {{"upsert_date_key", "new"}}}}).upsert_date_key == "new");
}

TEST_CASE("partitions: BigQuery's object, Spark's columns") {
  const TableConfig plain = with({{"partition_by", {{"field", "day"}}}});
  REQUIRE(plain.partition_by);
  CHECK(plain.partition_by->data_type == "date");
  CHECK(plain.partition_by->granularity == "day");
  CHECK(plain.partition_columns.empty());
  const TableConfig hours =
      with({{"partition_by", {{"field", "ts"}, {"data_type", "TIMESTAMP"}, {"granularity", "Hour"}}}});
  CHECK(hours.partition_by->data_type == "timestamp");
  CHECK(hours.partition_by->granularity == "hour");
  const TableConfig numbers =
      with({{"partition_by",
             {{"field", "n"}, {"data_type", "int64"}, {"range", {{"start", 0}, {"end", 100}, {"interval", 10}}}}}});
  CHECK(numbers.partition_by->range_ends == std::pair<std::string, std::string>{"0", "100"});
  CHECK(numbers.partition_by->range_interval == "10");
  CHECK(with({{"partition_by", "day"}}).partition_columns == std::vector<std::string>{"day"});
  CHECK(with({{"partition_by", {"day", "app"}}}).partition_columns == std::vector<std::string>{"day", "app"});
  CHECK_FALSE(with({{"partition_by", {{"granularity", "day"}}}}).partition_by);
  CHECK_FALSE(with({{"partition_by", nullptr}}).partition_by);
}

TEST_CASE("clustering, sorting, distribution, formats") {
  const TableConfig config = with({{"cluster_by", "app_id"},
                                   {"liquid_clustered_by", {"a", "b"}},
                                   {"sort", {"ts", "id"}},
                                   {"sort_type", "interleaved"},
                                   {"dist", "id"},
                                   {"file_format", "Delta"},
                                   {"table_format", "ICEBERG"},
                                   {"transient", false}});
  CHECK(config.cluster_by == std::vector<std::string>{"app_id"});
  CHECK(config.liquid_clustered_by == std::vector<std::string>{"a", "b"});
  CHECK(config.sort == std::vector<std::string>{"ts", "id"});
  CHECK(config.sort_type == "interleaved");
  CHECK(config.dist == "id");
  CHECK(config.file_format == "delta");
  CHECK(config.table_format == "iceberg");
  CHECK(config.transient == false);
}

TEST_CASE("indexes, properties, grants") {
  const TableConfig config =
      with({{"indexes",
             {{{"columns", {"id"}}, {"unique", true}}, {{"columns", {"ts"}}, {"type", "brin"}}, {{"type", "hash"}}}},
            {"tblproperties", {{"delta.autoOptimize.autoCompact", true}, {"n", 3}, {"s", "x"}}},
            {"grants", {{"select", "reporter"}, {"+insert", {"etl", ""}}, {"delete", Json::array()}}}});
  REQUIRE(config.indexes.size() == 2);
  CHECK(config.indexes[0].unique);
  CHECK(config.indexes[1].type == "brin");
  using Properties = std::vector<std::pair<std::string, std::string>>;
  CHECK(config.table_properties == Properties{{"delta.autoOptimize.autoCompact", "true"}, {"n", "3"}, {"s", "x"}});
  REQUIRE(config.grants.size() == 2);
  CHECK(config.grants[0].privilege == "insert");
  CHECK(config.grants[0].grantees == std::vector<std::string>{"etl"});
  CHECK(config.grants[1].privilege == "select");
  CHECK(config.grants[1].grantees == std::vector<std::string>{"reporter"});
}

TEST_CASE("descriptions and columns") {
  const TableConfig config = config_of({{"description", "It's\nnew"},
                                        {"config", {{"persist_docs", {{"relation", true}, {"columns", false}}}}},
                                        {"columns",
                                         {{"id", {{"name", "id"}, {"description", "Key"}, {"data_type", "text"}}},
                                          {"Page", {{"name", "Page"}, {"quote", true}}}}}});
  CHECK(config.description == "It's\nnew");
  CHECK(config.persists_relation_docs);
  CHECK_FALSE(config.persists_column_docs);
  REQUIRE(config.columns.size() == 2);
  CHECK(config.columns[0].name == "Page");
  CHECK(config.columns[0].quoted);
  CHECK(config.columns[1].data_type == "text");
  CHECK(config.columns[1].description == "Key");
}

TEST_CASE("what has another shape is taken for not set") {
  const TableConfig config = with({{"unique_key", 7},
                                   {"indexes", "id"},
                                   {"grants", "all"},
                                   {"tblproperties", {1, 2}},
                                   {"transient", "no"},
                                   {"persist_docs", true},
                                   {"cluster_by", {{"a", 1}}},
                                   {"sort", nullptr}});
  CHECK(config.unique_key.empty());
  CHECK(config.indexes.empty());
  CHECK(config.grants.empty());
  CHECK(config.table_properties.empty());
  CHECK_FALSE(config.transient);
  CHECK_FALSE(config.persists_relation_docs);
  CHECK(config.cluster_by.empty());
  CHECK(config.sort.empty());
}

}  // namespace
}  // namespace plowline
