// Owners of models and seeds: one check.
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "lint/rule.h"
#include "rules/governance/meta.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct OwnerOptions {
  std::vector<std::string> keys = {"owner"};
  bool group = true;
};

// The groups that say who owns them. (Before dbt 1.5 there are none.)
std::set<std::string_view> groups_with_owner(const LintProject& project) {
  std::set<std::string_view> names;
  for (const GroupRecord& group : project.project().groups()) {
    if (truthy(member_of(group.owner, "name")) || truthy(member_of(group.owner, "email"))) names.insert(group.name);
  }
  return names;
}

bool has_owner_in_meta(const Meta& meta, const std::vector<std::string>& keys) {
  return std::ranges::any_of(keys, [&](const std::string& key) {
    const auto value = meta.find(key);
    return value && truthy({value->bytes()});
  });
}

std::string shown_keys(const OwnerOptions& options) {
  std::vector<std::string> paths;
  for (const std::string& key : options.keys) paths.push_back("meta." + key);
  return name_list(std::vector<std::string_view>(paths.begin(), paths.end()));
}

template <ResourceType kAppliesTo>
Result<void> check(const LintProject& project, const RuleScope& scope, const OwnerOptions& options,
                   Violations& violations) {
  if (options.keys.empty() && !options.group) return {};
  const std::set<std::string_view> groups = options.group ? groups_with_owner(project) : std::set<std::string_view>{};
  scope.for_each_enabled(kAppliesTo, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (!node.group.empty() && groups.contains(node.group)) return;
    if (has_owner_in_meta(Meta::of(project, id), options.keys)) return;
    violations.push_back({.node = id,
                          .message = fmt::format("{} has no owner ({}{}{}): when it breaks, nobody knows who is to "
                                                 "mend it",
                                                 printable(node.name), shown_keys(options),
                                                 options.group && !options.keys.empty() ? " or " : "",
                                                 options.group ? "a group with one" : ""),
                          .at = Anchor::properties(),
                          .key = "owner"});
  });
  return {};
}

std::vector<OptionSpec> options() {
  return {option<&OwnerOptions::keys>("keys", "Keys of `meta` of which one has to have a value."),
          option<&OwnerOptions::group>("group", "Whether the owner of its group will do.")};
}

const RegisterRule<OwnerOptions> models{
    {.name = "model-owner",
     .subject = "governance",
     .summary = "nobody owns a model",
     .what = "Finds models that neither have a value for one of `keys` in their `meta` (with dots: `owner.email`) nor "
             "are in a group that has an owner.",
     .why = "An alert at night needs somebody to go to. What has no owner is mended by whoever complains loudest.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    config:
      meta: {owner: finance}
```)",
     .basis = "dbt-score: `has_owner`; dbt-doctor: `model-owner-or-meta`. dbt's groups have an owner with a name or an "
              "e-mail address.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    options(),
    check<ResourceType::kModel>};

const RegisterRule<OwnerOptions> seeds{
    {.name = "seed-owner",
     .subject = "governance",
     .summary = "nobody owns a seed",
     .what = "Finds seeds that neither have a value for one of `keys` in their `meta` (with dots: `owner.email`) nor "
             "are in a group that has an owner.",
     .why = "A seed's rows are kept by hand, and by nobody once those who copied them there have left.",
     .example = R"(```csv seeds/country_codes.csv
code
de
```)",
     .use_instead = R"(```csv seeds/country_codes.csv
code
de
```
```yaml seeds/seeds.yml
seeds:
  - name: country_codes
    config:
      meta: {owner: finance}
```)",
     .basis = "dbt-score: `seed_has_owner`; dbt-doctor: `seed-has-owner`.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    options(),
    check<ResourceType::kSeed>};

}  // namespace
}  // namespace plowline
