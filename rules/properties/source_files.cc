// The rules about the YAML files that define sources: where they lie and what they are called.
#include <fmt/format.h>
#include <set>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"
#include "rules/properties/file_paths.h"
#include "rules/properties/folder_names.h"

namespace plowline {
namespace {

struct SourceLocationOptions {
  std::string folder = "models/staging";
  bool naming = false;
};

struct SourceFileNameOptions {
  Pattern pattern;
};

std::string file_of(const NodeRecord& source) {
  return folder_of(source.original_file_path) + "/" + file_name_of(source.original_file_path);
}

// One finding for each file, at its first table; true where it is the first.
class ReportedFiles {
 public:
  bool add(const NodeRecord& source) {
    return files_.insert(fmt::format("{}\n{}", source.package_name, source.original_file_path)).second;
  }

 private:
  std::set<std::string> files_;
};

Result<void> check_location(const LintProject& project, const RuleScope& scope, const SourceLocationOptions& options,
                            Violations& violations) {
  ReportedFiles misnamed;
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.original_file_path.empty()) return;
    const std::string folder = folder_of(node.original_file_path);
    const std::string file_name = file_name_of(node.original_file_path);
    if (!like_part_of(folder, node.source_name)) {
      violations.push_back(
          {.node = id,
           .message = fmt::format("{} is defined in {}, not below a folder of its source ({}/{}/{}): "
                                  "whoever works on the source does not find it",
                                  readable_name(node), printable(file_of(node)), printable(options.folder),
                                  printable(node.source_name), printable(file_name)),
           .key = "folder"});
    }
    if (options.naming && !is_name_by_folder(file_name, folder, "sources") && misnamed.add(node)) {
      violations.push_back(
          {.node = id,
           .message = fmt::format("{} defines sources, but is not called {}: nobody finds them by the "
                                  "file's name",
                                  printable(file_of(node)), printable(name_by_folder(folder, "sources"))),
           .key = "file"});
    }
  });
  return {};
}

Result<void> check_file_name(const LintProject& project, const RuleScope& scope, const SourceFileNameOptions& options,
                             Violations& violations) {
  if (options.pattern.empty()) return {};
  ReportedFiles reported;
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.original_file_path.empty()) return;
    if (options.pattern.matches(file_name_of(node.original_file_path)) || !reported.add(node)) return;
    violations.push_back({.node = id,
                          .message = fmt::format("{} defines sources, but its name does not match `{}`: nobody finds "
                                                 "them by the file's name",
                                                 printable(file_of(node)), printable(options.pattern.text())),
                          .key = "file"});
  });
  return {};
}

const RegisterRule<SourceLocationOptions> location_rule{
    {.name = "source-properties-location",
     .subject = "properties",
     .summary = "a source is defined outside of a folder of its own",
     .what = "Looks whether the name of the source is in the path of the folder in which each of its enabled tables is "
             "defined. (An underscore of the name may be any character there, `my_app` is in models/staging/my-app.) "
             "With `naming` the file has to be called as dbt's guide has it, too: `_jaffle_shop__sources.yml`; one "
             "finding for each file of which that is not true.",
     .why = "A staging folder for each source keeps the definition, the models that rename its columns and their tests "
            "together: what changes together lies together.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: jaffle_shop
    tables:
      - name: orders
```)",
     .use_instead = R"(```yaml models/staging/jaffle_shop/_jaffle_shop__sources.yml
sources:
  - name: jaffle_shop
    tables:
      - name: orders
```)",
     .basis = "dbt-project-evaluator's fct_source_directories finds the same tables; `naming` is dbt-bouncer's "
              "check_source_property_file_location.",
     .presets = kStrict},
    {option<&SourceLocationOptions::folder>("folder", "The staging folder that messages propose."),
     option<&SourceLocationOptions::naming>("naming", "Whether the file's name has to be that of dbt's guide, too.")},
    check_location};

const RegisterRule<SourceFileNameOptions> file_name_rule{
    {.name = "source-file-name",
     .subject = "properties",
     .summary = "the name of a file that defines sources does not match a pattern",
     .what =
         "Compares the name, with its ending, of each YAML file that defines an enabled source table with a regular "
         "expression, which the whole name has to match. One finding for each file. Does nothing until `pattern` "
         "is set.",
     .why = "Sources are the edge of a project. Where their files are recognized by their names, a change of what is "
            "read from outside shows in the list of changed files.",
     .example = R"(```yaml models/staging/crm/schema.yml
sources:
  - name: crm
    tables:
      - name: leads
```
```yaml plowline.yml
rules:
  source-file-name:
    pattern: '_.*__sources\.yml'
```)",
     .use_instead = R"(```yaml models/staging/crm/_crm__sources.yml
sources:
  - name: crm
    tables:
      - name: leads
```
```yaml plowline.yml
rules:
  source-file-name:
    pattern: '_.*__sources\.yml'
```)",
     .basis = "dbt-bouncer's check_source_file_name, save that the whole name has to match."},
    {option<&SourceFileNameOptions::pattern>("pattern", "The regular expression; empty: every name is right.")},
    check_file_name};

}  // namespace
}  // namespace plowline
