#include "backfill/plan_checks.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <utility>

#include "backfill/production_overlap.h"
#include "command/quoting.h"
#include "diagnostic/name_list.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

// What dbt's documentation and Snowplow's call a sensible part of history for one run: three to six months.
constexpr std::chrono::days kShortLimit{90};
constexpr std::chrono::days kLongLimit{186};

PlanCheck ok(std::string name, std::string message) {
  return {std::move(name), CheckStatus::kOk, std::move(message), {}, {}};
}

// Names of models as arguments for a shell.
std::string name_words(const std::vector<std::string>& names) {
  std::string words;
  for (const std::string& name : names) {
    const auto word = quote_posix(name, WordPlace::kArgument);
    words += (words.empty() ? "" : " ") + printable(word ? *word : name);
  }
  return words;
}

class Checker {
 public:
  Checker(const PlanInput& input, const BackfillPlan& plan) : input_(input), plan_(plan) {}

  std::vector<PlanCheck> all() {
    check_manifest_tables();
    check_relations();
    check_target();
    check_windows();
    check_places();
    check_other_new_models();
    check_run_warnings();
    check_findings();
    check_rows();
    return std::move(checks_);
  }

 private:
  void fail(std::string name, std::string message, std::string next_step) {
    checks_.push_back({std::move(name), CheckStatus::kFailed, std::move(message), std::move(next_step), {}});
  }
  void warn(std::string name, std::string message, std::string next_step) {
    checks_.push_back({std::move(name), CheckStatus::kWarning, std::move(message), std::move(next_step), {}});
  }

  void do_not_know(std::string name, std::string message, std::string next_step) {
    checks_.push_back({std::move(name), CheckStatus::kUnknown, std::move(message), std::move(next_step), {}});
  }

  void check_manifest_tables() {
    if (plan_.sides.packages.empty()) {
      fail("no-tagged-model", "no Snowplow package counts the model or anything upstream of it: it has no manifest row",
           "an incremental model on a package's tables needs the package's tag; others need no backfill of this kind");
    }
    for (const PackageTables& package : plan_.sides.packages) {
      const std::string table = shown(package.staging_manifest);
      if (package.shared) {
        fail("manifest-tables-differ",
             fmt::format("staging and production share the manifest table {}: a run in staging would write into "
                         "production's manifest",
                         table),
             "give staging a schema of its own (profiles.yml, generate_schema_name), and let dbt write both manifests "
             "again");
      } else {
        checks_.push_back(ok("manifest-tables-differ",
                             fmt::format("{}: staging's manifest table is {}, production's is {}",
                                         printable(package.package), table, shown(package.production_manifest))));
      }
    }
  }

  void check_relations() {
    const ProductionOverlap overlap =
        production_overlap(input_.run, ProductionPlaces(input_.production, input_.production_packages));
    if (overlap.empty()) {
      checks_.push_back(ok("relations-differ", fmt::format("none of the {} models of the run writes where production "
                                                           "keeps its tables",
                                                           input_.run.nodes.size())));
      return;
    }
    fail("relations-differ", fmt::format("the run would write into {}", shown(overlap)),
         "a hard-coded schema or a target that is production's; see plowline lint --rule schema-same-relation");
  }

  void check_target() {
    if (!plan_.target.empty()) {
      checks_.push_back(ok("target-named", fmt::format("the run names its target: {}", printable(plan_.target))));
      return;
    }
    warn("target-named", "the command names no target: dbt takes the default of profiles.yml",
         "give the staging target: --target NAME");
  }

  void check_windows() {
    for (const PlannedRuns& runs : plan_.runs) {
      if (runs.settings.run.start_date > input_.now) {
        fail("start-date",
             fmt::format("{}: {} is {}, which is not yet", printable(runs.package), runs.settings.sources[0].name,
                         printable(runs.settings.sources[0].value)),
             "correct it, or give --start-date");
        continue;
      }
      checks_.push_back(ok("start-date", fmt::format("{}: history from {} on ({})", printable(runs.package),
                                                     to_text(runs.settings.run.start_date),
                                                     printable(runs.settings.sources[0].origin))));
      check_limit(runs);
    }
  }

  void check_limit(const PlannedRuns& runs) {
    const auto limit = runs.settings.run.backfill_limit;
    const std::string message = fmt::format(
        "{}: {} days a run ({}) make {} {}", printable(runs.package), printable(runs.settings.sources[1].value),
        printable(runs.settings.sources[1].origin), runs.windows.size(), plural(runs.windows.size(), "run", "runs"));
    if (runs.windows.size() <= 4 || (limit >= kShortLimit && limit <= kLongLimit)) {
      checks_.push_back(ok("backfill-limit", message));
      return;
    }
    const bool few = limit < kShortLimit;
    warn("backfill-limit",
         message + (few ? "; 3 to 6 months a run make fewer" : "; a run of more than half a year is heavy to repeat"),
         "give --backfill-limit-days 90 to 180; the price is a bigger scan in each run");
  }

