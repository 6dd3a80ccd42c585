#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <vector>

#include "diagnostic/suggest.h"
#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"

namespace plowline {
namespace {

// Documented and listed by the packages, but their hooks read another one.
constexpr std::string_view kGrantDocumented = "snowplow__grant_schema_usage";
constexpr std::string_view kGrantRead = "snowplow__grant_schemas";

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The names of Snowplow's variables that stand in texts, wherever and however.
class Names {
 public:
  void add_from(std::string_view text) {
    for (std::size_t at = find_var_prefix(text); at != std::string_view::npos; at = find_var_prefix(text, at + 1)) {
      std::size_t end = at + kVarPrefix.size();
      while (end < text.size() && is_word(text[end])) ++end;
      names_.emplace(text.substr(at, end - at));
    }
  }
  // All texts of a YAML file but the keys under `vars`.
  void add_from(const PlacedValue& value, bool with_keys) {
    add_from(value.text);
    for (const PlacedValue& item : value.items) add_from(item, true);
    for (const auto& [key, inner] : value.members) {
      if (with_keys) add_from(key.text);
      add_from(inner, with_keys && key.text != "vars");
    }
  }
  void add(std::string name) { names_.insert(std::move(name)); }
  bool contains(const std::string& name) const { return names_.contains(name); }
  std::vector<std::string> all() const { return {names_.begin(), names_.end()}; }

 private:
  std::set<std::string> names_;
};

// What code reads. Each variable's own value may name others.
Names names_in_code(const LintProject& project) {
  Names names;
  for (const MacroRecord& macro : project.project().macros()) names.add_from(macro.macro_sql.bytes);
  for (std::size_t i = 0; i < project.project().size(); ++i) {
    names.add_from(project.node(NodeId{static_cast<std::uint32_t>(i)}).raw_code.bytes);
  }
  for (const NodeRecord& node : project.project().disabled()) names.add_from(node.raw_code.bytes);
  return names;
}

void add_files(const LintProject& project, Names& names) {
  names.add_from(project.yaml().project_file()->value, true);
  for (const std::string& package : project.yaml().installed_packages())
    names.add_from(project.yaml().installed_project_file(package)->value, true);
}

// The variables that packages list with a default.
void add_defaults(const LintProject& project, Names& names) {
  for (const std::string& package : project.yaml().installed_packages()) {
    const YamlFile* file = project.yaml().installed_project_file(package);
    for (const PlacedValue* vars : {file->at({"vars"}), file->at({"vars", package})}) {
      if (vars == nullptr) continue;
      for (const PlacedValue::Member& member : vars->members) names.add(member.key.text);
    }
  }
}

// Whether the manifest holds the code of the package: most of the variables that it lists are read there. (Some
// manifests are stored without the macros' texts.)
bool has_code_of(const LintProject& project, const YamlFile& file, std::string_view package, const Names& in_code) {
  std::size_t listed = 0;
  std::size_t read = 0;
  if (const PlacedValue* vars = file.at({"vars", package})) {
    for (const PlacedValue::Member& member : vars->members) {
      if (!member.key.text.starts_with(kVarPrefix)) continue;
      ++listed;
      if (in_code.contains(member.key.text)) ++read;
    }
  }
  return !project.project().macros().empty() && read * 2 >= listed;
}

// Whether all code that may read the variable is at hand.
bool can_tell(const LintProject& project, const ProjectVar& var, const Names& in_code) {
  return std::ranges::all_of(project.snowplow().all(), [&](const SnowplowPackage& package) {
    const bool concerned = var.scope.empty() || var.scope == package.owner;
    if (!concerned || package.owner == project.project().root_package()) return true;
    const YamlFile* file = project.yaml().installed_project_file(package.owner);
    return file != nullptr && has_code_of(project, *file, package.owner, in_code);
  });
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  const std::vector<ProjectVar> settings = snowplow_settings(project);
  if (settings.empty()) return {};
  const Names in_code = names_in_code(project);
  if (in_code.contains(std::string(kVarPrefix))) return {};  // a name is put together somewhere
  const bool grant_is_misnamed =
      in_code.contains(std::string(kGrantRead)) && !in_code.contains(std::string(kGrantDocumented));
  Names known = in_code;
  add_files(project, known);
  add_defaults(project, known);
  for (const ProjectVar& var : settings) {
    const bool is_grant = grant_is_misnamed && var.name == kGrantDocumented;
    if ((known.contains(var.name) && !is_grant) || !can_tell(project, var, in_code)) continue;
    const std::optional<std::string> meant =
        is_grant ? std::optional<std::string>(kGrantRead) : nearest(var.name, known.all());
    violations.push_back({.message = fmt::format(
                              "nothing in the project or its packages reads {}, so setting it has no effect{}",
                              printable(var.name), meant ? fmt::format(" (did you mean {}?)", printable(*meant)) : ""),
                          .at = place_of(var),
                          .key = key_of(var)});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-unknown-var",
     .subject = "snowplow",
     .summary = "a Snowplow variable that nothing reads",
     .what =
         "Finds variables in dbt_project.yml that begin with `snowplow__` and that occur nowhere else: in no model, "
         "hook or macro of the project and its packages, in no config of their dbt_project.yml, and not among the "
         "packages' own defaults. Only where the packages are installed in the project's folder. "
         "`snowplow__grant_schema_usage` is one of them although the packages list it: their hooks read "
         "`snowplow__grant_schemas`.",
     .why =
         "dbt does not check the names of variables. A slip in one, or a variable of an older version of the package, "
         "leaves the default in force without a word.",
     .example = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__start_tstamp: '2024-01-01'\n```",
     .use_instead = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__start_date: '2024-01-01'\n```",
     .basis = "The code in the manifest and the packages' dbt_project.yml. `snowplow__grant_schemas`: on-run-end of "
              "snowplow_unified, snowplow_media_player, snowplow_ecommerce and snowplow_normalize.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
