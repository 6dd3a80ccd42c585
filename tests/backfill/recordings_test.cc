// Every recorded run of the real packages: what the status says from the console text alone, from the JSON events
// alone, and from the rows alone, against what happened then and in the next run.
#include <chrono>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "artifact/console_text.h"
#include "artifact/manifest.h"
#include "backfill/status.h"
#include "command/vars.h"
#include "project/project.h"
#include "snowplow/packages.h"
#include "support/support.h"

using namespace plowline;
using nlohmann::json;

namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::microseconds;

// One dbt run of a recording.
struct Step {
  fs::path folder;
  std::string number;
  std::string base;    // 01_prod_run1
  std::string schema;  // staging or prod
  bool succeeded = false;
  std::vector<int> states;
  struct Package {
    std::string name;
    std::optional<Instant> printed_lower, printed_upper;  // seconds cut
    std::optional<Instant> lower, upper;                  // the limits table
    std::vector<ManifestRow> rows;
    bool has_table = false;
  };
  std::vector<Package> packages;
  std::vector<std::string> models_to_run;
  bool names_unknown = false;  // the shell put them in, and its value was not kept

  std::string shown() const { return folder.filename().string() + "/" + base; }
  bool computed(const Package& package) const { return package.printed_lower.has_value(); }
  // All packages of one run are in one state in these recordings.
  int state() const { return states.front(); }
};

Instant time_of(const json& text) {
  const auto instant = instant_from(text.get<std::string>());
  REQUIRE(instant);
  return *instant;
}

// The names as the packages see them, from the command or from the value that the shell made.
std::vector<std::string> names_of(const json& step, const fs::path& folder, const std::string& base) {
  std::string vars;
  const fs::path made = folder / (base + ".vars.txt");
  if (fs::exists(made)) {
    vars = testing::read_text(made);
    vars = vars.substr(vars.find('\n') + 1);
    vars = vars.substr(0, vars.find("}\n") + 1);  // the value stands there a second time, folded
  } else {
    const std::string command = step["command"].get<std::string>();
    const std::size_t at = command.find("--vars ");
    if (at == std::string::npos) return {};
    vars = command.substr(at + 8);
    vars.pop_back();
  }
  Warnings warnings;
  const auto read = DbtVars::parse(vars, "--vars", warnings);
  if (!read) return {};
  std::vector<std::string> names;
  if (const DbtVar* var = read->find("models_to_run"); var != nullptr && var->value.is_scalar()) {
    for (const std::string_view word : words_of(var->value.text)) names.emplace_back(word);
  }
  return names;
}

std::vector<Step> steps_of(const fs::path& folder, const std::string& truth) {
  std::vector<Step> steps;
  if (!fs::exists(folder / truth)) return steps;
  for (const json& entry : json::parse(testing::read_text(folder / truth))) {
    if (entry["kind"] != "dbt") continue;
    Step step;
    step.folder = folder;
    step.number = entry["n"];
    step.base = entry["n"].get<std::string>() + "_" + entry["name"].get<std::string>();
    step.schema = entry["schema"];
    step.succeeded = entry["exit"] == 0;
    step.states = entry["states"].get<std::vector<int>>();
    for (const auto& [short_name, rows] : entry["manifest"].items()) {
      Step::Package package;
      package.name = "snowplow_" + short_name;
      for (const json& printed : entry["printed"]) {
        if (printed["package"] != package.name) continue;
        package.printed_lower = time_of(printed["lower"]);
        package.printed_upper = time_of(printed["upper"]);
      }
      if (const json& limits = entry["limits"][short_name]; !limits.is_null()) {
        package.lower = time_of(limits["lower"]);
        package.upper = time_of(limits["upper"]);
      }
      package.has_table = rows.is_array();
      if (package.has_table) {
        for (const json& row : rows) package.rows.push_back({row[0], time_of(row[1])});
      }
      step.packages.push_back(std::move(package));
    }
    step.models_to_run = names_of(entry, folder, step.base);
    step.names_unknown = entry["command"].get<std::string>().find("$(") != std::string::npos &&
                         !fs::exists(folder / (step.base + ".vars.txt"));
    steps.push_back(std::move(step));
  }
  return steps;
}

const Step::Package* package_of(const Step& step, std::string_view name) {
  for (const Step::Package& package : step.packages) {
    if (package.name == name) return &package;
  }
  return nullptr;
}

