#include "source/property_file.h"

#include <algorithm>
#include <array>
#include <utility>

namespace plowline {
namespace {

struct SectionKind {
  std::string_view key;
  PropertyKind kind;
};

constexpr std::array kSections{
    SectionKind{"models", PropertyKind::kModel},
    SectionKind{"sources", PropertyKind::kSource},
    SectionKind{"seeds", PropertyKind::kSeed},
    SectionKind{"snapshots", PropertyKind::kSnapshot},
    SectionKind{"analyses", PropertyKind::kAnalysis},
    SectionKind{"macros", PropertyKind::kMacro},
    SectionKind{"exposures", PropertyKind::kExposure},
    SectionKind{"metrics", PropertyKind::kMetric},
    SectionKind{"semantic_models", PropertyKind::kSemanticModel},
    SectionKind{"saved_queries", PropertyKind::kSavedQuery},
    SectionKind{"unit_tests", PropertyKind::kUnitTest},
    SectionKind{"data_tests", PropertyKind::kSingularTest},
    SectionKind{"functions", PropertyKind::kFunction},
    SectionKind{"groups", PropertyKind::kGroup},
};

// What dbt reads beside `name:` as well as below `config:`, or only there.
constexpr std::array<std::string_view, 17> kBesideName{
    "description",      "meta", "tags",      "access",          "group",    "contract", "constraints", "latest_version",
    "deprecation_date", "docs", "freshness", "loaded_at_field", "database", "schema",   "enabled",     "columns",
    "quoting"};

constexpr std::size_t kMostColumns = 100'000;  // of a file: what aliases repeat counts each time

bool is_scalar(const PlacedValue& value) {
  return value.kind != PlacedValue::Kind::kList && value.kind != PlacedValue::Kind::kMap &&
         value.kind != PlacedValue::Kind::kNull;
}

const PlacedValue* scalar_at(const PlacedValue& map, std::string_view key) {
  const PlacedValue* value = map.get(key);
  return value != nullptr && is_scalar(*value) ? value : nullptr;
}

const PlacedValue* map_or_null(const PlacedValue* value) {
  return value != nullptr && value->kind == PlacedValue::Kind::kMap ? value : nullptr;
}

// A name may hold any byte but this one: YAML has none.
std::string name_key(PropertyKind kind, std::string_view name) {
  std::string key(1, static_cast<char>('A' + static_cast<int>(kind)));
  return key.append(name);
}

constexpr char folded(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

// Fills a PropertyFile.
class PropertyReader {
 public:
  PropertyReader(PropertyFile& file, YamlText& yaml) : file_(file), yaml_(yaml) {}

  void read() {
    for (const auto& [key, value] : yaml_.root().members) {
      const auto section = std::ranges::find(kSections, std::string_view(key.text), &SectionKind::key);
      if (section == kSections.end() || value.kind != PlacedValue::Kind::kList) continue;
      file_.sections_.push_back({key.text, yaml_.lines_of_key(key)});
      for (const PlacedValue& item : value.items) read_entry(item, section->kind);
    }
    for (std::size_t i = 0; i < file_.entries_.size(); ++i) {
      const PropertyEntry& entry = file_.entries_[i];
      file_.by_name_[name_key(entry.kind, entry.name)].push_back(i);
    }
  }

 private:
  void read_entry(const PlacedValue& item, PropertyKind kind, std::optional<std::size_t> parent = {}) {
    if (item.kind != PlacedValue::Kind::kMap) return;
    const PlacedValue* name = scalar_at(item, kind == PropertyKind::kVersion ? "v" : "name");
    if (name == nullptr) return;
    PropertyEntry entry;
    entry.kind = kind;
    entry.name = name->text;
    entry.range = yaml_.range_of(*name);
    entry.lines = yaml_.lines_of_item(item);
    entry.parent = parent;
    entry.value = &item;
    if (kind != PropertyKind::kMacro && kind != PropertyKind::kUnitTest) {
      entry.columns = columns_of(item);
      entry.tests = tests_of(item);
    }
    const std::size_t place = file_.entries_.size();
    file_.entries_.push_back(std::move(entry));
    read_children(item, kind, place);
  }

  void read_children(const PlacedValue& item, PropertyKind kind, std::size_t place) {
    switch (kind) {
      case PropertyKind::kModel:
        read_list(item, "versions", PropertyKind::kVersion, place);
        read_list(item, "metrics", PropertyKind::kMetric, place);  // dbt 1.12's way to write metrics
        break;
      case PropertyKind::kSource:
        read_list(item, "tables", PropertyKind::kTable, place);
        break;
      case PropertyKind::kSemanticModel:
        read_list(item, "measures", PropertyKind::kMeasure, place);
        break;
      default:
        break;
    }
  }

  void read_list(const PlacedValue& item, std::string_view key, PropertyKind kind, std::size_t parent) {
    const PlacedValue* list = item.get(key);
    if (list == nullptr) return;
    for (const PlacedValue& child : list->items) read_entry(child, kind, parent);
  }

  std::vector<PropertyColumn> columns_of(const PlacedValue& item) {
    std::vector<PropertyColumn> columns;
    const PlacedValue* list = item.get("columns");
    if (list == nullptr) return columns;
    for (const PlacedValue& each : list->items) {
      const PlacedValue* name = each.kind == PlacedValue::Kind::kMap ? scalar_at(each, "name") : nullptr;
      if (name == nullptr || ++columns_ > kMostColumns) continue;  // `include: all` of a version has no name
      columns.push_back({name->text, yaml_.range_of(*name), yaml_.lines_of_item(each), tests_of(each), &each});
    }
    return columns;
  }

  std::vector<PropertyTest> tests_of(const PlacedValue& item) {
    std::vector<PropertyTest> tests;
    for (const std::string_view key : {"tests", "data_tests"}) {
      const PlacedValue* list = item.get(key);
      if (list == nullptr || list->kind != PlacedValue::Kind::kList) continue;
      for (const PlacedValue& each : list->items) {
        if (auto test = test_of(each)) tests.push_back(std::move(*test));
      }
    }
    return tests;
  }

  // `- not_null`, `- not_null: {…}`, or a map with `test_name: not_null`.
  std::optional<PropertyTest> test_of(const PlacedValue& item) {
    PropertyTest test;
    const PlacedValue* name = nullptr;
    if (is_scalar(item)) {
      name = &item;
    } else if (item.kind == PlacedValue::Kind::kMap && !item.members.empty()) {
      name = scalar_at(item, "test_name");
      test.value = name != nullptr ? &item : map_or_null(&item.members.front().value);
      if (name == nullptr) name = &item.members.front().key;
    }
    if (name == nullptr) return std::nullopt;
    test.name = name->text;
    test.range = yaml_.range_of(*name);
    test.lines = yaml_.lines_of_item(item);
    const PlacedValue* custom = test.value != nullptr ? scalar_at(*test.value, "name") : nullptr;
    if (custom != nullptr) test.custom_name = custom->text;
    return test;
  }

  PropertyFile& file_;
  YamlText& yaml_;
  std::size_t columns_ = 0;
};

PropertyFile PropertyFile::read(std::string_view text) {
  PropertyFile file;
  file.yaml_ = YamlText::read(text);
  if (file.yaml_ && file.yaml_->root().kind == PlacedValue::Kind::kMap) PropertyReader(file, *file.yaml_).read();
  return file;
}

const PropertyEntry* PropertyFile::find(PropertyKind kind, std::string_view name) const {
  const auto found = by_name_.find(name_key(kind, name));
  return found == by_name_.end() ? nullptr : &entries_[found->second.front()];
}

std::vector<const PropertyEntry*> PropertyFile::find_all(PropertyKind kind, std::string_view name) const {
  std::vector<const PropertyEntry*> all;
  const auto found = by_name_.find(name_key(kind, name));
  if (found == by_name_.end()) return all;
  for (const std::size_t place : found->second) all.push_back(&entries_[place]);
  return all;
}

const PropertyEntry* PropertyFile::find_child(const PropertyEntry& parent, PropertyKind kind,
                                              std::string_view name) const {
  const auto all = find_all(kind, name);
  const auto found = std::ranges::find_if(all, [&](const PropertyEntry* e) { return parent_of(*e) == &parent; });
  return found == all.end() ? nullptr : *found;
}

const PropertyEntry* PropertyFile::parent_of(const PropertyEntry& entry) const {
  return entry.parent ? &entries_[*entry.parent] : nullptr;
}

TextRange PropertyFile::range_of(const PlacedValue& value) const {
  return yaml_ ? yaml_->range_of(value) : TextRange{};
}

const PropertyColumn* PropertyEntry::column(std::string_view column_name) const {
  const auto found =
      std::ranges::find_if(columns, [&](const PropertyColumn& c) { return same_letters(c.name, column_name); });
  return found == columns.end() ? nullptr : &*found;
}

const PlacedValue::Member* PropertyEntry::config(std::string_view key) const {
  if (const PlacedValue* map = value->get("config")) {
    if (const PlacedValue::Member* member = config_member(*map, key)) return member;
  }
  const bool may_stand_beside = std::ranges::any_of(kBesideName, [&](auto k) { return same_config_key(k, key); });
  return may_stand_beside ? config_member(*value, key) : nullptr;
}

const PlacedValue* PropertyTest::argument(std::string_view key) const {
  if (value == nullptr) return nullptr;
  if (const PlacedValue* arguments = value->get("arguments")) {
    if (const PlacedValue* argument = arguments->get(key)) return argument;
  }
  return value->get(key);
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, folded, folded);
}

bool same_config_key(std::string_view a, std::string_view b) {
  if (a.starts_with('+')) a.remove_prefix(1);
  if (b.starts_with('+')) b.remove_prefix(1);
  const auto plain = [](char c) { return c == '-' ? '_' : c; };
  return std::ranges::equal(a, b, {}, plain, plain);
}

const PlacedValue::Member* config_member(const PlacedValue& map, std::string_view key) {
  for (const PlacedValue::Member& member : map.members) {
    if (same_config_key(member.key.text, key)) return &member;
  }
  return nullptr;
}

}  // namespace plowline
