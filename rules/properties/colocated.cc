#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"
#include "rules/properties/file_paths.h"

namespace plowline {
namespace {

struct ColocatedOptions {
  std::string mode = "same_directory";
  std::vector<std::string> allowed_subdirectories;
  std::vector<std::string> resources = {"model"};
  bool tested_only = false;
};

bool is_in_subdirectory(const std::string& properties_folder, const std::string& folder,
                        const ColocatedOptions& options) {
  return std::ranges::any_of(options.allowed_subdirectories, [&](const std::string& allowed) {
    return properties_folder == (folder.empty() ? allowed : folder + "/" + allowed);
  });
}

// Where the properties had to lie, for a message; nothing where they lie there.
std::optional<std::string> expected_folder(std::string_view file, const PropertiesPath& properties,
                                           const ColocatedOptions& options) {
  const std::string folder = folder_of(file);
  const std::string properties_folder = folder_of(properties.path);
  const bool same = properties_folder == folder;
  const bool below = is_in_subdirectory(properties_folder, folder, options);
  if (options.mode == "relative_subdirectory") {
    if (below || options.allowed_subdirectories.empty()) return std::nullopt;
    return folder + "/" + fmt::format("{}", fmt::join(options.allowed_subdirectories, " or "));
  }
  if (same || (options.mode == "same_or_subdirectory" && below)) return std::nullopt;
  return folder;
}

std::string message_of(std::string_view name, std::string_view file, const PropertiesPath& properties,
                       const std::string& expected) {
  return fmt::format("{} lies in {}, but its properties in {} and not in {}: who changes the one overlooks the other",
                     name, printable(folder_of(file)), printable(properties.path), printable(expected));
}

void check_nodes(const LintProject& project, const RuleScope& scope, ResourceType type, const ColocatedOptions& options,
                 Violations& violations) {
  scope.for_each_enabled(type, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.patch_path.empty()) return;
    const PropertiesPath properties = properties_path(node.patch_path);
    // (A root project may describe what a package has; it cannot write into the package's folders.)
    if (!properties.package.empty() && properties.package != node.package_name) return;
    const auto expected = expected_folder(node.original_file_path, properties, options);
    if (!expected || (options.tested_only && project.tests_of(id).empty())) return;
    violations.push_back({.node = id,
                          .message = message_of(readable_name(node), node.original_file_path, properties, *expected),
                          .at = Anchor::properties(),
                          .key = "properties"});
  });
}

void check_macros(const RuleScope& scope, const ColocatedOptions& options, Violations& violations) {
  scope.for_each_macro([&](const MacroRecord& macro) {
    if (macro.patch_path.empty()) return;
    const PropertiesPath properties = properties_path(macro.patch_path);
    if (!properties.package.empty() && properties.package != macro.package_name) return;
    const auto expected = expected_folder(macro.original_file_path, properties, options);
    if (!expected) return;
    violations.push_back({.macro = &macro,
                          .message = message_of(fmt::format("the macro {}", printable(macro.name)),
                                                macro.original_file_path, properties, *expected),
                          .key = "properties"});
  });
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ColocatedOptions& options,
                   Violations& violations) {
  for (const std::string& resource : options.resources) {
    if (resource == "macro") {
      check_macros(scope, options, violations);
    } else {
      check_nodes(project, scope, resource_type_from(resource), options, violations);
    }
  }
  return {};
}

const RegisterRule<ColocatedOptions> rule{
    {.name = "properties-colocated",
     .subject = "properties",
     .summary = "a model's properties lie in another folder than the model",
     .what = "Compares the folder of each enabled model with that of the YAML file that has its entry: the "
             "description, columns and tests. What has no entry is passed over (model-has-properties-file). In the "
             "mode `relative_subdirectory` the YAML file has to lie in one of `allowed_subdirectories` of the model's "
             "folder, in the mode `same_or_subdirectory` it may. `resources` adds seeds, snapshots and macros.",
     .why = "Whoever changes or moves a model looks at what lies beside it. Properties elsewhere keep the tests and "
            "descriptions of what the model used to be.",
     .example = R"(```sql models/marts/orders.sql
select 1 as order_id
```
```yaml models/staging/_models.yml
models:
  - name: orders
```)",
     .use_instead = R"(```sql models/marts/orders.sql
select 1 as order_id
```
```yaml models/marts/_models.yml
models:
  - name: orders
```)",
     .basis =
         "The manifest's `patch_path` and `original_file_path`. dbt-project-evaluator's fct_test_directories finds "
         "those models of these that have a generic test (`tested_only`); the modes are dbtective's.",
     .presets = kStrict},
    {option<&ColocatedOptions::mode>("mode", "Where the properties belong.",
                                     {"same_directory", "relative_subdirectory", "same_or_subdirectory"}),
     option<&ColocatedOptions::allowed_subdirectories>(
         "allowed_subdirectories", "Folders below the model's, such as `schema`, for the two modes that have them."),
     option<&ColocatedOptions::resources>("resources", "What is looked at.", {"model", "seed", "snapshot", "macro"}),
     option<&ColocatedOptions::tested_only>("tested_only", "Whether only nodes with a generic test are looked at.")},
    check};

}  // namespace
}  // namespace plowline