const PackageStatus* status_for(const BackfillStatus& status, std::string_view name) {
  for (const PackageStatus& package : status.packages) {
    if (package.package == name) return &package;
  }
  return nullptr;
}

// The recordings were made in one night; events end before it.
const Instant kNight = *instant_from("2026-11-21 01:00:00");
const Instant kMorning = *instant_from("2026-11-21 04:00:00");

bool reached_now(const Step::Package& package) {
  return *package.upper > kNight;
}

StatusInput input_at(Instant now) {
  StatusInput input;
  input.now = now;
  input.settings = {instant_from("2026-05-05"), std::chrono::days(60), hours(6)};
  return input;
}

// Between these runs something happened that the first one's log cannot tell: another models_to_run, a row by hand,
// a model that is never selected, a schema that was emptied.
const std::set<std::string> kUnforeseen{
    "B2_merge_prod_ahead/01",              // the new model's row is inserted after it
    "C_staging_without_models_to_run/01",  // tagged models that are not selected
    "G_models_to_run_formats/07",          // the same
    "J_docs_one_liner/06",                 // models_to_run names one model more from then on
    "J_docs_one_liner/09",                 // it names none
};

// The next run of the same package in the same tables.
const Step* next_step(const std::vector<Step>& steps, std::size_t i, std::string_view package) {
  const std::string folder = steps[i].folder.filename().string();
  // Every run of G starts from a fresh schema, but these.
  if (folder.starts_with("G_") && steps[i].number != "02" && steps[i].number != "07") return nullptr;
  for (std::size_t k = i + 1; k < steps.size(); ++k) {
    if (steps[k].schema != steps[i].schema) continue;
    const Step::Package* there = package_of(steps[k], package);
    if (there != nullptr && steps[k].computed(*there)) return &steps[k];
  }
  return nullptr;
}

microseconds distance(Instant a, Instant b) {
  return a < b ? b - a : a - b;
}

// The tagged models of the project that stages my_new_model.
const std::vector<KnownPackage>& staging_project() {
  static const std::vector<KnownPackage> known = [] {
    Warnings warnings;
    const auto file = testing::shared_or_skip("the staging manifest") /
                      "corpus/snowplow_logs/B_staging_backfill/staging_manifest.branch.json";
    auto manifest = read_manifest(*FileBytes::read(file), warnings);
    REQUIRE(manifest);
    const auto project = Project::build(std::move(*manifest), warnings);
    REQUIRE(project);
    const auto packages = SnowplowPackages::find(*project);
    REQUIRE(packages);
    std::vector<KnownPackage> all;
    for (const SnowplowPackage& package : packages->all()) {
      KnownPackage& added = all.emplace_back();
      added.package = package.name;
      for (const NodeId id : package.tagged_models) {
        const NodeRecord& node = project->node(id);
        added.tagged.push_back({std::string(node.name), std::string(node.unique_id), std::string(node.alias), false});
      }
    }
    return all;
  }();
  return known;
}

int checked_runs = 0;
int checked_next = 0;

// Events come every three hours, those of media_player every eight: so far may a last_success lie before the end of
// its window.
constexpr auto kSparse = hours(9);

// What a log alone tells.
void check_log(const std::vector<Step>& steps, std::size_t i, const std::string& file) {
  const Step& step = steps[i];
  INFO(step.shown(), " from ", file);
  const auto bytes = FileBytes::read(step.folder / file);
  REQUIRE(bytes);
  const auto runs = read_run_log(*bytes);
  REQUIRE(runs);
  CHECK(runs->size() == 1);
  for (const bool settings : {true, false}) {
    StatusInput input = input_at(kMorning);
    if (!settings) input.settings = {};
    input.runs = *runs;
    const BackfillStatus status = backfill_status(input);
    CHECK(status.succeeded == step.succeeded);
    CHECK(status.any_problem() == !step.succeeded);
    for (const Step::Package& package : step.packages) {
      const PackageStatus* found = status_for(status, package.name);
      if (!step.computed(package)) {
        CHECK((found == nullptr || (!found->state && !found->upper_limit)));
        continue;
      }
      REQUIRE(found != nullptr);
      CHECK(static_cast<int>(found->state.value_or(RunState{})) == step.state());
      CHECK(found->lower_limit == package.printed_lower);
      CHECK(found->upper_limit == package.printed_upper);
      const bool written = step.succeeded || !package.rows.empty();
      CHECK(found->up_to_date == (written && reached_now(package)));
      ++checked_runs;
      const Step* next = next_step(steps, i, package.name);
      if (next == nullptr || kUnforeseen.contains(step.folder.filename().string() + "/" + step.number)) continue;
      INFO("next: ", next->shown());
      REQUIRE(found->next.state);
      CHECK(static_cast<int>(*found->next.state) == next->state());
      CHECK_FALSE(found->next.exact);
      const Step::Package& then = *package_of(*next, package.name);
      CHECK(distance(*found->next.lower_limit, *then.lower) < kSparse);
      if (found->next.reaches_now) {
        CHECK(reached_now(then));
      } else if (next->state() != 3) {  // there the largest row decides, which no log tells
        CHECK(distance(*found->next.upper_limit, *then.upper) < kSparse);
      }
      ++checked_next;
    }
  }
}

