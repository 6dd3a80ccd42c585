#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct ModelGrantsOptions {
  Pattern pattern;
  std::vector<std::string> required;
  std::int64_t min = 0;
  std::int64_t max = 100;
};

struct Grant {
  std::string privilege;
  bool to_somebody = false;
};

std::vector<Grant> grants_of(const LintProject& project, NodeId id) {
  std::vector<Grant> grants;
  const RawJson raw = project.config(id).grants;
  if (!raw.bytes.starts_with('{') || raw.bytes.size() <= 2) return grants;
  const auto checked = check(raw);
  if (!checked) return grants;  // (reading the config has found it already)
  for (const auto& [privilege, grantees] : checked->members()) {
    grants.push_back({privilege, truthy({grantees.bytes()})});
  }
  return grants;
}

class GrantCheck {
 public:
  GrantCheck(const LintProject& project, NodeId id, Violations& violations)
      : name_(printable(project.node(id).name)), id_(id), grants_(grants_of(project, id)), violations_(violations) {}

  void check(const ModelGrantsOptions& options) {
    check_pattern(options.pattern);
    check_required(options.required);
    const auto count = static_cast<std::int64_t>(grants_.size());
    if (count < options.min) {
      report("min", fmt::format("{} grants {}, and at least {} are asked for: those who are to use the table may not",
                                name_, privileges(), options.min));
    }
    if (count > options.max) {
      report("max", fmt::format("{} grants {}, and at most {} are allowed: who may do what is more than anybody "
                                "keeps track of",
                                name_, privileges(), options.max));
    }
  }

 private:
  std::string privileges() const {
    return fmt::format("{} {}", grants_.size(), plural(grants_.size(), "privilege", "privileges"));
  }

  void check_pattern(const Pattern& pattern) {
    if (pattern.empty()) return;
    std::vector<std::string_view> wrong;
    for (const Grant& grant : grants_) {
      if (!pattern.matches(grant.privilege)) wrong.push_back(grant.privilege);
    }
    if (wrong.empty()) return;
    report("pattern", fmt::format("{} grants {}, which does not match '{}': more may be done with the table than is "
                                  "agreed upon",
                                  name_, name_list(wrong), printable(pattern.text())));
  }

  void check_required(const std::vector<std::string>& required) {
    std::vector<std::string_view> missing;
    std::ranges::copy_if(required, std::back_inserter(missing), [&](const std::string& privilege) {
      return std::ranges::none_of(grants_,
                                  [&](const Grant& one) { return one.privilege == privilege && one.to_somebody; });
    });
    if (missing.empty()) return;
    report("required", fmt::format("{} grants {} to nobody: once dbt builds the table anew, only its owner can use it",
                                   name_, name_list(missing)));
  }

  void report(std::string key, std::string message) {
    violations_.push_back(
        {.node = id_, .message = std::move(message), .at = Anchor::config("grants"), .key = std::move(key)});
  }

  std::string name_;
  NodeId id_;
  std::vector<Grant> grants_;
  Violations& violations_;
};

Result<void> check_models(const LintProject& project, const RuleScope& scope, const ModelGrantsOptions& options,
                          Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    if (project.config(id).materialized == "ephemeral") return;
    GrantCheck(project, id, violations).check(options);
  });
  return {};
}

const RegisterRule<ModelGrantsOptions> rule{
    {.name = "model-grants",
     .subject = "governance",
     .summary = "a model's grants are not those that were agreed upon",
     .what = "Looks at the config `grants` of models: whether each privilege matches `pattern`, whether each of "
             "`required` is granted to somebody, and whether there are no fewer than `min` and no more than `max` "
             "privileges. Ephemeral models are left out. The defaults find only a model with more than 100 privileges.",
     .why = "dbt makes the table's grants what the config says, at every run. What is missing there is taken from the "
            "people who have it; what is too much is given to all who are named.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      materialized: table
      grants: {delete: [analysts]}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-grants: {severity: warn, pattern: select, required: [select]}
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      materialized: table
      grants: {select: [analysts]}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-grants: {severity: warn, pattern: select, required: [select]}
```)",
     .basis = "dbt-bouncer: `check_model_grant_privilege`, `check_model_grant_privilege_required`, "
              "`check_model_number_of_grants` (0 to 100).",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ModelGrantsOptions::pattern>("pattern", "A regular expression that each whole privilege has to match."),
     option<&ModelGrantsOptions::required>("required", "Privileges that have to be granted to somebody."),
     option<&ModelGrantsOptions::min>("min", "The fewest privileges."),
     option<&ModelGrantsOptions::max>("max", "The most privileges.")},
    check_models};

}  // namespace
}  // namespace plowline
