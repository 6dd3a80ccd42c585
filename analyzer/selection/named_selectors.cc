#include "selection/named_selectors.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diagnostic/suggest.h"
#include "selection/selector_parser.h"

namespace plowline {
namespace {

std::unexpected<Error> error_at(const std::string& file, const PlacedValue& at, std::string reason,
                                std::string next_step = {}) {
  return std::unexpected(Error{ExitStatus::kUsage, file, at.position, std::move(reason), std::move(next_step)});
}

bool has_jinja(std::string_view text) {
  return text.find("{{") != std::string_view::npos || text.find("{%") != std::string_view::npos;
}

// dbt refuses keys that it does not know in selectors.yml, down to a selector's own.
Result<void> check_keys(const std::string& file, const PlacedValue& map, std::span<const std::string> known) {
  for (const auto& [key, value] : map.members) {
    if (key.kind == PlacedValue::Kind::kText && std::ranges::find(known, key.text) != known.end()) continue;
    const std::optional<std::string> meant = nearest(key.text, known);
    return error_at(file, key, fmt::format("unknown key '{}'", key.text),
                    fmt::format("{}valid keys: {}", meant ? fmt::format("did you mean '{}'? ", *meant) : "",
                                fmt::join(known, ", ")));
  }
  return {};
}

}  // namespace

bool NamedSelectors::has_selector_method(const Project& project) {
  const std::string version(project.metadata().dbt_version);
  char* rest = nullptr;
  const long major = std::strtol(version.c_str(), &rest, 10);
  if (rest == version.c_str() || *rest != '.') return true;
  const long minor = std::strtol(rest + 1, nullptr, 10);
  return major > 1 || (major == 1 && minor >= 12);
}

Result<NamedSelectors> NamedSelectors::from_manifest(const Project& project) {
  NamedSelectors out;
  out.file_ = project.manifest_file();
  out.selector_is_method_ = has_selector_method(project);
  const Result<JsonText> all = project.selectors();
  if (!all) return std::unexpected(all.error());
  for (const auto& [name, selector] : all->members()) {
    const std::string path = fmt::format("$.selectors[\"{}\"]", name);
    Entry entry{name, false, {}};
    if (const std::optional<JsonText> is_default = selector.get("default")) {
      entry.is_default = is_default->boolean().value_or(false);
    }
    if (const std::optional<JsonText> definition = selector.get("definition")) {
      Result<PlacedValue> read = placed_value_from_json(*definition, out.file_, path + ".definition");
      if (!read) return std::unexpected(std::move(read.error()));
      entry.definition = std::move(*read);
    }
    out.add(std::move(entry));
  }
  if (Result<void> chosen = out.choose_default(); !chosen) return std::unexpected(std::move(chosen.error()));
  return out;
}

Result<NamedSelectors> NamedSelectors::from_yaml(std::string_view text, const std::string& file, const Project& project,
                                                 Warnings& warnings) {
  NamedSelectors out;
  out.file_ = file;
  out.selector_is_method_ = has_selector_method(project);
  if (const Result<NamedSelectors> rendered = from_manifest(project)) {
    for (const Entry& entry : rendered->entries_) out.rendered_defaults_[entry.name] = entry.is_default;
  }
  const Result<PlacedValue> top = placed_value_from_yaml(text, file);
  if (!top) return std::unexpected(top.error());
  if (top->truthy()) {
    if (Result<void> read = out.read_file(*top, warnings); !read) return std::unexpected(std::move(read.error()));
  }
  // dbt reads all selectors before any command, so that a broken one is an error even where another is asked for.
  for (std::size_t i = 0; i < out.entries_.size(); ++i) {
    Result<ExpressionPtr> parsed = out.parsed(i, IndirectSelection::kEager);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
  }
  return out;
}

Result<void> NamedSelectors::read_file(const PlacedValue& file, Warnings& warnings) {
  static const std::array<std::string, 2> kKeys{"selectors", "version"};
  if (file.kind != PlacedValue::Kind::kMap) {
    return error_at(file_, file, "a selectors file is a map", "start it with: selectors:");
  }
  if (Result<void> known = check_keys(file_, file, kKeys); !known) return known;
  const PlacedValue* selectors = file.get("selectors");
  if (selectors == nullptr || selectors->kind != PlacedValue::Kind::kList) {
    return error_at(file_, selectors == nullptr ? file : *selectors, "'selectors' must be a list");
  }
  for (const PlacedValue& entry : selectors->items) {
    if (Result<void> read = read_entry(entry, warnings); !read) return read;
  }
  return choose_default();
}

Result<void> NamedSelectors::read_entry(const PlacedValue& entry, Warnings& warnings) {
  static const std::array<std::string, 4> kKeys{"default", "definition", "description", "name"};
  if (entry.kind != PlacedValue::Kind::kMap) return error_at(file_, entry, "a selector must be a map");
  if (Result<void> known = check_keys(file_, entry, kKeys); !known) return known;
  const PlacedValue* name = entry.get("name");
  if (name == nullptr || name->kind != PlacedValue::Kind::kText) {
    return error_at(file_, name == nullptr ? entry : *name, "a selector needs a 'name' that is text");
  }
  const PlacedValue* definition = entry.get("definition");
  const bool fits = definition != nullptr &&
                    (definition->kind == PlacedValue::Kind::kText || definition->kind == PlacedValue::Kind::kMap);
  if (!fits) {
    return error_at(file_, definition == nullptr ? entry : *definition,
                    fmt::format("selector '{}' needs a 'definition' that is text or a map", name->text),
                    "put several parts under union: or intersection:");
  }
  Entry read{name->text, false, *definition};
  if (const PlacedValue* value = entry.get("default")) {
    Result<bool> is_default = read_default(name->text, *value, warnings);
    if (!is_default) return std::unexpected(std::move(is_default.error()));
    read.is_default = *is_default;
  }
  add(std::move(read));
  return {};
}

Result<bool> NamedSelectors::read_default(const std::string& name, const PlacedValue& value, Warnings& warnings) const {
  if (value.kind == PlacedValue::Kind::kBool) return value.text == "true";
  if (value.kind != PlacedValue::Kind::kText || !has_jinja(value.text)) {
    return error_at(file_, value, fmt::format("'default' of selector '{}' must be true or false", name));
  }
  if (const auto known = rendered_defaults_.find(name); known != rendered_defaults_.end()) return known->second;
  warnings.push_back({"selector-default-unknown",
                      fmt::format("{}: whether selector '{}' is the default is Jinja that only dbt can tell; it is "
                                  "taken as false",
                                  file_, name),
                      "run dbt parse: the manifest then holds the answer",
                      {}});
  return false;
}

Result<void> NamedSelectors::choose_default() {
  for (const Entry& entry : entries_) {
    if (!entry.is_default) continue;
    if (!default_name_.empty()) {
      return error_at(file_, entry.definition,
                      fmt::format("two selectors have 'default: true': {} and {}", default_name_, entry.name),
                      "keep one of them");
    }
    default_name_ = entry.name;
  }
  return {};
}

void NamedSelectors::add(Entry entry) {
  const auto known = std::ranges::find(entries_, entry.name, &Entry::name);
  if (known != entries_.end()) {
    *known = std::move(entry);
  } else {
    entries_.push_back(std::move(entry));
  }
}

std::vector<std::string> NamedSelectors::names() const {
  std::vector<std::string> out;
  for (const Entry& entry : entries_) out.push_back(entry.name);
  return out;
}

Result<ExpressionPtr> NamedSelectors::find(std::string_view name, IndirectSelection indirect) {
  const auto entry = std::ranges::find(entries_, name, &Entry::name);
  if (entry == entries_.end()) {
    const std::vector<std::string> known = names();
    const std::optional<std::string> meant = nearest(name, known);
    std::string next_step = known.empty() ? "the project has no YAML selectors" : "";
    if (meant) next_step += fmt::format("did you mean '{}'? ", printable(*meant));
    if (!known.empty()) next_step += printable(fmt::format("valid selectors: {}", fmt::join(known, ", ")));
    return usage_error(fmt::format("Could not find selector named {}", name), std::move(next_step));
  }
  return parsed(static_cast<std::size_t>(entry - entries_.begin()), indirect);
}

Result<ExpressionPtr> NamedSelectors::parsed(std::size_t entry, IndirectSelection indirect) {
  const auto known = parsed_.find({entry, indirect});
  if (known != parsed_.end()) return known->second;
  // An earlier selector only: so a definition can never lead back to itself.
  const auto earlier = [&](std::string_view name) -> Result<ExpressionPtr> {
    for (std::size_t i = 0; i < entry; ++i) {
      if (entries_[i].name == name) return parsed(i, indirect);
    }
    return ExpressionPtr();
  };
  if (parsing_ >= kGreatestHeight) {
    return error_at(file_, entries_[entry].definition,
                    fmt::format("selectors inherit from each other more than {} levels deep", kGreatestHeight));
  }
  ++parsing_;
  SelectorParser parser(file_, indirect, selector_is_method_, earlier);
  Result<ExpressionPtr> parsed = parser.parse(entries_[entry].definition);
  --parsing_;
  if (parsed) parsed_[{entry, indirect}] = *parsed;
  return parsed;
}

}  // namespace plowline
