#include "rules/snowplow/package_vars.h"

#include <algorithm>
#include <fmt/format.h>

#include "artifact/text_search.h"

namespace plowline {
namespace {

template <typename Fits>
std::vector<ProjectVar> settings(const LintProject& project, Fits fits) {
  std::vector<ProjectVar> out;
  for (ProjectVar& var : project.yaml().vars()) {
    if (!fits(var.name)) continue;
    const auto is_scope = [&](const SnowplowPackage& package) { return package.owner == var.scope; };
    if (var.scope.empty() || var.scope == project.project().root_package() ||
        std::ranges::any_of(project.snowplow().all(), is_scope)) {
      out.push_back(std::move(var));
    }
  }
  return out;
}

bool is_scalar(const PlacedValue& value) {
  return value.kind != PlacedValue::Kind::kList && value.kind != PlacedValue::Kind::kMap;
}

}  // namespace

std::optional<VisibleVar> visible_var(const LintProject& project, std::string_view name, std::string_view package) {
  if (auto set = project.yaml().var(name, package)) {
    const PlacedValue* value = set->value;
    return VisibleVar{value, std::move(set)};
  }
  const PlacedValue* value = project.yaml().default_var(name, package);
  return value == nullptr ? std::nullopt : std::optional(VisibleVar{value, std::nullopt});
}

std::vector<ProjectVar> snowplow_settings(const LintProject& project) {
  return settings(project, [](std::string_view name) { return name.starts_with(kVarPrefix); });
}

std::vector<ProjectVar> settings_of(const LintProject& project, std::string_view name) {
  return settings(project, [&](std::string_view other) { return other == name; });
}

std::size_t find_var_prefix(std::string_view text, std::size_t from) {
  return find_text(text, kVarPrefix, from);
}

bool given_to_last_run(const LintProject& project, std::string_view name) {
  return project.run_results() != nullptr && has_text(project.run_results()->arguments.bytes, name);
}

bool is_text(const PlacedValue& value) {
  return value.kind == PlacedValue::Kind::kText;
}

bool same_value(const PlacedValue& a, const PlacedValue& b) {
  if (is_scalar(a) != is_scalar(b)) return false;
  if (is_scalar(a)) return a.text == b.text;
  if (a.kind != b.kind || a.items.size() != b.items.size() || a.members.size() != b.members.size()) return false;
  if (!std::ranges::equal(a.items, b.items, same_value)) return false;
  return std::ranges::all_of(a.members, [&](const PlacedValue::Member& member) {
    const PlacedValue* other = b.get(member.key.text);
    return other != nullptr && same_value(member.value, *other);
  });
}

std::string value_words(const PlacedValue& value) {
  switch (value.kind) {
    case PlacedValue::Kind::kNull:
      return "nothing";
    case PlacedValue::Kind::kMap:
      return "a map";
    case PlacedValue::Kind::kList: {
      if (value.items.empty()) return "an empty list";
      if (value.items.size() > 3 || !std::ranges::all_of(value.items, is_scalar)) return "a list";
      std::string words;
      for (const PlacedValue& item : value.items) words += (words.empty() ? "[" : ", ") + value_words(item);
      return words + "]";
    }
    default:
      return value.text.empty() ? "nothing" : printable(value.text);
  }
}

Anchor place_of(const ProjectVar& var) {
  return Anchor::project_file("vars." + key_of(var));
}

std::string key_of(const ProjectVar& var) {
  return var.scope.empty() ? var.name : var.scope + "." + var.name;
}

std::string scope_words(const ProjectVar& var) {
  return var.scope.empty() ? std::string() : " for " + printable(var.scope);
}

}  // namespace plowline
