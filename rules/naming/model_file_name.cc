#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

struct ModelFileNameOptions {
  Pattern pattern;
};

// dbt on Windows writes backslashes.
std::string_view file_name(std::string_view path) {
  return path.substr(path.find_last_of("/\\") + 1);  // npos + 1 is 0
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ModelFileNameOptions& options,
                   Violations& violations) {
  if (options.pattern.empty()) return {};
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const std::string_view name = file_name(project.node(id).original_file_path);
    if (name.empty() || options.pattern.matches(name)) return;
    violations.push_back({.node = id,
                          .message = fmt::format("the file name {} does not match '{}' as a whole: whoever looks for "
                                                 "the model's file by the project's convention does not find it",
                                                 printable(name), printable(options.pattern.text())),
                          .key = "file"});
  });
  return {};
}

const RegisterRule<ModelFileNameOptions> rule{
    {.name = "model-file-name",
     .subject = "naming",
     .summary = "the name of a model's file does not match a pattern",
     .what =
         "Matches the names of models' files, without folders and with the ending (`dim_customers_v2.sql`), against "
         "`pattern`. Does nothing until that is set. Of a versioned model each version's file is looked at.",
     .why = "A model's name is that of its file unless it has versions; then the file may be called anything that "
            "`defined_in` says, and only a convention keeps `dim_customers_v2.sql` findable.",
     .example = R"(```sql models/dim_customers_new.sql
select 1 as customer_id
```
```yaml plowline.yml
rules:
  model-file-name: {severity: warn, pattern: '(dim|fct)_[a-z]+(_v[0-9]+)?\.(sql|py)'}
```)",
     .use_instead = R"(```sql models/dim_customers_v2.sql
select 1 as customer_id
```
```yaml plowline.yml
rules:
  model-file-name: {severity: warn, pattern: '(dim|fct)_[a-z]+(_v[0-9]+)?\.(sql|py)'}
```)",
     .basis = "dbt-bouncer: `check_model_file_name`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ModelFileNameOptions::pattern>(
        "pattern", "A regular expression that the whole file name has to match, with its ending: `stg_.*\\.sql`.")},
    check};

}  // namespace
}  // namespace plowline
