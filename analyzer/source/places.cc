#include "source/places.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "source/generic_test_match.h"

namespace plowline {
namespace {

constexpr TextRange kBeginning{1, 1, 1, 1};

bool is_yaml(std::string_view path) {
  const auto ends = [&](std::string_view suffix) {
    return path.size() >= suffix.size() && same_letters(path.substr(path.size() - suffix.size()), suffix);
  };
  return ends(".yml") || ends(".yaml");
}

bool is_generic_test(const NodeRecord& node) {
  return node.resource_type == ResourceType::kTest && !node.test_metadata.empty();
}

bool has_only_yaml(const NodeRecord& node) {
  switch (node.resource_type) {
    case ResourceType::kSource:
    case ResourceType::kExposure:
    case ResourceType::kMetric:
    case ResourceType::kSemanticModel:
    case ResourceType::kSavedQuery:
    case ResourceType::kUnitTest:
      return true;
    case ResourceType::kTest:
      return is_generic_test(node) || is_yaml(node.original_file_path);
    case ResourceType::kSnapshot:
      return is_yaml(node.original_file_path);
    default:
      return false;
  }
}

std::optional<PropertyKind> kind_of(ResourceType type) {
  switch (type) {
    case ResourceType::kModel:
      return PropertyKind::kModel;
    case ResourceType::kSeed:
      return PropertyKind::kSeed;
    case ResourceType::kSnapshot:
      return PropertyKind::kSnapshot;
    case ResourceType::kAnalysis:
      return PropertyKind::kAnalysis;
    case ResourceType::kTest:
      return PropertyKind::kSingularTest;
    case ResourceType::kSource:
      return PropertyKind::kTable;
    case ResourceType::kExposure:
      return PropertyKind::kExposure;
    case ResourceType::kMetric:
      return PropertyKind::kMetric;
    case ResourceType::kSemanticModel:
      return PropertyKind::kSemanticModel;
    case ResourceType::kSavedQuery:
      return PropertyKind::kSavedQuery;
    case ResourceType::kUnitTest:
      return PropertyKind::kUnitTest;
    case ResourceType::kFunction:
      return PropertyKind::kFunction;
    case ResourceType::kOperation:
    case ResourceType::kOther:
      break;
  }
  return std::nullopt;
}

std::string text_of(RawJson raw) {
  const auto value = check(raw);
  return value ? value->scalar() : std::string();
}

const PropertyEntry* first_or_null(const std::vector<const PropertyEntry*>& entries) {
  return entries.empty() ? nullptr : entries.front();
}

// The table of that source: a file may have a source in several items.
const PropertyEntry* table_entry(const NodeRecord& node, const PropertyFile& file) {
  for (const PropertyEntry* entry : file.find_all(PropertyKind::kTable, node.name)) {
    if (file.parent_of(*entry)->name == node.source_name) return entry;
  }
  return nullptr;
}

// Tests of different models may have one name.
const PropertyEntry* unit_test_entry(const NodeRecord& node, const PropertyFile& file) {
  const auto entries = file.find_all(PropertyKind::kUnitTest, node.name);
  for (const PropertyEntry* entry : entries) {
    const PlacedValue* model = entry->value->get("model");
    if (model != nullptr && std::ranges::find(node.fqn, std::string_view(model->text)) != node.fqn.end()) return entry;
  }
  return first_or_null(entries);
}

// dbt 1.12 writes it into the model's entry.
const PropertyEntry* semantic_model_entry(const NodeRecord& node, const PropertyFile& file) {
  if (const PropertyEntry* entry = file.find(PropertyKind::kSemanticModel, node.name)) return entry;
  for (const PropertyEntry& entry : file.entries()) {
    const PlacedValue* inside = entry.kind == PropertyKind::kModel ? entry.value->get("semantic_model") : nullptr;
    if (inside == nullptr) continue;
    const PlacedValue* name = inside->get("name");
    if ((name != nullptr ? std::string_view(name->text) : std::string_view(entry.name)) == node.name) return &entry;
  }
  return nullptr;
}

}  // namespace

Places::Places(const Project& project, const Location& location, std::filesystem::path working_directory)
    : project_(project), files_(project, location, std::move(working_directory)) {}

std::string Places::path_of(NodeId id) const {
  const NodeRecord& node = project_.node(id);
  return files_.path_of(node.package_name, node.original_file_path);
}

bool Places::is_defined_in_yaml(NodeId id) const {
  return has_only_yaml(project_.node(id));
}

std::string Places::properties_path_of(NodeId id) const {
  const NodeRecord& node = project_.node(id);
  if (has_only_yaml(node)) return path_of(id);
  return node.patch_path.empty() ? std::string() : files_.path_of_patch(node.package_name, node.patch_path);
}

Place Places::beginning(const std::string& path) {
  return place(path, files_.file(path) != nullptr ? kBeginning : TextRange{});
}

// ---- YAML entries ---------------------------------------------------------------------------------------------------

const PropertyEntry* Places::find_entry(const NodeRecord& node, const PropertyFile& file) const {
  switch (node.resource_type) {
    case ResourceType::kSource:
      return table_entry(node, file);
    case ResourceType::kUnitTest:
      return unit_test_entry(node, file);
    case ResourceType::kSemanticModel:
      return semantic_model_entry(node, file);
    case ResourceType::kMetric:
      // (`create_metric: true` makes a metric of a measure.)
      if (const PropertyEntry* entry = file.find(PropertyKind::kMetric, node.name)) return entry;
      return file.find(PropertyKind::kMeasure, node.name);
    default:
      break;
  }
  const auto kind = kind_of(node.resource_type);
  return kind ? file.find(*kind, node.name) : nullptr;
}

const PropertyEntry* Places::version_of(const NodeRecord& node, const PropertyFile& file,
                                        const PropertyEntry& entry) const {
  if (node.version.empty() || entry.kind != PropertyKind::kModel) return nullptr;
  return file.find_child(entry, PropertyKind::kVersion, text_of(node.version));
}

const Places::Known& Places::known(NodeId id) {
  if (!known_ || known_->id != id) known_ = Known{id, path_of(id), properties_path_of(id), std::nullopt};
  return *known_;
}

const Places::Entry& Places::entry_of(NodeId id) {
  if (!known(id).entry) known_->entry = is_generic_test(project_.node(id)) ? test_entry_of(id) : property_entry_of(id);
  return *known_->entry;
}

Places::Entry Places::property_entry_of(NodeId id) {
  const NodeRecord& node = project_.node(id);
  Entry found;
  found.path = known(id).properties_path;
  if (found.path.empty()) return found;
  found.file = files_.file(found.path);
  if (found.file == nullptr) return found;
  const PropertyFile& file = found.file->properties();
  found.entry = find_entry(node, file);
  if (found.entry != nullptr) found.version = version_of(node, file, *found.entry);
  return found;
}

Places::Entry Places::test_entry_of(NodeId id) {
  const NodeRecord& node = project_.node(id);
  Entry found;
  found.path = known(id).path;
  found.file = files_.file(found.path);
  if (found.file == nullptr) return found;
  const PropertyFile& file = found.file->properties();
  const GenericTest test = GenericTest::of(node);

  // dbt says since 1.0 what a test is attached to; before, one of its parents is it.
  std::vector<NodeId> targets;
  if (const auto attached = project_.find(node.attached_node)) targets.push_back(*attached);
  if (targets.empty()) targets.assign(project_.parents(id).begin(), project_.parents(id).end());
  for (const NodeId target : targets) {
    const NodeRecord& its_node = project_.node(target);
    const PropertyEntry* entry = find_entry(its_node, file);
    if (entry == nullptr) continue;
    const PropertyEntry* version = version_of(its_node, file, *entry);
    GenericTestMatch match(test);
    for (const PropertyEntry* each : {version, entry}) {
      if (each == nullptr) continue;
      for (const PropertyColumn& column : each->columns) match.offer(column.tests, column.name);
      match.offer(each->tests, {});
    }
    if (match.best() == nullptr && found.entry != nullptr) continue;
    found.entry = entry;
    found.version = version;
    found.test = match.best();
    if (found.test != nullptr) break;
  }
  return found;
}

Place Places::node(NodeId id) {
  const NodeRecord& node = project_.node(id);
  if (node.resource_type == ResourceType::kOperation) return hook(node);
  const std::string& path = known(id).path;
  if (has_only_yaml(node)) {
    const Entry& found = entry_of(id);
    if (found.test != nullptr) return place(path, found.test->range);
    if (found.entry == nullptr) return beginning(path);
    if (!is_generic_test(node)) return place(path, found.entry->range);
    const GenericTest test = GenericTest::of(node);
    const PropertyColumn* column = found.entry->column(test.column_name);
    return place(path, column != nullptr ? column->range : found.entry->range);
  }
  if (node.resource_type == ResourceType::kSnapshot) {
    SourceFile* file = files_.file(path);
    if (file == nullptr) return place(path);
    const auto& blocks = file->blocks();
    const auto is_its = [&](const JinjaBlock& block) { return block.kind == "snapshot" && block.name == node.name; };
    const auto block = std::ranges::find_if(blocks, is_its);
    if (blocks.size() > 1 && block != blocks.end()) {
      return place(path, file->lines().range(block->offset, block->body - block->offset));
    }
  }
  return beginning(path);
}

Place Places::properties(NodeId id) {
  if (is_defined_in_yaml(id)) return node(id);
  const Entry& found = entry_of(id);
  if (found.path.empty()) return node(id);
  if (found.file == nullptr) return place(found.path);
  const PropertyEntry* entry = found.version != nullptr ? found.version : found.entry;
  return entry != nullptr ? place(found.path, entry->range) : node(id);
}

Place Places::column(NodeId id, std::string_view name) {
  const Entry& found = entry_of(id);
  for (const PropertyEntry* entry : {found.version, found.entry}) {
    const PropertyColumn* column = entry != nullptr ? entry->column(name) : nullptr;
    if (column != nullptr) return place(found.path, column->range);
  }
  return properties(id);
}

Place Places::group(const GroupRecord& group) {
  const std::string path = files_.path_of(group.package_name, group.original_file_path);
  SourceFile* file = files_.file(path);
  if (file == nullptr) return place(path);
  const PropertyEntry* entry = file->properties().find(PropertyKind::kGroup, group.name);
  return entry != nullptr ? place(path, entry->range) : beginning(path);
}

// The node's name ends with `-on-run-start-0`: dbt numbers the statements of a package.
Place Places::hook(const NodeRecord& node) {
  const std::string path = files_.path_of(node.package_name, "dbt_project.yml");
  SourceFile* file = files_.file(path);
  const YamlText* yaml = file != nullptr ? file->properties().yaml() : nullptr;
  if (yaml == nullptr) return beginning(path);
  for (const std::string_view key : {"on-run-start", "on-run-end"}) {
    const std::size_t at = node.name.rfind(key);
    const PlacedValue* value = at == std::string_view::npos ? nullptr : yaml->root().get(key);
    if (value == nullptr) continue;
    std::size_t number = 0;
    const std::string_view digits = node.name.substr(std::min(at + key.size() + 1, node.name.size()));
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return place(path, yaml->range_of(number < value->items.size() ? value->items[number] : *value));
  }
  return beginning(path);
}

}  // namespace plowline
