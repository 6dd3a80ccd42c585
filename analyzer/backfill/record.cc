#include "backfill/record.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <utility>

#include "backfill/postgres_names.h"
#include "backfill/record_rows.h"
#include "backfill/verify.h"

namespace plowline {
namespace {

// One package's script. Aliases in its SQL: `staged` are staging's rows of the models to record, `present` production's
// rows of the models that count there today, `sync` one row about all of staging's models in run.
class PackageRecord {
 public:
  PackageRecord(const PackageTables& package, const Dialect& dialect, const RecordOptions& options)
      : package_(package),
        dialect_(dialect),
        options_(options),
        recorded_(recorded_models(package)),
        staging_(dialect.table(package.staging_manifest)),
        production_(dialect.table(package.production_manifest)),
        model_(dialect.column("model")),
        last_success_(dialect.column("last_success")) {}

  SqlScript script() {
    script_.title = recorded_.empty() ? fmt::format("{}: nothing to record", printable(package_.package))
                                      : fmt::format("{}: record {} in {}", printable(package_.package),
                                                    shown_names(recorded_), shown(package_.production_manifest));
    add_notes();
    if (!recorded_.empty()) {
      if (!options_.timestamp) add_sync_check();
      add_insert();
      add_missing_check();
    }
    add_rows_query();
    add_prediction();
    return std::move(script_);
  }

 private:
  static std::string shown_names(const std::vector<std::string>& names) {
    return printable(fmt::format("{}", fmt::join(names, ", ")));
  }

  // `model in ('a', 'b')`; a condition that never holds where there are none.
  std::string is_one_of(std::string_view column, const std::vector<std::string>& names) const {
    if (names.empty()) return "1 = 0";
    std::vector<std::string> texts;
    for (const std::string& name : names) texts.push_back(dialect_.text(name));
    return fmt::format("{} in ({})", column, fmt::join(texts, ", "));
  }

  // A table of one column: the names themselves.
  std::string names_query(const std::vector<std::string>& names) const {
    std::vector<std::string> rows;
    for (const std::string& name : names) {
      rows.push_back(fmt::format("select cast({} as {}) as {}", dialect_.text(name), dialect_.text_type(), model_));
    }
    return fmt::format("{}", fmt::join(rows, "\n  union all "));
  }

  void add(std::string what, std::string sql) { script_.statements.push_back({std::move(what), std::move(sql)}); }
  void add(std::vector<SqlStatement> statements) {
    std::ranges::move(statements, std::back_inserter(script_.statements));
  }

  void add_notes() {
    if (recorded_.empty()) {
      script_.notes.push_back("Every model of this backfill has its place in production's manifest already.");
    } else {
      script_.notes.push_back(
          "First migrate the tables, then record: a model with a row but without its table begins without its history, "
          "and nothing tells. Pause production's schedule until the branch is merged.");
      script_.notes.push_back(
          "The insert is one statement. Run twice, it inserts nothing the second time. No row gets a later time than "
          "the "
          "latest of production's own models.");
      script_.notes.push_back(
          fmt::format("To take it back, as long as the branch is not merged: delete from {} where {}", production_,
                      is_one_of(model_, recorded_)));
    }
    if (!recorded_.empty() && !options_.timestamp &&
        !same_database(package_.staging_manifest, package_.production_manifest)) {
      script_.notes.push_back(
          "One statement reads both manifests. Where they lie in two accounts, regions or metastores, none can: use "
          "--timestamp then.");
    }
    if (const auto left = models_not_staged(package_); !left.empty()) {
      script_.notes.push_back(fmt::format(
          "Production lacks {} too, which this backfill does not stage and does not record. After the merge it counts: "
          "backfill it as well (name it beside the others), or leave it out of the branch.",
          shown_names(left)));
    }
  }

  // As one row: how many rows and models there are, and the first and the last time.
  std::string sync_query() const {
    return fmt::format(
        "select count(*) as found, count(distinct {0}) as models, min({1}) as earliest, max({1}) as latest\n"
        "  from {2}\n"
        "  where {3}",
        model_, last_success_, staging_, is_one_of(model_, package_.staging_models));
  }

  std::string in_sync() const {
    return fmt::format("sync.found = {0} and sync.models = {0} and sync.earliest = sync.latest",
                       package_.staging_models.size());
  }

  void add_sync_check() {
    add("Must be 'in sync': every model in run of the backfill has one row in staging, all of one time. Otherwise the "
        "insert below inserts nothing: run staging on until they are.",
        fmt::format("select sync.found, {} as expected, sync.earliest, sync.latest,\n"
                    "  case when {} then 'in sync' else 'not in sync: nothing will be recorded' end as verdict\n"
                    "from (\n  {}\n) sync",
                    package_.staging_models.size(), in_sync(), sync_query()));
  }

  // What is to be recorded, as rows of model and last_success.
  std::string staged_query() const {
    if (!options_.timestamp) {
      return fmt::format(
          "select {0}, max({1}) as {1}\n"
          "  from {2}\n"
          "  where {3}\n"
          "  group by {0}",
          model_, last_success_, staging_, is_one_of(model_, recorded_));
    }
    return fmt::format("select named.{0}, {1} as {2}\n  from (\n  {3}\n  ) named", model_,
                       dialect_.timestamp(*options_.timestamp), last_success_, names_query(recorded_));
  }

