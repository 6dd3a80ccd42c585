#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "diagnostic/name_list.h"
#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"
#include "rules/properties/file_paths.h"

namespace plowline {
namespace {

struct PermittedSubdirectoriesOptions {
  std::string root = "models";
  std::vector<std::string> allowed;
  std::string path_prefix;
  std::string path_postfix;
  bool files_in_root = false;
};

std::vector<std::string> root_folders(const PermittedSubdirectoriesOptions& options) {
  std::vector<std::string> folders;
  for (const std::string* part : {&options.path_prefix, &options.root, &options.path_postfix}) {
    std::ranges::copy(folders_in(*part), std::back_inserter(folders));
  }
  return folders;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const PermittedSubdirectoriesOptions& options,
                   Violations& violations) {
  if (options.allowed.empty()) return {};
  const std::vector<std::string> root = root_folders(options);
  const std::string root_path = fmt::format("{}", fmt::join(root, "/"));
  std::set<std::string> reported;
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    const std::vector<std::string> folders = folders_in(folder_of(node.original_file_path));
    if (folders.size() < root.size() || !std::equal(root.begin(), root.end(), folders.begin())) return;
    if (folders.size() == root.size()) {
      if (options.files_in_root) return;
      violations.push_back(
          {.node = id,
           .message =
               fmt::format("{} lies directly in {}, not in one of the folders that are permitted there ({}): what is "
                           "configured and looked for by folder leaves it out",
                           readable_name(node), printable(root_path), name_list(options.allowed, kFewNames)),
           .key = "folder"});
      return;
    }
    const std::string& folder = folders[root.size()];
    if (std::ranges::find(options.allowed, folder) != options.allowed.end()) return;
    if (!reported.insert(fmt::format("{}\n{}", node.package_name, folder)).second) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format(
             "{} has the folder {} with {} in it, which is none of those that are permitted there ({}): what is "
             "configured and looked for by folder leaves it out",
             printable(root_path), printable(folder), readable_name(node), name_list(options.allowed, kFewNames)),
         .key = fmt::format("folder {}", folder)});
  });
  return {};
}

const RegisterRule<PermittedSubdirectoriesOptions> rule{
    {.name = "permitted-subdirectories",
     .subject = "properties",
     .summary = "a folder of models is not one of those that are permitted",
     .what = "Looks at the folders directly below one folder of models, `root`, as far as they have enabled models in "
             "them: only those that `allowed` lists are permitted, and no model directly in it unless `files_in_root` "
             "is set. `path_prefix` and `path_postfix` are put before and behind `root`. One finding for each folder. "
             "Does nothing until `allowed` is set.",
     .why = "Folders come about one by one, and each new one is a place that dbt_project.yml, selectors and readers do "
            "not know.",
     .example = R"(```sql models/temp/orders_copy.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  permitted-subdirectories:
    allowed: [staging, intermediate, marts]
```)",
     .use_instead = R"(```sql models/marts/orders.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  permitted-subdirectories:
    allowed: [staging, intermediate, marts]
```)",
     .basis = "dbt-bouncer's check_model_directories; `path_prefix` and `path_postfix` are dbtective's."},
    {option<&PermittedSubdirectoriesOptions::root>("root", "The folder whose folders are looked at."),
     option<&PermittedSubdirectoriesOptions::allowed>("allowed", "The names of the folders that are permitted."),
     option<&PermittedSubdirectoriesOptions::path_prefix>("path_prefix", "Folders before `root`."),
     option<&PermittedSubdirectoriesOptions::path_postfix>("path_postfix", "Folders behind `root`."),
     option<&PermittedSubdirectoriesOptions::files_in_root>("files_in_root",
                                                            "Whether models may lie directly in that folder.")},
    check};

}  // namespace
}  // namespace plowline
