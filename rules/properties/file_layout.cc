#include <fmt/format.h>
#include <optional>
#include <set>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"
#include "rules/properties/file_paths.h"
#include "rules/properties/folder_names.h"

namespace plowline {
namespace {

struct FileLayoutOptions {
  std::string layout = "per_directory";
  Pattern name_pattern;
};

// What the file's name had to be, for a message; nothing where it is that.
std::optional<std::string> expected_name(const NodeRecord& model, const std::string& file_name,
                                         const FileLayoutOptions& options) {
  if (!options.name_pattern.empty()) {
    if (options.name_pattern.matches(file_name)) return std::nullopt;
    return fmt::format("a name that matches `{}`", options.name_pattern.text());
  }
  if (options.layout == "per_model") {
    if (without_ending(file_name) == model.name) return std::nullopt;
    return fmt::format("{}.yml", model.name);
  }
  const std::string folder = folder_of(model.original_file_path);
  if (is_name_by_folder(file_name, folder, "models")) return std::nullopt;
  return name_by_folder(folder, "models");
}

Result<void> check(const LintProject& project, const RuleScope& scope, const FileLayoutOptions& options,
                   Violations& violations) {
  std::set<std::string> reported;
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.patch_path.empty()) return;
    const PropertiesPath properties = properties_path(node.patch_path);
    const std::string file_name = file_name_of(properties.path);
    const auto expected = expected_name(node, file_name, options);
    // One finding for each file and name that it had to have, not for each model in it.
    if (!expected || !reported.insert(fmt::format("{}\n{}", node.patch_path, *expected)).second) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the properties of {} are in {}, where the layout `{}` has {}: nobody finds them by "
                                "their name",
                                readable_name(node), printable(properties.path),
                                options.name_pattern.empty() ? options.layout : "name_pattern", printable(*expected)),
         .at = Anchor::properties(),
         .key = "properties file"});
  });
  return {};
}

const RegisterRule<FileLayoutOptions> rule{
    {.name = "properties-file-layout",
     .subject = "properties",
     .summary = "a properties file is not called as the layout has it",
     .what =
         "Looks at the names of the YAML files that have the entries of enabled models. `per_directory`: one file "
         "for the models of a folder, named after it as dbt's guide does, `_stg_crm__models.yml` or "
         "`_crm__models.yml` in models/staging/crm. `per_model`: one file for each model, `stg_customers.yml`. With "
         "`name_pattern` the whole name has to match that instead. One finding for each file; in which folder it "
         "lies is another rule's matter (properties-colocated).",
     .why = "Either layout lets everybody find a model's properties without a search. A mixture of both, and of files "
            "called schema.yml, does not.",
     .example = R"(```sql models/staging/crm/stg_customers.sql
select 1 as customer_id
```
```yaml models/staging/crm/schema.yml
models:
  - name: stg_customers
```)",
     .use_instead = R"(```sql models/staging/crm/stg_customers.sql
select 1 as customer_id
```
```yaml models/staging/crm/_crm__models.yml
models:
  - name: stg_customers
```)",
     .basis = "dbt's guide “How we structure our dbt projects”; the layouts are those of dbt-bouncer's "
              "check_model_property_file_location."},
    {option<&FileLayoutOptions::layout>("layout", "How properties files are laid out.", {"per_directory", "per_model"}),
     option<&FileLayoutOptions::name_pattern>(
         "name_pattern", "A regular expression for the whole name, with its ending, in place of the layout's names.")},
    check};

}  // namespace
}  // namespace plowline
