#include <algorithm>

#include "rules/columns/column_marks.h"

namespace plowline {
namespace {

struct ColumnMetaKeysOptions {
  std::vector<std::string> keys;
  bool allow_extra = false;
  Pattern column_pattern;
};

Result<void> check_keys(const LintProject& project, const RuleScope& scope, const ColumnMetaKeysOptions& options,
                        Violations& violations) {
  ColumnMarks marks{.required_keys = options.keys};
  if (!options.allow_extra) {
    for (const std::string& key : options.keys) marks.allowed_meta.keys.push_back(key.substr(0, key.find('.')));
  }
  report_column_marks(project, scope, ResourceType::kModel, marks, options.column_pattern, violations);
  return {};
}

const RegisterRule<ColumnMetaKeysOptions> keys{
    {.name = "column-meta-keys",
     .subject = "columns",
     .summary = "a column of a model lacks a meta key, or has one that is not known",
     .what = "Looks for the keys that the option `keys` lists in `meta` of every declared column of a model whose name "
             "matches `column_pattern`. `owner.team` is the member `team` of `owner`. Unless `allow_extra` is set, "
             "keys that are not listed are reported, too. It does nothing until `keys` is set.",
     .why = "`meta` is where catalogues, masking policies and code generators read what they need to know of a column. "
            "dbt checks neither that a key is there nor how it is spelt.",
     .example = R"(```yaml plowline.yml
rules:
  column-meta-keys: {keys: [sensitivity]}
```
```yaml models/customers.yml
models:
  - name: customers
    columns:
      - name: email
        meta: {sensitvity: high}
```
```sql models/customers.sql
select 'a@example.com' as email
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  column-meta-keys: {keys: [sensitivity]}
```
```yaml models/customers.yml
models:
  - name: customers
    columns:
      - name: email
        meta: {sensitivity: high}
```
```sql models/customers.sql
select 'a@example.com' as email
```)",
     .basis = "dbt's documentation of `meta`: any keys are accepted, on columns as on nodes.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ColumnMetaKeysOptions::keys>("keys", "The keys that each column needs."),
     option<&ColumnMetaKeysOptions::allow_extra>("allow_extra", "Accept other keys, too."),
     option<&ColumnMetaKeysOptions::column_pattern>("column_pattern",
                                                    "Only columns whose whole name matches; all without it.")},
    check_keys};

struct ColumnTagsOptions {
  std::vector<std::string> required;
  std::vector<std::string> allowed;
};

Result<void> check_tags(const LintProject& project, const RuleScope& scope, const ColumnTagsOptions& options,
                        Violations& violations) {
  const ColumnMarks marks{.required_tags = options.required, .allowed_tags = options.allowed};
  report_column_marks(project, scope, ResourceType::kModel, marks, Pattern(), violations);
  return {};
}

const RegisterRule<ColumnTagsOptions> tags{
    {.name = "column-tags",
     .subject = "columns",
     .summary = "a column of a model lacks a tag, or has one that is not allowed",
     .what = "Looks at the tags of every declared column of a model: all of `required` have to be there, and where "
             "`allowed` is set, no others than those. It does nothing until one of the two is set.",
     .why = "A column's tag selects its tests, and policies go by it. A tag that is misspelt selects nothing, and dbt "
            "accepts any.",
     .example = R"(```yaml plowline.yml
rules:
  column-tags: {allowed: [pii, key]}
```
```yaml models/customers.yml
models:
  - name: customers
    columns:
      - name: email
        tags: [pi]
```
```sql models/customers.sql
select 'a@example.com' as email
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  column-tags: {allowed: [pii, key]}
```
```yaml models/customers.yml
models:
  - name: customers
    columns:
      - name: email
        tags: [pii]
```
```sql models/customers.sql
select 'a@example.com' as email
```)",
     .basis = "dbt's documentation of `tags` on columns: any text is accepted.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ColumnTagsOptions::required>("required", "Tags that each column needs."),
     option<&ColumnTagsOptions::allowed>("allowed",
                                         "The only tags, besides the required ones, that a column may have.")},
    check_tags};

struct ColumnMetaAllowedOptions {
  std::vector<std::string> keys;
  ListMap values;
};

Result<void> check_allowed(const LintProject& project, const RuleScope& scope, const ColumnMetaAllowedOptions& options,
                           Violations& violations) {
  const ColumnMarks marks{.allowed_meta = {options.keys, options.values}};
  report_column_marks(project, scope, ResourceType::kModel, marks, Pattern(), violations);
  return {};
}

const RegisterRule<ColumnMetaAllowedOptions> allowed{
    {.name = "column-meta-allowed",
     .subject = "columns",
     .summary = "a column of a model has a meta key or value that is not allowed",
     .what = "Looks at `meta` of every declared column of a model: where `keys` is set, no other keys may be there; "
             "and of each key in `values`, no other values. A key with dots goes into maps; keys that have `values` "
             "are allowed, too. Of a list every element counts. It does nothing until one "
             "of the two is set.",
     .why = "What reads meta (catalogues, masking policies) knows a few keys and values. Any other is passed over in "
            "silence, and `sensitivity: hgih` protects nothing.",
     .example = R"(```yaml plowline.yml
rules:
  column-meta-allowed:
    values: {sensitivity: [low, high]}
```
```yaml models/customers.yml
models:
  - name: customers
    columns:
      - name: email
        meta: {sensitivity: hgih}
```
```sql models/customers.sql
select 'a@example.com' as email
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  column-meta-allowed:
    values: {sensitivity: [low, high]}
```
```yaml models/customers.yml
models:
  - name: customers
    columns:
      - name: email
        meta: {sensitivity: high}
```
```sql models/customers.sql
select 'a@example.com' as email
```)",
     .basis = "dbt's documentation of `meta`: any keys and values are accepted. plowline's own key is always allowed.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ColumnMetaAllowedOptions::keys>("keys", "The only keys that meta may have; any without it."),
     option<&ColumnMetaAllowedOptions::values>("values", "By key, the only values it may have.")},
    check_allowed};

struct SourceColumnMetaOptions {
  std::vector<std::string> required;
  std::vector<std::string> allowed;
  ListMap values;
  std::vector<std::string> required_tags;
  std::vector<std::string> allowed_tags;
};

Result<void> check_sources(const LintProject& project, const RuleScope& scope, const SourceColumnMetaOptions& options,
                           Violations& violations) {
  ColumnMarks marks{.required_keys = options.required,
                    .allowed_meta = {options.allowed, options.values},
                    .required_tags = options.required_tags,
                    .allowed_tags = options.allowed_tags};
  // What is required is allowed.
  if (!options.allowed.empty()) {
    for (const std::string& key : options.required) marks.allowed_meta.keys.push_back(key.substr(0, key.find('.')));
  }
  report_column_marks(project, scope, ResourceType::kSource, marks, Pattern(), violations);
  return {};
}

const RegisterRule<SourceColumnMetaOptions> sources{
    {.name = "source-column-meta",
     .subject = "columns",
     .summary = "a column of a source lacks meta or tags, or has some that are not allowed",
     .what = "Looks at `meta` and `tags` of every declared column of a source table: `required` keys have to be there, "
             "others than the `allowed` ones may not, and keys in `values` may have no other values; the same with "
             "`required_tags` and `allowed_tags`. It does nothing until one of them is set.",
     .why = "What a column holds is known where it comes from. A source's columns that are not classified are passed "
            "on unclassified to everything downstream.",
     .example = R"(```yaml plowline.yml
rules:
  source-column-meta: {required: [sensitivity]}
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: customers
        columns:
          - name: email
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  source-column-meta: {required: [sensitivity]}
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: customers
        columns:
          - name: email
            meta: {sensitivity: high}
```)",
     .basis = "dbt's documentation of source properties: columns have `meta` and `tags`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&SourceColumnMetaOptions::required>("required", "Keys of meta that each column needs."),
     option<&SourceColumnMetaOptions::allowed>("allowed",
                                               "The only keys of meta, besides the required ones; any without it."),
     option<&SourceColumnMetaOptions::values>("values", "By key of meta, the only values it may have."),
     option<&SourceColumnMetaOptions::required_tags>("required_tags", "Tags that each column needs."),
     option<&SourceColumnMetaOptions::allowed_tags>("allowed_tags",
                                                    "The only tags, besides the required ones; any without it.")},
    check_sources};

}  // namespace
}  // namespace plowline
