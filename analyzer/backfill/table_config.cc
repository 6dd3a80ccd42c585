#include "backfill/table_config.h"

#include <algorithm>

#include "state/json_value.h"

namespace plowline {
namespace {

std::string string_in(const JsonMembers& members, std::string_view key) {
  const auto value = find_member(members, key);
  return value ? value->string().value_or("") : std::string();
}

bool true_in(const JsonMembers& members, std::string_view key) {
  const auto value = find_member(members, key);
  return value && value->boolean().value_or(false);
}

std::vector<std::string> strings_in(const JsonMembers& members, std::string_view key) {
  const auto value = find_member(members, key);
  if (!value) return {};
  std::vector<std::string> all = value->strings();
  std::erase(all, "");
  return all;
}

JsonMembers object_in(const JsonMembers& members, std::string_view key) {
  const auto value = find_member(members, key);
  return value ? members_by_key(*value) : JsonMembers();
}

// A number or a text, as it is written.
std::string scalar_in(const JsonMembers& members, std::string_view key) {
  const auto value = find_member(members, key);
  return value && !value->is_null() ? value->scalar() : std::string();
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// `partition_by`: an object for BigQuery; a column or a list of them for Databricks and Spark.
void read_partition(const JsonMembers& config, TableConfig& table) {
  const auto value = find_member(config, "partition_by");
  if (!value) return;
  if (value->kind() != JsonText::Kind::kObject) {
    table.partition_columns = strings_in(config, "partition_by");
    return;
  }
  const JsonMembers members = members_by_key(*value);
  PartitionBy partition;
  partition.field = string_in(members, "field");
  if (partition.field.empty()) return;
  if (const std::string type = string_in(members, "data_type"); !type.empty()) partition.data_type = lower(type);
  if (const std::string step = string_in(members, "granularity"); !step.empty()) partition.granularity = lower(step);
  const JsonMembers range = object_in(members, "range");
  std::string start = scalar_in(range, "start");
  std::string end = scalar_in(range, "end");
  if (!start.empty() && !end.empty()) partition.range_ends.emplace(std::move(start), std::move(end));
  partition.range_interval = scalar_in(range, "interval");
  table.partition_by = std::move(partition);
}

void read_indexes(const JsonMembers& config, TableConfig& table) {
  const auto value = find_member(config, "indexes");
  if (!value) return;
  for (const JsonText& item : value->items()) {
    const JsonMembers members = members_by_key(item);
    IndexConfig index;
    index.columns = strings_in(members, "columns");
    index.unique = true_in(members, "unique");
    index.type = string_in(members, "type");
    if (!index.columns.empty()) table.indexes.push_back(std::move(index));
  }
}

// `+select` adds to what is configured further up; dbt has merged it by now, and the sign may still stand there.
void read_grants(const JsonMembers& config, TableConfig& table) {
  for (const auto& [key, value] : object_in(config, "grants")) {
    GrantConfig grant;
    grant.privilege = key.starts_with('+') ? key.substr(1) : key;
    grant.grantees = value.strings();
    std::erase(grant.grantees, "");
    if (!grant.privilege.empty() && !grant.grantees.empty()) table.grants.push_back(std::move(grant));
  }
}

void read_properties(const JsonMembers& config, TableConfig& table) {
  for (const auto& [key, value] : object_in(config, "tblproperties")) {
    // As Spark has them: true, not Python's True.
    const auto flag = value.boolean();
    table.table_properties.emplace_back(key, flag ? (*flag ? "true" : "false") : value.scalar());
  }
}

void read_layout(const JsonMembers& config, TableConfig& table) {
  table.materialized = string_in(config, "materialized");
  table.unique_key = strings_in(config, "unique_key");
  table.cluster_by = strings_in(config, "cluster_by");
  table.liquid_clustered_by = strings_in(config, "liquid_clustered_by");
  table.sort = strings_in(config, "sort");
  table.sort_type = string_in(config, "sort_type");
  table.dist = string_in(config, "dist");
  table.file_format = lower(string_in(config, "file_format"));
  table.table_format = lower(string_in(config, "table_format"));
  if (const auto transient = find_member(config, "transient")) table.transient = transient->boolean();
  read_partition(config, table);
  read_indexes(config, table);
  read_properties(config, table);
}

// Snowplow's own key: the packages look into meta first (snowplow_utils 1.0), then at the config itself.
std::string upsert_date_key(const JsonMembers& config) {
  std::string in_meta = string_in(object_in(config, "meta"), "upsert_date_key");
  return in_meta.empty() ? string_in(config, "upsert_date_key") : in_meta;
}

std::vector<ColumnConfig> columns_of(const JsonText& columns) {
  std::vector<ColumnConfig> all;
  for (const auto& [key, value] : columns.members()) {
    const JsonMembers members = members_by_key(value);
    ColumnConfig column;
    column.name = string_in(members, "name");
    if (column.name.empty()) column.name = key;
    column.quoted = true_in(members, "quote");
    column.data_type = string_in(members, "data_type");
    column.description = string_in(members, "description");
    all.push_back(std::move(column));
  }
  return all;
}

}  // namespace

Result<TableConfig> table_config_of(const Project& project, NodeId model) {
  const auto config = project.config(model);
  if (!config) return std::unexpected(config.error());
  const auto columns = project.read(model, &NodeRecord::columns);
  if (!columns) return std::unexpected(columns.error());
  const auto description = project.read(model, &NodeRecord::description);
  if (!description) return std::unexpected(description.error());
  const JsonMembers members = members_by_key(*config);
  TableConfig table;
  read_layout(members, table);
  read_grants(members, table);
  table.upsert_date_key = upsert_date_key(members);
  const JsonMembers docs = object_in(members, "persist_docs");
  table.persists_relation_docs = true_in(docs, "relation");
  table.persists_column_docs = true_in(docs, "columns");
  table.description = description->string().value_or("");
  table.columns = columns_of(*columns);
  return table;
}

}  // namespace plowline
