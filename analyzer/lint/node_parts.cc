#include "lint/node_parts.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "artifact/json_syntax.h"
#include "source/sql_name.h"

namespace plowline {
namespace {

// (GCC 12 wants record types in unnamed namespaces to have names of their own.)
struct TestKwargsRecord {
  std::string_view column_name;
  std::string_view model;
  RawJson whole;
};

struct TestMetadataRecord {
  std::string_view name;
  std::string_view package;
  TestKwargsRecord kwargs;
};

struct ColumnConfigRecord {
  RawJson meta;
  RawJson tags;
};

struct ColumnRecord {
  Column column;  // first: a shape's members of Column are read into it
  ColumnConfigRecord config;
};

struct ColumnRecords {
  std::vector<ColumnRecord> columns;
};

const Shape& meta_shape() {
  static const Shape shape({
      member<&NodeConfig::Meta::snowplow_optimize>("snowplow_optimize"),
      member<&NodeConfig::Meta::upsert_date_key>("upsert_date_key"),
      member<&NodeConfig::Meta::disable_upsert_lookback>("disable_upsert_lookback"),
      member<&NodeConfig::Meta::plowline>("plowline"),
  });
  return shape;
}

const Shape& config_shape() {
  static const Shape shape({
      lenient(member<&NodeConfig::materialized>("materialized")),
      lenient(member<&NodeConfig::incremental_strategy>("incremental_strategy")),
      lenient(member<&NodeConfig::on_schema_change>("on_schema_change")),
      lenient(member<&NodeConfig::database>("database")),
      lenient(member<&NodeConfig::schema>("schema")),
      lenient(member<&NodeConfig::alias>("alias")),
      lenient(member<&NodeConfig::strategy>("strategy")),
      lenient(member<&NodeConfig::updated_at>("updated_at")),
      member<&NodeConfig::unique_key>("unique_key"),
      member<&NodeConfig::partition_by>("partition_by"),
      member<&NodeConfig::cluster_by>("cluster_by"),
      member<&NodeConfig::sort>("sort"),
      member<&NodeConfig::dist>("dist"),
      member<&NodeConfig::tags>("tags"),
      member<&NodeConfig::meta>("meta"),
      member<&NodeConfig::full_refresh>("full_refresh"),
      member<&NodeConfig::contract>("contract"),
      member<&NodeConfig::grants>("grants"),
      member<&NodeConfig::pre_hook>("pre-hook"),
      member<&NodeConfig::pre_hook>("pre_hook"),
      member<&NodeConfig::post_hook>("post-hook"),
      member<&NodeConfig::post_hook>("post_hook"),
      member<&NodeConfig::persist_docs>("persist_docs"),
      member<&NodeConfig::freshness>("freshness"),
      member<&NodeConfig::event_time>("event_time"),
      member<&NodeConfig::snowplow_optimize>("snowplow_optimize"),
      member<&NodeConfig::upsert_date_key>("upsert_date_key"),
      member<&NodeConfig::disable_upsert_lookback>("disable_upsert_lookback"),
  });
  return shape;
}

const Shape& column_config_shape() {
  static const Shape shape({
      member<&ColumnConfigRecord::meta>("meta"),
      member<&ColumnConfigRecord::tags>("tags"),
  });
  return shape;
}

// A column is found by its name, which is also its key.
const Shape::Member& columns_member() {
  static const Shape shape(
      {
          member<&Column::name>("name"),
          lenient(member<&Column::data_type>("data_type")),
          lenient(member<&Column::description>("description")),
          member<&Column::quote>("quote"),
          member<&Column::meta>("meta"),
          member<&Column::tags>("tags"),
          member<&Column::constraints>("constraints"),
          lenient(member<&ColumnRecord::config>("config", column_config_shape())),
      },
      place_of<&Column::name>());
  static const Shape::Member columns = member<&ColumnRecords::columns>("columns", shape);
  return columns;
}

const Shape& test_kwargs_shape() {
  static const Shape shape(
      {
          lenient(member<&TestKwargsRecord::column_name>("column_name")),
          lenient(member<&TestKwargsRecord::model>("model")),
      },
      nullptr, place_of<&TestKwargsRecord::whole>());
  return shape;
}

const Shape& test_metadata_shape() {
  static const Shape shape({
      lenient(member<&TestMetadataRecord::name>("name")),
      lenient(member<&TestMetadataRecord::package>("namespace")),
      lenient(member<&TestMetadataRecord::kwargs>("kwargs", test_kwargs_shape())),
  });
  return shape;
}

bool is_object(RawJson raw) {
  return raw.bytes.starts_with('{');
}

// What is wrong with a part of a node's record, in the terms of the whole file as far as they are known.
std::unexpected<Error> unreadable(const Project& project, NodeId id, std::string_view part) {
  if (auto whole = project.read(id, &NodeRecord::whole); !whole) return std::unexpected(std::move(whole.error()));
  return input_error(project.manifest_file(), {},
                     fmt::format("{} of {} cannot be read", part, printable(project.node(id).unique_id)),
                     "let dbt write the manifest again: dbt parse");
}

// Reads an object that is a part of a node's record into `record`; anything else but an object counts as empty.
Result<void> read_object_of(const Project& project, NodeId id, RawJson raw, std::string_view part, const Shape& shape,
                            void* record, Arena& arena) {
  if (!is_object(raw) || read_part({raw.bytes, project.manifest_file()}, shape, record, arena)) return {};
  return unreadable(project, id, part);
}

// Whether a test's argument `model` names the node: `{{ get_where_subquery(ref('orders')) }}`, `source('raw',
// 'orders')`.
bool names(std::string_view model, const NodeRecord& node) {
  for (const char quote : {'\'', '"'}) {
    if (model.find(fmt::format("{0}{1}{0}", quote, node.name)) != std::string_view::npos) return true;
  }
  return false;
}

std::optional<NodeId> tested_node(const Project& project, NodeId test, std::string_view model) {
  const NodeRecord& record = project.node(test);
  if (!record.attached_node.empty()) return project.find(record.attached_node);
  const auto parents = project.parents(test);
  if (parents.size() == 1) return parents.front();
  const auto found = std::ranges::find_if(parents, [&](NodeId parent) { return names(model, project.node(parent)); });
  return found == parents.end() ? std::nullopt : std::optional(*found);
}

RawJson kept_text(const std::string& text, Arena& arena) {
  auto* copy = static_cast<char*>(arena.allocate(text.size() + FileBytes::kPadding, 1));
  std::ranges::fill_n(std::ranges::copy(text, copy).out, FileBytes::kPadding, '\0');
  return {{copy, text.size()}};
}

// A list with those items of the other that it does not have.
std::string with_items_of(const JsonText& list, const JsonText& other) {
  std::vector<std::string_view> items;
  for (const JsonText& part : {list, other}) {
    for (const JsonText& item : part.items()) {
      if (std::ranges::find(items, item.bytes()) == items.end()) items.push_back(item.bytes());
    }
  }
  return fmt::format("[{}]", fmt::join(items, ","));
}

// An object with the members of the other, which count where a key stands in both.
std::string with_members_of(const JsonText& object, const JsonText& other) {
  const auto others = other.members();
  std::vector<std::string> members;
  const auto add = [&](const std::string& key, const JsonText& value) {
    const std::string quoted = nlohmann::json(key).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    members.push_back(fmt::format("{}:{}", quoted, value.bytes()));
  };
  for (const auto& [key, value] : others) add(key, value);
  for (const auto& [key, value] : object.members()) {
    if (std::ranges::none_of(others, [&](const auto& member) { return member.first == key; })) add(key, value);
  }
  return fmt::format("{{{}}}", fmt::join(members, ","));
}

// What a column has in its config and beside its name, as one: dbt (since 1.10) lets users write meta and tags in
// either place, and writes them into both; other engines keep one of them.
RawJson both_places(RawJson in_config, RawJson beside, Arena& arena) {
  if (in_config.bytes.size() <= 2 || in_config.bytes == beside.bytes) return beside;
  if (beside.bytes.size() <= 2) return in_config;
  const auto first = check(beside);
  const auto second = check(in_config);
  if (!first || !second || first->kind() != second->kind()) return beside;
  if (first->kind() == JsonText::Kind::kArray) return kept_text(with_items_of(*first, *second), arena);
  if (first->kind() != JsonText::Kind::kObject) return beside;
  return kept_text(with_members_of(*first, *second), arena);
}

}  // namespace

Result<NodeConfig> read_node_config(const Project& project, NodeId id, Arena& arena) {
  NodeConfig config;
  const RawJson raw = project.node(id).config;
  if (auto read = read_object_of(project, id, raw, "config", config_shape(), &config, arena); !read) {
    return std::unexpected(std::move(read.error()));
  }
  config.whole = raw;
  // Most nodes have no meta, or none that matters here.
  const RawJson meta = config.meta.empty() ? project.node(id).meta : config.meta;
  if (meta.bytes.size() > 2) {
    if (auto read = read_object_of(project, id, meta, "meta", meta_shape(), &config.in_meta, arena); !read) {
      return std::unexpected(std::move(read.error()));
    }
  }
  return config;
}

Result<std::vector<Column>> read_columns(const Project& project, NodeId id, Arena& arena) {
  std::vector<Column> columns;
  const RawJson raw = project.node(id).columns;
  if (raw.bytes.size() <= 2) return columns;
  thread_local ColumnRecords records;  // (its memory is used again)
  records.columns.clear();
  if (!read_part({raw.bytes, project.manifest_file()}, columns_member(), &records, arena)) {
    return unreadable(project, id, "columns");
  }
  columns.reserve(records.columns.size());
  for (const ColumnRecord& record : records.columns) {
    Column& column = columns.emplace_back(record.column);
    column.meta = both_places(record.config.meta, column.meta, arena);
    column.tags = both_places(record.config.tags, column.tags, arena);
  }
  return columns;
}

Result<std::optional<TestOfNode>> read_attached_test(const Project& project, NodeId test, Arena& arena) {
  const NodeRecord& record = project.node(test);
  TestMetadataRecord metadata;
  if (auto read =
          read_object_of(project, test, record.test_metadata, "test_metadata", test_metadata_shape(), &metadata, arena);
      !read) {
    return std::unexpected(std::move(read.error()));
  }
  const TestKwargsRecord& kwargs = metadata.kwargs;
  const auto node = tested_node(project, test, kwargs.model);
  if (!node) return std::nullopt;
  // (Of a column with `quote: true` dbt writes the name as the adapter quotes it; the column itself has none.)
  const std::string_view column = unquoted(kwargs.column_name.empty() ? record.column_name : kwargs.column_name);
  return TestOfNode{*node, {test, metadata.name, metadata.package, column, kwargs.whole}};
}

std::string unescaped_text(RawJson value) {
  const auto inside = inside_quotes(value.bytes);
  if (!inside) return {};
  if (inside->find('\\') == std::string_view::npos) return std::string(*inside);
  return unescaped(*inside).value_or(std::string());
}

std::vector<std::string> texts_of(RawJson value) {
  const auto checked = check(value);
  return checked ? checked->strings() : std::vector<std::string>();
}

std::string scalar_of(RawJson value) {
  const auto checked = check(value);
  if (!checked || checked->is_null() || !is_scalar(checked->bytes())) return {};
  return checked->scalar();
}

bool truthy(RawJson value) {
  const auto checked = check(value);
  if (!checked) return false;
  switch (checked->kind()) {
    case JsonText::Kind::kNull:
      return false;
    case JsonText::Kind::kBool:
      return *checked->boolean();
    case JsonText::Kind::kNumber:
      return std::strtod(std::string(checked->bytes()).c_str(), nullptr) != 0.0;
    case JsonText::Kind::kString:
      return checked->bytes().size() > 2;
    case JsonText::Kind::kArray:
      return !checked->items().empty();
    case JsonText::Kind::kObject:
      return !checked->members().empty();
  }
  return false;
}

RawJson member_of(RawJson object, std::string_view key) {
  const auto found = checked_member(object, key);
  return found && !found->is_null() ? RawJson{found->bytes()} : RawJson{};
}

RawJson snowplow_optimize_of(const NodeConfig& config) {
  return config.in_meta.snowplow_optimize.empty() ? config.snowplow_optimize : config.in_meta.snowplow_optimize;
}

RawJson upsert_date_key_of(const NodeConfig& config) {
  return config.in_meta.upsert_date_key.empty() ? config.upsert_date_key : config.in_meta.upsert_date_key;
}

}  // namespace plowline
