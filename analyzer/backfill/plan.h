// The whole backfill of a model in this project, as a plan: what it needs, which checks must hold, every run with its
// window, every command and statement, how to tell that a step is done, what to do if it fails, and how to go back.
//
// The steps are those of Snowplow's documentation ("Backfilling"): stage the new model alone, run until it is up to
// date, migrate its table, record it in production's incremental manifest, merge. The plan is plain data and owns all
// of it; plan_runbook.h puts it in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "artifact/instant.h"
#include "backfill/blue_green.h"
#include "backfill/run_limits.h"
#include "backfill/settings.h"
#include "backfill/sql_script.h"
#include "diagnostic/error.h"
#include "lint/finding.h"
#include "plan/run_plan.h"
#include "project/project.h"

namespace plowline {

enum class CheckStatus : std::uint8_t { kOk, kWarning, kFailed, kUnknown };
// `ok`, `warning`, `failed`, `unknown`.
std::string_view to_string(CheckStatus status);

// Something that must hold before the first run.
struct PlanCheck {
  std::string name;  // stable, kebab-case; the rule's name where the linter found it
  CheckStatus status = CheckStatus::kOk;
  std::string message;
  std::string next_step;  // may be empty
  std::string place;      // file:line of a finding; may be empty
};

// The runs that stage the model, for one package.
struct PlannedRuns {
  std::string package;
  BackfillSettings settings;
  std::vector<RunWindow> windows;  // as they come out where events are dense; empty where they never end
};

struct BackfillPlan {
  std::string project;
  std::string adapter_type;
  std::string branch_manifest;
  std::string production_manifest;
  BlueGreen sides;
  std::vector<std::string> seeds;   // selectors of the seeds that the lineage reads
  std::vector<std::string> guards;  // names of models_to_run that only other packages' hooks need
  std::string models_to_run;
  std::vector<PlannedRuns> runs;
  // Other limits and what they would cost: days and runs.
  std::vector<std::pair<int, std::size_t>> other_limits;
  std::string seed_command;  // empty: no seed
  std::string run_command;
  std::string lint_command;  // the check before the merge
  std::string target;        // the target that the command names; empty: none
  std::vector<PlanCheck> checks;
  std::vector<SqlScript> migrate;
  std::vector<SqlScript> record;
  std::vector<SqlScript> verify;
  // Why there is no SQL, where there is none.
  std::string without_sql;

  bool holds() const;             // no check failed
  std::size_t run_count() const;  // of the package with most
};

struct PlanInput {
  const Project& branch;
  const Project& production;
  const SnowplowPackages& production_packages;
  BlueGreen sides;
  RunPlan run;               // of `+model …`
  Warnings run_warnings;     // of that plan
  std::string run_command;   // as a line for the user's shell
  std::string seed_command;  // likewise; empty where there is no seed
  std::string lint_command;  // likewise
  std::vector<std::string> seeds;
  std::string target;
  std::vector<std::pair<std::string, BackfillSettings>> settings;  // by package
  std::vector<Finding> findings;                                   // of the linter, for the lineage
  std::optional<std::vector<ManifestRow>> production_rows;         // of the manifest tables, where they are known
  Instant now;
};

// Works out everything but the SQL, which the caller adds.
BackfillPlan plan_backfill(PlanInput input);

// plan_json.cc: the document of schemas/backfill-plan.schema.json.
std::string backfill_plan_json(const BackfillPlan& plan, const Warnings& warnings);

}  // namespace plowline