  void check_places() {
    for (const NewModel& model : plan_.sides.models) {
      if (!model.has_history) continue;
      if (model.in_production) {
        warn("table-in-production",
             fmt::format("production has {} already, as {}", printable(model.name), shown(*model.production)),
             "its table is replaced, with a backup: plowline backfill migrate --replace");
      } else if (model.production) {
        checks_.push_back(ok("production-place", fmt::format("{} goes to {}: {}", printable(model.name),
                                                             shown(*model.production), model.placement)));
      } else {
        fail("production-place",
             fmt::format("where production will build {} is not known: {}", printable(model.name), model.placement),
             "say it with --to DATABASE.SCHEMA.NAME");
      }
    }
  }

  // New tagged models that the branch brings and this backfill does not build.
  void check_other_new_models() {
    for (const PackageTables& package : plan_.sides.packages) {
      std::vector<std::string> others;
      for (const std::string& name : package.new_models) {
        if (std::ranges::find(package.staging_models, name) == package.staging_models.end()) others.push_back(name);
      }
      if (others.empty()) continue;
      fail("other-new-models",
           fmt::format("the branch has other new models with {}'s tag: {}; merged without a row of their own they stop "
                       "the whole package (state 2)",
                       printable(package.package), comma_list(others)),
           fmt::format("backfill them together: plowline backfill plan {} {}", name_words(requested()),
                       name_words(others)));
    }
  }

  std::vector<std::string> requested() const {
    std::vector<std::string> names;
    for (const NewModel& model : plan_.sides.models) {
      if (model.requested) names.push_back(model.name);
    }
    return names;
  }

  void check_run_warnings() {
    for (const Warning& warning : input_.run_warnings) {
      if (warning.code == "seeds-not-built") continue;  // a step of its own
      warn(warning.code, warning.message, warning.next_step);
    }
  }

  void check_findings() {
    if (input_.findings.empty()) {
      checks_.push_back(ok("lint", "the linter finds nothing in the lineage of the model"));
      return;
    }
    for (const Finding& finding : input_.findings) {
      std::string place = finding.file;
      if (!place.empty() && finding.range.line > 0) place += fmt::format(":{}", finding.range.line);
      checks_.push_back({std::string(finding.rule),
                         finding.severity == Severity::kError ? CheckStatus::kFailed : CheckStatus::kWarning,
                         fmt::format("{}: {}", printable(finding.name), finding.message),
                         {},
                         std::move(place)});
    }
  }

  void check_rows() {
    if (!input_.production_rows) {
      do_not_know("manifest-rows",
                  "whether production's manifest holds a row of the new model already is in no artifact",
                  "give its rows: --rows FILE");
      return;
    }
    for (const PackageTables& package : plan_.sides.packages) check_rows_of(package);
  }

  void check_rows_of(const PackageTables& package) {
    const std::string name = printable(package.package);
    const auto rows_with = [&](const std::string& model) {
      return std::ranges::count(*input_.production_rows, model, &ManifestRow::model);
    };
    std::vector<std::string> early;
    std::ranges::copy_if(package.new_models, std::back_inserter(early), rows_with);
    if (!early.empty()) {
      fail("manifest-rows", fmt::format("{}: production's manifest has a row already of {}", name, comma_list(early)),
           "find out who wrote it; a row without its table makes production skip history. Delete it before you record");
    }
    const RunSettings settings;  // no window is wanted, only the state
    const auto state = run_limits(*input_.production_rows, package.production_models, settings, input_.now).state;
    const std::string now_in =
        fmt::format("{}: production's rows are in state {} ({})", name, static_cast<int>(state), to_string(state));
    if (state == RunState::kStandard) {
      if (early.empty()) checks_.push_back(ok("manifest-rows", now_in));
    } else if (state == RunState::kOutOfSync) {
      warn("manifest-rows", now_in, "let production catch up first: its models are to be equal at the merge");
    } else {
      fail("manifest-rows", now_in, "cure production first; plowline backfill status --rows FILE says which models");
    }
  }

  const PlanInput& input_;
  const BackfillPlan& plan_;
  std::vector<PlanCheck> checks_;
};

}  // namespace

std::vector<PlanCheck> plan_checks(const PlanInput& input, const BackfillPlan& plan) {
  return Checker(input, plan).all();
}

}  // namespace plowline
