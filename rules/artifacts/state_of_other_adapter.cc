#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  const std::string_view now = project.project().metadata().adapter_type;
  const std::string_view before = project.state()->project().metadata().adapter_type;
  if (now.empty() || before.empty() || now == before) return {};
  // Who compares with another project has another mistake to correct first.
  if (project.project().root_package() != project.state()->project().root_package()) return {};
  violations.push_back(
      {.message = fmt::format("the state {} was made for {}, and this manifest for {}: relations, configs and types "
                              "differ for that reason alone, and no table of the state is there to be compared with",
                              printable(project.state()->project().manifest_file()), printable(before), printable(now)),
       .at = Anchor::manifest(),
       .key = "adapter"});
  return {};
}

const RegisterRule<> rule{
    {.name = "artifacts-state-of-other-adapter",
     .subject = "artifacts",
     .summary = "the state was made for another adapter",
     .what = "Compares the adapters of the manifest and of the earlier manifest (`--state`).",
     .why = "Projects that support several warehouses choose configs, schemas and types by the adapter. What differs "
            "between the two manifests then says little about the change under review, and `--defer` to such a state "
            "refers to tables of another warehouse.",
     .example = R"(```sh
# target/ is of DuckDB on a developer's machine, the state of Snowflake
plowline lint --state production-artifacts
```)",
     .use_instead = R"(```sh
dbt parse --target ci   # a target of the same adapter
plowline lint --state production-artifacts
```)",
     .basis = "dbt: `metadata.adapter_type` of manifest.json.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
