// Places of configs and tags, and in the project's own YAML files.
//
// A config may be set in three kinds of places, the nearest to the code wins: config() in the code, the YAML entry,
// dbt_project.yml. Tags and meta add up over all of them.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "artifact/text_search.h"
#include "source/places.h"

namespace plowline {
namespace {

// Where in `text` the literal 'tag' or "tag" stands, without its quotes.
std::optional<std::size_t> find_literal(std::string_view text, std::string_view tag) {
  for (const char quote : {'\'', '"'}) {
    const std::string wanted = quote + std::string(tag) + quote;
    if (const std::size_t at = text.find(wanted); at != std::string_view::npos) return at + 1;
  }
  return std::nullopt;
}

// A piece of code.
struct Span {
  std::size_t offset = 0;
  std::size_t length = 0;
};

std::optional<Span> in_config_call(const SqlText& sql, std::string_view key, std::string_view tag) {
  const auto entry = config_entry(sql, key);
  if (!entry) return std::nullopt;
  if (tag.empty()) return Span{entry->offset, entry->length};
  const auto at = find_literal(entry->text, tag);
  if (!at) return std::nullopt;
  return Span{static_cast<std::size_t>(entry->text.data() - sql.text().data()) + *at, tag.size()};
}

constexpr bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// `dbt.config(key=value)` of a Python model.
std::optional<Span> in_python_config(std::string_view code, std::string_view key, std::string_view tag) {
  const std::size_t call = code.find("dbt.config(");
  if (call == std::string_view::npos) return std::nullopt;
  const std::size_t open = call + std::string_view("dbt.config").size();
  std::size_t close = open;
  for (int depth = 0; close < code.size(); ++close) {
    if (code[close] == '(') ++depth;
    if (code[close] == ')' && --depth == 0) break;
  }
  for (std::size_t at = code.find(key, open); at < close; at = code.find(key, at + 1)) {
    if (is_word(code[at - 1])) continue;
    const std::size_t next = code.find_first_not_of(" \t\r\n", at + key.size());
    if (next >= close || code[next] != '=') continue;
    if (tag.empty()) return Span{at, key.size()};
    const auto literal = find_literal(code.substr(next, close - next), tag);
    return literal ? std::optional(Span{next + *literal, tag.size()}) : std::nullopt;
  }
  return std::nullopt;
}

// What of a config's key and value is wanted; null where it is not there.
const PlacedValue* part_of(const PlacedValue::Member& member, std::string_view inner, std::string_view tag) {
  if (!tag.empty()) {
    if (member.value.text == tag && member.value.kind != PlacedValue::Kind::kList) return &member.value;
    const auto item = std::ranges::find(member.value.items, tag, &PlacedValue::text);
    return item == member.value.items.end() ? nullptr : &*item;
  }
  if (!inner.empty()) {
    if (const PlacedValue::Member* found = config_member(member.value, inner)) return &found->key;
  }
  return &member.key;
}

std::span<const std::string_view> project_file_keys(ResourceType type) {
  static constexpr std::array<std::string_view, 1> kModels{"models"}, kSeeds{"seeds"}, kSnapshots{"snapshots"},
      kAnalyses{"analyses"}, kSources{"sources"}, kExposures{"exposures"}, kMetrics{"metrics"},
      kSemanticModels{"semantic_models"}, kSavedQueries{"saved_queries"}, kUnitTests{"unit_tests"},
      kFunctions{"functions"};
  static constexpr std::array<std::string_view, 2> kTests{"data_tests", "tests"};
  switch (type) {
    case ResourceType::kModel:
      return kModels;
    case ResourceType::kSeed:
      return kSeeds;
    case ResourceType::kSnapshot:
      return kSnapshots;
    case ResourceType::kAnalysis:
      return kAnalyses;
    case ResourceType::kTest:
      return kTests;
    case ResourceType::kSource:
      return kSources;
    case ResourceType::kExposure:
      return kExposures;
    case ResourceType::kMetric:
      return kMetrics;
    case ResourceType::kSemanticModel:
      return kSemanticModels;
    case ResourceType::kSavedQuery:
      return kSavedQueries;
    case ResourceType::kUnitTest:
      return kUnitTests;
    case ResourceType::kFunction:
      return kFunctions;
    case ResourceType::kOperation:
    case ResourceType::kOther:
      break;
  }
  return {};
}

struct PathMatch {
  const PlacedValue* place = nullptr;  // the key, or an item of a list
  std::size_t used = 0;                // bytes of the path that lead there
};

// As much of a path as there is, by keys that may have dots in them. Each value is looked at once at most.
void follow(const PlacedValue& value, std::string_view path, std::size_t used, PathMatch& best) {
  const std::string_view rest = path.substr(std::min(used, path.size()));
  if (rest.empty()) return;
  const auto step = [&](std::string_view key, const PlacedValue& place, const PlacedValue& inner) {
    if (!rest.starts_with(key) || (rest.size() > key.size() && rest[key.size()] != '.')) return;
    const std::size_t now = used + key.size() + 1;
    if (now > best.used) best = {&place, now};
    follow(inner, path, now, best);
  };
  for (const auto& [key, inner] : value.members) {
    step(key.text, key, inner);
    if (key.text.starts_with('+')) step(std::string_view(key.text).substr(1), key, inner);
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error == std::errc() && number < value.items.size()) {
    const std::string_view digits = rest.substr(0, static_cast<std::size_t>(end - rest.data()));
    step(digits, value.items[number], value.items[number]);
  }
}

// `snowplow_unified` of `snowplow/snowplow_unified`, `https://host/dbt-x.git`, `../packages/x`.
std::string_view last_part(std::string_view source) {
  while (source.ends_with('/')) source.remove_suffix(1);
  if (source.ends_with(".git")) source.remove_suffix(4);
  const std::size_t slash = source.find_last_of("/:");
  return slash == std::string_view::npos ? source : source.substr(slash + 1);
}

// The value that names the package in an item of `packages:`; null where it is another one.
const PlacedValue* names_package(const PlacedValue& item, std::string_view package) {
  for (const std::string_view key : {"name", "package", "git", "local", "tarball", "private"}) {
    const PlacedValue* value = item.get(key);
    if (value != nullptr && (value->text == package || last_part(value->text) == package)) return value;
  }
  return nullptr;
}

// Whether a config of that key can be in the code at all. (`pre-hook` is `pre_hook`, too.)
bool may_hold(std::string_view code, std::string_view key) {
  while (!key.empty()) {
    const std::size_t end = std::min(key.find_first_of("-_"), key.size());
    if (!has_text(code, key.substr(0, end))) return false;
    key.remove_prefix(std::min(end + 1, key.size()));
  }
  return true;
}

}  // namespace

Place Places::config(NodeId id, std::string_view key) {
  if (const auto found = config_place(id, {key, {}, {}})) return *found;
  if (const std::size_t dot = key.find('.'); dot != std::string_view::npos) {
    if (const auto found = config_place(id, {key.substr(0, dot), key.substr(dot + 1), {}})) return *found;
  }
  return properties(id);
}

Place Places::tag(NodeId id, std::string_view tag) {
  if (!tag.empty()) {
    if (const auto found = config_place(id, {"tags", {}, tag})) return *found;
  }
  return properties(id);
}

std::optional<Place> Places::config_place(NodeId id, const Wanted& wanted) {
  if (auto found = in_code(id, wanted)) return found;
  if (auto found = in_entry(id, wanted)) return found;
  return in_project_file(id, wanted);
}

std::optional<Place> Places::in_code(NodeId id, const Wanted& wanted) {
  const NodeRecord& node = project_.node(id);
  if (node.raw_code.empty() || known(id).properties_path == known(id).path) return std::nullopt;
  if (!may_hold(node.raw_code.bytes, wanted.key)) return std::nullopt;
  Code& code = code_of(id);
  if (node.language != "python" && !code.sql) code.sql.emplace(code.text);
  const auto span = node.language == "python" ? in_python_config(code.text, wanted.key, wanted.tag)
                                              : in_config_call(*code.sql, wanted.key, wanted.tag);
  if (!span) return std::nullopt;
  return this->code(id, span->offset, span->length);
}

std::optional<Place> Places::in_entry(NodeId id, const Wanted& wanted) {
  const Entry& found = entry_of(id);
  const auto look = [&](const PlacedValue::Member* member) -> std::optional<Place> {
    const PlacedValue* part = member == nullptr ? nullptr : part_of(*member, wanted.member, wanted.tag);
    if (part == nullptr) return std::nullopt;
    return place(found.path, found.file->properties().range_of(*part));
  };
  if (found.test != nullptr) {
    const PlacedValue* value = found.test->value;
    const PlacedValue* config = value != nullptr ? value->get("config") : nullptr;
    if (config != nullptr) {
      if (auto at = look(config_member(*config, wanted.key))) return at;
    }
    return value != nullptr ? look(config_member(*value, wanted.key)) : std::nullopt;
  }
  // (A generic test does not inherit from what it is attached to.)
  const bool is_generic_test = !project_.node(id).test_metadata.empty();
  if (found.entry == nullptr || is_generic_test) return std::nullopt;
  const PropertyEntry* parent = found.file->properties().parent_of(*found.entry);
  for (const PropertyEntry* entry : {found.version, found.entry, parent}) {
    if (entry == nullptr) continue;
    if (auto at = look(entry->config(wanted.key))) return at;
    // (A tag may stand beside `name:` although `config:` has tags, too.)
    if (auto at = wanted.tag.empty() ? std::nullopt : look(config_member(*entry->value, wanted.key))) return at;
  }
  return std::nullopt;
}

std::optional<Place> Places::in_project_file(NodeId id, const Wanted& wanted) {
  const NodeRecord& node = project_.node(id);
  for (const std::string_view package : {project_.root_package(), node.package_name}) {
    const std::string path = files_.path_of(package, "dbt_project.yml");
    SourceFile* file = files_.file(path);
    const YamlText* yaml = file != nullptr ? file->properties().yaml() : nullptr;
    if (yaml == nullptr) continue;
    if (const auto range = in_project_file(*yaml, node, wanted)) return place(path, *range);
  }
  return std::nullopt;
}

std::optional<TextRange> Places::in_project_file(const YamlText& yaml, const NodeRecord& node,
                                                 const Wanted& wanted) const {
  for (const std::string_view type : project_file_keys(node.resource_type)) {
    const PlacedValue::Member* section = config_member(yaml.root(), type);
    if (section == nullptr) continue;
    // From the outermost level to the node's own.
    std::vector<const PlacedValue*> levels{&section->value};
    std::vector<std::string_view> folders(node.fqn.begin(), node.fqn.end());
    for (const std::string_view folder : folders) {
      const PlacedValue* next = levels.back()->get(folder);
      if (next == nullptr) break;
      levels.push_back(next);
    }
    for (std::size_t i = levels.size(); i-- > 0;) {
      const PlacedValue::Member* member = config_member(*levels[i], wanted.key);
      const bool is_folder = member != nullptr && i < folders.size() && member->key.text == folders[i];
      const PlacedValue* part = member == nullptr || is_folder ? nullptr : part_of(*member, wanted.member, wanted.tag);
      if (part != nullptr) return yaml.range_of(*part);
    }
  }
  return std::nullopt;
}

// ---- The project's YAML files ---------------------------------------------------------------------------------------

Place Places::project_file(std::string_view path) {
  const std::string name = "dbt_project.yml";
  SourceFile* file = files_.file(name);
  const YamlText* yaml = file != nullptr ? file->properties().yaml() : nullptr;
  if (yaml == nullptr || path.empty()) return beginning(name);
  PathMatch best;
  follow(yaml->root(), path, 0, best);
  return best.place != nullptr ? place(name, yaml->range_of(*best.place)) : beginning(name);
}

Place Places::packages_file(std::string_view package) {
  std::string first;  // the one that there is
  for (const char* name : {"packages.yml", "dependencies.yml"}) {
    SourceFile* file = files_.file(name);
    if (file == nullptr) continue;
    if (first.empty()) first = name;
    const YamlText* yaml = file->properties().yaml();
    const PlacedValue* packages = yaml != nullptr ? yaml->root().get("packages") : nullptr;
    if (packages == nullptr || package.empty()) continue;
    for (const PlacedValue& item : packages->items) {
      if (const PlacedValue* value = names_package(item, package)) return place(name, yaml->range_of(*value));
    }
  }
  return beginning(first.empty() ? "packages.yml" : first);
}

Place Places::selectors_file(std::string_view selector) {
  const std::string name = "selectors.yml";
  SourceFile* file = files_.file(name);
  const YamlText* yaml = file != nullptr ? file->properties().yaml() : nullptr;
  const PlacedValue* selectors = yaml != nullptr ? yaml->root().get("selectors") : nullptr;
  if (selectors == nullptr) return beginning(name);
  for (const PlacedValue& item : selectors->items) {
    const PlacedValue* its_name = item.get("name");
    if (its_name != nullptr && its_name->text == selector) return place(name, yaml->range_of(*its_name));
  }
  return beginning(name);
}

Place Places::manifest() const {
  return {project_.manifest_file(), {}};
}

}  // namespace plowline
