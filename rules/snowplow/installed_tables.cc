#include "rules/snowplow/installed_tables.h"

#include <algorithm>

#include "artifact/text_search.h"

namespace plowline {
namespace {

constexpr std::string_view kAtomic = "atomic";
constexpr std::string_view kSnowplow = "snowplow";

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), ascii_lower);
  return out;
}

std::string raised(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

std::string_view identifier_of(const NodeRecord& node) {
  if (!node.identifier.empty()) return node.identifier;
  return node.alias.empty() ? node.name : node.alias;
}

bool builds_a_relation(ResourceType type) {
  return type == ResourceType::kModel || type == ResourceType::kSeed || type == ResourceType::kSnapshot;
}

const SnowplowPackage* package_of(const LintProject& project, std::string_view dbt_package) {
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (package.owner == dbt_package && package.owner != project.project().root_package()) return &package;
  }
  return nullptr;
}

}  // namespace

InstalledTables::InstalledTables(const LintProject& project) {
  const Project& graph = project.project();
  marks_ = {std::string(kSnowplow), raised(kSnowplow), std::string(kAtomic), raised(kAtomic)};
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    const NodeRecord& node = graph.node(id);
    const bool source = node.resource_type == ResourceType::kSource;
    if (!source && !builds_a_relation(node.resource_type)) continue;
    const SnowplowPackage* package =
        source ? package_of(project, node.package_name) : project.snowplow().owning(graph, id);
    if (package == nullptr) continue;
    const Table::Kind kind = source              ? Table::Kind::kEvents
                             : graph.enabled(id) ? Table::Kind::kNode
                                                 : Table::Kind::kDisabled;
    add(project, node, {kind, &node, package, id});
  }
  for (const NodeRecord& node : graph.disabled()) {
    const SnowplowPackage* package = package_of(project, node.package_name);
    if (package != nullptr && builds_a_relation(node.resource_type))
      add(project, node, {Table::Kind::kDisabled, &node, package, std::nullopt});
  }
  // A name of the user's own comes before a package's, and a table of his own before one that is not built.
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    if (project.is_own(id) && builds_a_relation(graph.node(id).resource_type) &&
        project.snowplow().owning(graph, id) == nullptr) {
      names_.erase(std::string(graph.node(id).name));
      drop_disabled(lowered(identifier_of(graph.node(id))));
    }
  }
}

void InstalledTables::add(const LintProject& project, const NodeRecord& node, Table table) {
  if (table.kind == Table::Kind::kNode && project.config(*table.id).materialized != "ephemeral")
    names_.emplace(node.name, table);
  const std::string identifier = lowered(identifier_of(node));
  const std::string schema = lowered(node.schema);
  const std::string& mark = table.kind == Table::Kind::kEvents ? schema : identifier;
  if (std::ranges::none_of(marks_, [&](const std::string& known) { return mark.contains(known); })) {
    marks_.push_back(mark);
    marks_.push_back(raised(mark));
  }
  tables_.emplace(identifier, Place{schema, table});
}

void InstalledTables::drop_disabled(const std::string& identifier) {
  const auto [first, last] = tables_.equal_range(identifier);
  for (auto entry = first; entry != last;) {
    entry = entry->second.table.kind == Table::Kind::kDisabled ? tables_.erase(entry) : std::next(entry);
  }
}

std::optional<InstalledTables::Table> InstalledTables::find(const std::vector<std::string>& parts) const {
  if (parts.size() < 2) return std::nullopt;
  const std::string identifier = lowered(parts.back());
  const std::string schema = lowered(parts[parts.size() - 2]);
  std::optional<Table> found;
  const auto [first, last] = tables_.equal_range(identifier);
  for (auto entry = first; entry != last; ++entry) {
    const Table& table = entry->second.table;
    const bool in_schema = entry->second.schema == schema;
    const bool by_name = table.kind != Table::Kind::kEvents && identifier.starts_with(table.package->owner + "_");
    if (!in_schema && !by_name) continue;
    // One that is built comes before a disabled one of the same name.
    if (!found || found->kind == Table::Kind::kDisabled) found = table;
  }
  if (!found && schema == kAtomic) return Table{Table::Kind::kEvents};
  return found;
}

std::optional<InstalledTables::Table> InstalledTables::named(std::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? std::nullopt : std::optional(found->second);
}

bool InstalledTables::may_be_in(std::string_view text) const {
  return std::ranges::any_of(marks_, [&](const std::string& mark) { return !mark.empty() && has_text(text, mark); });
}

}  // namespace plowline
