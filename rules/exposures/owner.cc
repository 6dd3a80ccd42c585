#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/record_member.h"
#include "lint/rule.h"

namespace plowline {
namespace {

struct ExposureOwnerOptions {
  std::vector<std::string> fields = {"email"};
};

Result<void> check(const LintProject& project, const RuleScope& scope, const ExposureOwnerOptions& options,
                   Violations& violations) {
  static const RecordMember kOwner("owner");
  scope.for_each_enabled(ResourceType::kExposure, [&](NodeId id) {
    const RawJson owner = kOwner.of(project, id);
    std::vector<std::string> missing;
    for (const std::string& field : options.fields) {
      if (!truthy(member_of(owner, field))) missing.push_back(field);
    }
    if (missing.empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format("the owner of the exposure {} has no {}: when a model that it depends "
                                                 "on is to change, nobody can be asked",
                                                 printable(project.node(id).name), name_list(missing, 4)),
                          .key = "owner"});
  });
  return {};
}

const RegisterRule<ExposureOwnerOptions> rule{
    {.name = "exposure-owner",
     .subject = "exposures",
     .summary = "an exposure's owner lacks a field",
     .what = "Looks whether the owner of each exposure has the fields `fields`, and that they are not empty.",
     .why =
         "dbt is content with a name or an address. Whoever wants to change a model behind a dashboard needs to know "
         "whom to write to.",
     .example = R"(```yaml models/_exposures.yml
exposures:
  - name: order_dashboard
    type: dashboard
    owner: {name: Data team}
```
)",
     .use_instead = R"(```yaml models/_exposures.yml
exposures:
  - name: order_dashboard
    type: dashboard
    owner: {name: Data team, email: data@example.com}
```
)",
     .basis = "dbt-bouncer: `check_exposure_has_owner`, with its default, the address.",
     .presets = kStrict},
    {option<&ExposureOwnerOptions::fields>("fields", "The fields that an owner has to have.")},
    check};

}  // namespace
}  // namespace plowline
