#include "query/query_state.h"

#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

std::unexpected<Error> missing(const Table& table, std::string_view schema, std::string_view what, std::string how) {
  const std::string name =
      schema == kStateSchema ? fmt::format("{}.{}", schema, table.name()) : std::string(table.name());
  return usage_error(fmt::format("the table {} needs {}", name, what), std::move(how));
}

}  // namespace

QueryState::QueryState(const QueryInputs* inputs, std::chrono::milliseconds time) : inputs_(inputs) {
  if (time.count() > 0) deadline_ = std::chrono::steady_clock::now() + time;
}

bool QueryState::is_late() const {
  return deadline_ && std::chrono::steady_clock::now() > *deadline_;
}

Result<TableSources> QueryState::sources(const Table& table, std::string_view schema) const {
  const bool earlier = schema == kStateSchema;
  const LintProject* project = inputs_ == nullptr ? nullptr : inputs_->project;
  if (project != nullptr && earlier) project = project->state();
  if (project == nullptr) return missing(table, schema, "an earlier manifest", "give the folder of one: --state DIR");
  if ((table.needs() & kNeedsCatalog) != 0 && project->catalog() == nullptr) {
    return missing(table, schema, "a catalog.json",
                   earlier ? "give the file: --state-catalog FILE"
                           : "dbt docs generate writes one; or give the file: --catalog FILE");
  }
  if ((table.needs() & kNeedsRunResults) != 0 && project->run_results() == nullptr) {
    return missing(table, schema, "a run_results.json",
                   earlier ? "there is none in the folder of --state" : "dbt build or dbt run writes one");
  }
  TableSources sources{.project = project};
  if (table.name() != "findings") return sources;
  if (!inputs_->findings) {
    return usage_error("the table findings cannot be read here: a rule cannot ask what the rules find",
                       "plowline query can");
  }
  const auto findings = inputs_->findings(*project);
  if (!findings) return std::unexpected(findings.error());
  sources.findings = *findings;
  return sources;
}

}  // namespace plowline