// What the rows alone tell: the next run, exactly.
void check_rows(const std::vector<Step>& steps, std::size_t i) {
  const Step& step = steps[i];
  for (const Step::Package& package : step.packages) {
    const Step* next = next_step(steps, i, package.name);
    if (next == nullptr || !package.has_table) continue;
    const std::string folder = step.folder.filename().string();
    if (folder == "B2_merge_prod_ahead" && step.number == "01") continue;  // a row is inserted after it
    if (next->names_unknown) continue;
    INFO(step.shown(), " rows, next ", next->shown());
    const Step::Package& then = *package_of(*next, package.name);
    StatusInput input = input_at(reached_now(then) ? *then.upper : kMorning);
    input.rows.push_back({{}, package.rows});
    if (!next->models_to_run.empty()) input.models_to_run = next->models_to_run;
    // models_to_run is not set there: only the project knows of tagged models without a row.
    if (next->models_to_run.empty() && (folder[0] == 'C' || folder[0] == 'G' || folder[0] == 'J'))
      input.project = staging_project();
    if (package.rows.empty()) input.rows.back().package = package.name;
    const BackfillStatus status = backfill_status(input);
    REQUIRE(status.packages.size() == 1);
    const PackageStatus& found = status.packages[0];
    CHECK(found.package == package.name);
    CHECK(!status.succeeded);
    CHECK(!found.state);
    CHECK(!found.upper_limit);
    CHECK(!found.problem);
    REQUIRE(found.next.state);
    CHECK(static_cast<int>(*found.next.state) == next->state());
    CHECK(found.next.lower_limit == then.lower);
    CHECK(found.next.upper_limit == then.upper);
    CHECK(found.next.exact);
    CHECK(found.next.reaches_now == reached_now(then));
    const bool equal = found.out_of_sync.empty() && found.new_models.empty() && !package.rows.empty();
    CHECK(found.up_to_date == (equal && package.rows[0].last_success > kNight - std::chrono::days(1)));
    ++checked_next;

    // With the limits table also the run that was.
    if (!package.upper || !step.computed(package) || !step.succeeded) continue;
    input.limits.push_back({{}, {*package.lower, *package.upper}});
    const PackageStatus with_limits = backfill_status(input).packages.at(0);
    CHECK(static_cast<int>(with_limits.state.value_or(RunState{})) == step.state());
    CHECK(with_limits.upper_limit == package.upper);
    CHECK(with_limits.up_to_date == (equal && reached_now(package)));
  }
}

std::vector<fs::path> folders() {
  const fs::path root = testing::shared_or_skip("recorded Snowplow runs") / "corpus/snowplow_logs";
  std::vector<fs::path> all;
  if (!fs::is_directory(root)) return all;
  for (const auto& entry : fs::directory_iterator(root)) {
    if (fs::exists(entry.path() / "truth.json")) all.push_back(entry.path());
  }
  std::ranges::sort(all);
  return all;
}

}  // namespace

TEST_CASE("console text alone") {
  const std::vector<fs::path> all = folders();
  if (all.empty()) return;
  checked_runs = checked_next = 0;
  for (const fs::path& folder : all) {
    const std::vector<Step> steps = steps_of(folder, "truth.json");
    for (std::size_t i = 0; i < steps.size(); ++i) check_log(steps, i, steps[i].base + ".txt");
  }
  CHECK(checked_runs >= 80);
  CHECK(checked_next >= 50);
}

