#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

struct RunMaxExecutionTimeOptions {
  double max = 0;
  std::vector<std::string> resource_types;
};

struct RunMaxBytesBilledOptions {
  double max_gb = 0;
  std::vector<std::string> resource_types;
};

// Nothing for what is no number.
std::optional<double> number_of(RawJson value) {
  const std::string text = scalar_of(value);
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return text.empty() || end != text.c_str() + text.size() ? std::nullopt : std::optional(number);
}

// Calls visit(id, result) for each result of a node in the scope.
template <typename F>
void for_each_result(const LintProject& project, const RuleScope& scope, const std::vector<std::string>& types,
                     F&& visit) {
  for (const NodeResult& result : project.run_results()->results) {
    const auto id = project.project().find(result.unique_id);
    if (!id || !scope.contains(*id)) continue;
    const std::string_view type = to_string(project.project().type(*id));
    if (types.empty() || std::ranges::find(types, type) != types.end()) visit(*id, result);
  }
}

Result<void> check_time(const LintProject& project, const RuleScope& scope, const RunMaxExecutionTimeOptions& options,
                        Violations& violations) {
  if (options.max <= 0) return {};
  for_each_result(project, scope, options.resource_types, [&](NodeId id, const NodeResult& result) {
    const auto seconds = number_of(result.execution_time);
    if (!seconds || *seconds <= options.max) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} ran for {:.1f} s in the last run, longer than {} s: everything downstream of it "
                                "waits that long, every time",
                                printable(project.node(id).name), *seconds, options.max),
         .at = Anchor{},
         .key = "execution_time"});
  });
  return {};
}

Result<void> check_bytes(const LintProject& project, const RuleScope& scope, const RunMaxBytesBilledOptions& options,
                         Violations& violations) {
  if (options.max_gb <= 0) return {};
  constexpr double kGigabyte = 1e9;
  for_each_result(project, scope, options.resource_types, [&](NodeId id, const NodeResult& result) {
    const auto bytes = number_of(member_of(result.adapter_response, "bytes_billed"));
    if (!bytes || *bytes / kGigabyte <= options.max_gb) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} was billed {:.1f} GB in the last run, more than {} GB: every run costs that again",
                                printable(project.node(id).name), *bytes / kGigabyte, options.max_gb),
         .at = Anchor{},
         .key = "bytes_billed"});
  });
  return {};
}

const std::vector<std::string> kTypes = {"model", "seed", "snapshot", "test", "operation", "unit_test", "saved_query"};

const RegisterRule<RunMaxExecutionTimeOptions> time{
    {.name = "run-max-execution-time",
     .subject = "runs",
     .summary = "a node ran longer than it should in the last run",
     .what = "Compares `execution_time` of every node in run_results.json with `max` seconds. It does nothing until "
             "`max` is set.",
     .why = "A model that grows slower delays all that is built after it, a little more each week, until a job misses "
            "its hour. A limit shows it on the day it is passed.",
     .example = R"(```yaml plowline.yml
rules:
  run-max-execution-time: {max: 60}
```
```sql models/fct_orders.sql
select 1 as order_id
```
```json target/run_results.json
{"results": [{"unique_id": "model.shop.fct_orders", "status": "success", "execution_time": 412.5}]}
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  run-max-execution-time: {max: 60}
```
```sql models/fct_orders.sql
select 1 as order_id
```
```json target/run_results.json
{"results": [{"unique_id": "model.shop.fct_orders", "status": "success", "execution_time": 12.5}]}
```)",
     .basis = "run_results.json: `execution_time`, in seconds, as dbt measured it.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsRunResults},
    {option<&RunMaxExecutionTimeOptions::max>("max", "The most seconds; 0 is no limit."),
     option<&RunMaxExecutionTimeOptions::resource_types>("resource_types", "Only nodes of these types; all without it.",
                                                         kTypes)},
    check_time};

const RegisterRule<RunMaxBytesBilledOptions> bytes{
    {.name = "run-max-bytes-billed",
     .subject = "runs",
     .summary = "a node was billed more bytes than it should in the last run",
     .what = "Compares `bytes_billed`, which BigQuery's adapter writes into run_results.json, with `max_gb` (of 10^9 "
             "bytes). Nodes without that number are passed over. It does nothing until `max_gb` is set.",
     .why = "On BigQuery a query costs by the bytes it reads. A condition that was lost reads a whole table instead of "
            "a day, and nothing fails: only the bill shows it.",
     .example = R"(```yaml plowline.yml
rules:
  run-max-bytes-billed: {max_gb: 10}
```
```sql models/fct_orders.sql
select 1 as order_id
```
```json target/run_results.json
{"results": [{"unique_id": "model.shop.fct_orders", "status": "success",
  "adapter_response": {"bytes_billed": 250000000000}}]}
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  run-max-bytes-billed: {max_gb: 10}
```
```sql models/fct_orders.sql
select 1 as order_id
```
```json target/run_results.json
{"results": [{"unique_id": "model.shop.fct_orders", "status": "success",
  "adapter_response": {"bytes_billed": 1200000000}}]}
```)",
     .basis = "run_results.json: `adapter_response.bytes_billed` of dbt-bigquery.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsRunResults},
    {option<&RunMaxBytesBilledOptions::max_gb>("max_gb", "The most gigabytes (10^9 bytes); 0 is no limit."),
     option<&RunMaxBytesBilledOptions::resource_types>("resource_types", "Only nodes of these types; all without it.",
                                                       kTypes)},
    check_bytes};

}  // namespace
}  // namespace plowline