  void add_insert() {
    add(dialect_.begin());
    if (auto lock = dialect_.lock(package_.production_manifest)) script_.statements.push_back(std::move(*lock));
    const bool literal = options_.timestamp.has_value();
    std::string sql = fmt::format(
        "insert into {0} ({1}, {2})\n"
        "select staged.{1}, {3}\n"
        "from (\n  {4}\n) staged\n"
        "cross join (\n  select max({2}) as latest\n  from {0}\n  where {5}\n) present\n",
        production_, model_, last_success_, dialect_.least(fmt::format("staged.{}", last_success_), "present.latest"),
        staged_query(), is_one_of(model_, package_.production_models));
    if (!literal) sql += fmt::format("cross join (\n  {}\n) sync\n", sync_query());
    sql += fmt::format("where not exists (select 1 from {0} recorded where recorded.{1} = staged.{1})", production_,
                       model_);
    if (!literal) sql += fmt::format("\n  and {}", in_sync());
    add(literal ? "The time that was given, or production's latest where that is earlier; only where no row is."
                : "Staging's own time, or production's latest where that is earlier; only where no row is, and only "
                  "where staging is in sync.",
        std::move(sql));
    add(dialect_.commit());
  }

  void add_missing_check() {
    add("Must be no rows: each is a new model that has no row in production's manifest.",
        fmt::format("select named.{1}\nfrom (\n  {2}\n) named\n"
                    "where not exists (select 1 from {0} recorded where recorded.{1} = named.{1})",
                    production_, model_, names_query(package_.new_models)));
  }

  void add_rows_query() {
    add("The rows of all models that count after the merge.",
        fmt::format("select {0}, {1}\nfrom {2}\nwhere {3}\norder by {1}, {0}", model_, last_success_, production_,
                    is_one_of(model_, models_after_merge(package_))));
  }

  // What get_run_limits (snowplow_utils) will make of these rows.
  void add_prediction() {
    const std::vector<std::string> after = models_after_merge(package_);
    const auto latest = [&](const std::vector<std::string>& names) {
      return fmt::format("max(case when {} then {} end)", is_one_of(model_, names), last_success_);
    };
    add("What production's next run will do after the merge. Merge with state 4, or with state 3; with nothing else.",
        fmt::format("select count(*) as row_count, {0} as models, min({1}) as earliest, max({1}) as latest,\n"
                    "  case\n"
                    "    when count(*) = 0 then 'state 1: no rows, production starts from the start date'\n"
                    "    when count(*) <> {0} then 'state 2: a model has no row, or two: do not merge'\n"
                    "    when {2} > {3}\n"
                    "      then 'state 3 for ever, unless an event has the very time of the new row: do not merge'\n"
                    "    when min({1}) <> max({1}) then 'state 3: the gap is closed first'\n"
                    "    else 'state 4: the standard run'\n"
                    "  end as next_run\n"
                    "from {4}\nwhere {5}",
                    after.size(), last_success_, latest(package_.new_models), latest(package_.production_models),
                    production_, is_one_of(model_, after)));
  }

  const PackageTables& package_;
  const Dialect& dialect_;
  const RecordOptions& options_;
  std::vector<std::string> recorded_;
  std::string staging_;
  std::string production_;
  std::string model_;
  std::string last_success_;
  SqlScript script_;
};

Result<void> check_package(const PackageTables& package, const Dialect& dialect, const RecordOptions& options) {
  if (package.shared || dialect.table(package.staging_manifest) == dialect.table(package.production_manifest)) {
    return usage_error(
        fmt::format("{} is the incremental manifest of staging and of production: a backfill writes right into it, and "
                    "there is nothing to record",
                    shown(package.production_manifest)),
        "let dbt write the branch's manifest for the staging target (dbt parse --target …)");
  }
  if (options.timestamp || dialect.reads_across_databases() ||
      same_database(package.staging_manifest, package.production_manifest) || recorded_models(package).empty()) {
    return {};
  }
  return usage_error(fmt::format("{} and {} lie in two databases, and no statement of {} can read both",
                                 shown(package.staging_manifest), shown(package.production_manifest), dialect.name()),
                     "read last_success in staging, all its digits, and give it: --timestamp 'TIME'");
}

}  // namespace

std::vector<std::string> recorded_models(const PackageTables& package) {
  std::vector<std::string> names;
  std::ranges::set_intersection(package.new_models, package.staging_models, std::back_inserter(names));
  return names;
}

std::vector<std::string> models_not_staged(const PackageTables& package) {
  std::vector<std::string> names;
  std::ranges::set_difference(package.new_models, package.staging_models, std::back_inserter(names));
  return names;
}

Result<std::vector<SqlScript>> record_scripts(const BlueGreen& sides, const Dialect& dialect,
                                              const RecordOptions& options, Warnings& warnings) {
  std::vector<SqlScript> scripts;
  if (sides.packages.empty()) {
    scripts.push_back({"nothing to record",
                       {"No Snowplow package counts these models: they carry no package's tag, and no manifest has a "
                        "row for them."},
                       {}});
  }
  for (const PackageTables& package : sides.packages) {
    if (auto checked = check_package(package, dialect, options); !checked) return std::unexpected(checked.error());
    if (!recorded_models(package).empty()) {
      if (auto checked = check_rows(package, options, sides.packages.size() == 1, warnings); !checked)
        return std::unexpected(checked.error());
    }
    if (const auto left = models_not_staged(package); !left.empty()) {
      warnings.push_back(
          {"new-models-not-staged",
           printable(fmt::format("{}: production lacks {} too, which is not recorded: this backfill does "
                                 "not stage it",
                                 package.package, fmt::join(left, ", "))),
           "name it beside the other models, or leave it out of the branch: without a row for it, "
           "production's next run is in state 2",
           {}});
    }
    scripts.push_back(PackageRecord(package, dialect, options).script());
  }
  return scripts;
}

}  // namespace plowline
