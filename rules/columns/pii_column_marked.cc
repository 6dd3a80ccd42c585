#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <unordered_map>

#include "lint/rule.h"
#include "rules/governance/meta.h"

namespace plowline {
namespace {

struct PiiColumnMarkedOptions {
  Pattern pattern = Pattern::known(
      "(?i)(.*_)?(e_?mail|email_address|phone|phone_number|mobile_number|ssn|social_security_number|passport_number|"
      "iban|tax_id|date_of_birth|birth_?date|birthday|first_name|last_name|full_name|surname|maiden_name|"
      "street_address|home_address|ip_address|credit_card(_number)?|card_number)");
  Pattern exclude_pattern = Pattern::known("(?i)(is|has|with|num|count|total)_.*|.*_(count|flag)");
  std::string meta_key = "pii";
  std::vector<std::string> applies_to = {"model", "seed", "snapshot", "source"};
};

bool has_tag(const Column& column, const std::string& tag) {
  const std::vector<std::string> tags = texts_of(column.tags);
  return std::ranges::find(tags, tag) != tags.end();
}

// (`pii:` without a value is no answer.)
bool is_marked(const LintProject& project, const Column& column, const std::string& key) {
  const auto mark = Meta::of(project, column).find(key);
  return (mark && !mark->is_null()) || has_tag(column, key);
}

// Many models have columns of one name: each name is looked at once.
class PersonalNames {
 public:
  explicit PersonalNames(const PiiColumnMarkedOptions& options) : options_(options) {}

  bool has(std::string_view name) {
    const auto [known, is_new] = known_.try_emplace(name, false);
    if (is_new) known->second = options_.pattern.matches(name) && !options_.exclude_pattern.matches(name);
    return known->second;
  }

 private:
  const PiiColumnMarkedOptions& options_;
  std::unordered_map<std::string_view, bool> known_;
};

void check_type(const LintProject& project, const RuleScope& scope, ResourceType type,
                const PiiColumnMarkedOptions& options, Violations& violations) {
  PersonalNames personal(options);
  scope.for_each_enabled(type, [&](NodeId id) {
    for (const Column& column : project.columns(id)) {
      if (!personal.has(column.name)) continue;
      if (is_marked(project, column, options.meta_key)) continue;
      violations.push_back({.node = id,
                            .message = fmt::format(
                                "the column {} of {} looks like personal data, but its meta does not say {}: what "
                                "masks, audits or deletes personal data passes it by",
                                printable(column.name), printable(project.node(id).name), printable(options.meta_key)),
                            .at = Anchor::column(std::string(column.name)),
                            .column = std::string(column.name)});
    }
  });
}

Result<void> check(const LintProject& project, const RuleScope& scope, const PiiColumnMarkedOptions& options,
                   Violations& violations) {
  for (const std::string& word : options.applies_to)
    check_type(project, scope, resource_type_from(word), options, violations);
  return {};
}

const RegisterRule<PiiColumnMarkedOptions> rule{
    {.name = "pii-column-marked",
     .subject = "columns",
     .summary = "a column with a name of personal data is not marked as such",
     .what = "Looks at declared columns whose whole name matches `pattern` and not `exclude_pattern`: their `meta` has "
             "to have the key `meta_key`, with any value (`pii: false` is an answer, too), or the column a tag of that "
             "name.",
     .why = "Masking policies, audits and requests to delete go by the mark. A column of personal data without it is "
            "copied on and read by everybody.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: customers
        columns:
          - name: email
```)",
     .use_instead = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: customers
        columns:
          - name: email
            meta: {pii: true}
```)",
     .basis = "dbt-bouncer's check_source_pii_meta asks the same of sources; dbt's documentation of `meta`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&PiiColumnMarkedOptions::pattern>("pattern", "What names of personal data look like; the whole name."),
     option<&PiiColumnMarkedOptions::exclude_pattern>("exclude_pattern",
                                                      "Names of columns that only tell of such data: `has_email`."),
     option<&PiiColumnMarkedOptions::meta_key>("meta_key", "The key that such a column's meta needs."),
     option<&PiiColumnMarkedOptions::applies_to>("applies_to", "Whose columns are looked at.",
                                                 {"model", "seed", "snapshot", "source"})},
    check};

}  // namespace
}  // namespace plowline