TEST_CASE("JSON events alone") {
  const std::vector<fs::path> all = folders();
  if (all.empty()) return;
  checked_runs = checked_next = 0;
  for (const fs::path& folder : all) {
    const std::vector<Step> steps = steps_of(folder, "truth.json_pass.json");
    for (std::size_t i = 0; i < steps.size(); ++i) check_log(steps, i, steps[i].base + ".jsonl");
  }
  CHECK(checked_runs >= 60);
  CHECK(checked_next >= 40);
}

TEST_CASE("the manifest's rows alone") {
  const std::vector<fs::path> all = folders();
  if (all.empty()) return;
  checked_next = 0;
  for (const fs::path& folder : all) {
    for (const std::string truth : {"truth.json", "truth.json_pass.json"}) {
      const std::vector<Step> steps = steps_of(folder, truth);
      for (std::size_t i = 0; i < steps.size(); ++i) check_rows(steps, i);
    }
  }
  CHECK(checked_next >= 40);
}

TEST_CASE("all runs of a recording together: what stands still is said") {
  const std::vector<fs::path> all = folders();
  if (all.empty()) return;
  const std::map<std::string, std::string> problems{
      {"A_prod_backfill", ""},
      {"B_staging_backfill", ""},
      {"C_staging_without_models_to_run", "stuck-state-2"},
      {"D_prod_merge_without_manifest_row", ""},
      {"B2_merge_prod_ahead", ""},
  };
  for (const fs::path& folder : all) {
    const auto expected = problems.find(folder.filename().string());
    if (expected == problems.end()) continue;
    StatusInput input = input_at(kMorning);
    for (const Step& step : steps_of(folder, "truth.json")) {
      const auto bytes = FileBytes::read(folder / (step.base + ".txt"));
      REQUIRE(bytes);
      auto runs = read_run_log(*bytes);
      REQUIRE(runs);
      input.runs.push_back(std::move(runs->front()));
      const BackfillStatus status = backfill_status(input);
      REQUIRE(status.packages.size() == 1);
      const bool first = input.runs.size() == 1;
      INFO(step.shown());
      CHECK((status.packages[0].problem ? to_string(*status.packages[0].problem) : "") ==
            (first ? std::string() : expected->second));
      CHECK(status.packages[0].runs_left.has_value() == (first || expected->second.empty()));
    }
  }
}

TEST_CASE("failures of the recordings have their names") {
  const fs::path root = testing::shared_or_skip("recorded Snowplow runs") / "corpus/snowplow_logs";
  if (!fs::is_directory(root)) return;
  const std::map<std::string, std::string> problems{
      {"G_models_to_run_formats/01_typo_only", "no-enabled-models"},
      {"G_models_to_run_formats/04_list", "bad-models-to-run"},
      {"G_models_to_run_formats/05_newline_json", "no-enabled-models"},
      {"G_models_to_run_formats/09_comma", "no-enabled-models"},
      {"G_models_to_run_formats/10_tab", "no-enabled-models"},
      {"G_models_to_run_formats/11_null", "bad-models-to-run"},
      {"G_models_to_run_formats/12_fqn", "no-enabled-models"},
      {"H_two_packages/01_unified_only_run1", "hook-failed"},
      {"H_two_packages/02_unified_only_run2", "hook-failed"},
      {"H_two_packages/05_media_only_run1", "hook-failed"},
      {"H_two_packages/06_media_only_run2", "hook-failed"},
  };
  for (const auto& [name, problem] : problems) {
    for (const std::string suffix : {".txt", ".jsonl"}) {
      INFO(name, suffix);
      const auto bytes = FileBytes::read(root / (name + suffix));
      REQUIRE(bytes);
      const auto runs = read_run_log(*bytes);
      REQUIRE(runs);
      StatusInput input = input_at(kMorning);
      input.runs = *runs;
      const BackfillStatus status = backfill_status(input);
      CHECK(status.succeeded == false);
      const PackageStatus* unified = status_for(status, "snowplow_unified");
      REQUIRE(unified != nullptr);
      REQUIRE(unified->problem);
      CHECK(to_string(*unified->problem) == problem);
      CHECK(!unified->message.empty());
      CHECK(!unified->next_step.empty());
      if (name.starts_with("H_two_packages/05") || name.starts_with("H_two_packages/06"))
        CHECK(status_for(status, "snowplow_media_player")->manifest_written == true);
    }
  }
}
