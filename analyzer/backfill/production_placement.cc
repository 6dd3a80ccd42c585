#include "backfill/production_placement.h"

#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace plowline {
namespace {

bool same_place(const TableName& a, const TableName& b) {
  return a.database == b.database && a.schema == b.schema;
}

std::string shown_place(const TableName& table) {
  return table.database ? printable(table.database->text + "." + table.schema.text) : printable(table.schema.text);
}

std::string text_of(const JsonText& config, std::string_view key) {
  const auto value = config.get(key);
  return value ? value->string().value_or("") : std::string();
}

// `staging` -> `` for `staging_derived` and `derived`; nothing where the schema does not end that way.
std::optional<std::string> without_suffix(const std::string& schema, const std::string& custom) {
  if (custom.empty()) return schema;
  const std::string suffix = "_" + custom;
  if (!schema.ends_with(suffix) || schema.size() == suffix.size()) return std::nullopt;
  return schema.substr(0, schema.size() - suffix.size());
}

// A value that everybody who was asked agrees on.
template <typename T>
class Agreed {
 public:
  void add(const T& value) {
    if (value_ && !(*value_ == value)) disagree_ = true;
    value_ = value;
  }
  const T* get() const { return value_ && !disagree_ ? &*value_ : nullptr; }

 private:
  std::optional<T> value_;
  bool disagree_ = false;
};

}  // namespace

Result<ProductionPlacement::Custom> ProductionPlacement::custom_of(const Project& project, NodeId node) {
  const auto config = project.config(node);
  if (!config) return std::unexpected(config.error());
  return Custom{text_of(*config, "schema"), text_of(*config, "database")};
}

Result<ProductionPlacement> ProductionPlacement::learn(const Project& branch, const Project& production) {
  ProductionPlacement places(branch);
  for (std::uint32_t i = 0; i < branch.size(); ++i) {
    const NodeId id{i};
    const NodeRecord& node = branch.node(id);
    if (node.relation_name.empty() || node.resource_type == ResourceType::kSource || !branch.enabled(id)) continue;
    const auto there = production.find(node.unique_id);
    if (!there || production.node(*there).relation_name.empty()) continue;
    auto staging = table_name_from(node.relation_name);
    auto other = table_name_from(production.node(*there).relation_name);
    if (!staging || !other) continue;  // said where the name is needed
    auto custom = custom_of(branch, id);
    if (!custom) return std::unexpected(std::move(custom.error()));
    const auto before = custom_of(production, *there);
    if (!before) return std::unexpected(before.error());
    if (before->schema != custom->schema || before->database != custom->database) continue;  // it is being moved
    places.pairs_.push_back(
        {id, std::move(*staging), std::move(*other), std::move(custom->schema), std::move(custom->database)});
  }
  return places;
}

// The nodes that lie beside it.
std::optional<ProductionPlacement::Answer> ProductionPlacement::as_companions(const TableName& staging,
                                                                              const Custom& custom) const {
  Agreed<TableName> place;
  std::size_t count = 0;
  std::string_view example;
  for (const Pair& pair : pairs_) {
    if (!same_place(pair.staging, staging)) continue;
    if (pair.custom_schema != custom.schema || pair.custom_database != custom.database) continue;
    place.add({pair.production.database, pair.production.schema, staging.identifier});
    if (++count == 1) example = branch_->node(pair.branch).name;
  }
  if (count == 0) return std::nullopt;
  if (place.get() == nullptr) {
    return Answer{std::nullopt,
                  fmt::format("what lies in {} goes to several places in production", shown_place(staging))};
  }
  const std::string others = count == 1 ? std::string("as does") : fmt::format("as do {} others, such as", count);
  return Answer{*place.get(), fmt::format("what lies in {} goes to {} in production, {} {}", shown_place(staging),
                                          shown_place(*place.get()), others, printable(example))};
}

// The first node of its custom schema.
std::optional<ProductionPlacement::Answer> ProductionPlacement::by_rule(const TableName& staging,
                                                                        const Custom& custom) const {
  const auto target = without_suffix(staging.schema.text, custom.schema);
  Agreed<std::optional<NamePart>> database;
  Agreed<std::string> suffixed;  // production's target.schema, where custom schemas are appended to it
  Agreed<bool> verbatim;         // whether custom schemas stand alone in production
  bool quoted = staging.schema.quoted;
  for (const Pair& pair : pairs_) {
    if (pair.custom_database != custom.database || pair.staging.database != staging.database) continue;
    database.add(pair.production.database);
    quoted = pair.production.schema.quoted;
    const auto its_target = without_suffix(pair.staging.schema.text, pair.custom_schema);
    if (const auto other = without_suffix(pair.production.schema.text, pair.custom_schema);
        other && its_target && its_target == target) {
      suffixed.add(*other);
    }
    if (!pair.custom_schema.empty()) verbatim.add(pair.production.schema.text == pair.custom_schema);
  }
  if (database.get() == nullptr) return std::nullopt;
  std::string schema;
  if (verbatim.get() != nullptr && *verbatim.get() && !custom.schema.empty()) {
    schema = custom.schema;
  } else if (suffixed.get() != nullptr && target) {
    schema = custom.schema.empty() ? *suffixed.get() : *suffixed.get() + "_" + custom.schema;
  } else {
    return std::nullopt;
  }
  TableName table{*database.get(), {schema, quoted}, staging.identifier};
  std::string how = fmt::format(
      "by the rule that the schemas of the other models follow, {} in staging is {} in "
      "production",
      shown_place(staging), shown_place(table));
  return Answer{std::move(table), std::move(how)};
}

Result<ProductionPlacement::Answer> ProductionPlacement::of(NodeId node, const TableName& staging) const {
  const auto custom = custom_of(*branch_, node);
  if (!custom) return std::unexpected(custom.error());
  if (auto answer = as_companions(staging, *custom)) return *answer;
  if (auto answer = by_rule(staging, *custom)) return *answer;
  return Answer{std::nullopt, fmt::format("no other model shows where production keeps what staging keeps in {}",
                                          shown_place(staging))};
}

}  // namespace plowline
