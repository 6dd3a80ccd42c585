#include "backfill/plan_runbook.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "snowplow/checks.h"

namespace plowline {
namespace {

// So many windows are listed one by one.
constexpr std::size_t kAllWindows = 14;
constexpr std::size_t kFirstWindows = 5;
constexpr std::size_t kLastWindows = 2;

std::string join(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<std::string> requested(const BackfillPlan& plan) {
  std::vector<std::string> names;
  for (const NewModel& model : plan.sides.models) {
    if (model.requested) names.push_back(model.name);
  }
  return names;
}

Block::Mark mark_of(CheckStatus status) {
  switch (status) {
    case CheckStatus::kOk:
      return Block::Mark::kOk;
    case CheckStatus::kWarning:
      return Block::Mark::kWarning;
    case CheckStatus::kFailed:
      return Block::Mark::kFailed;
    case CheckStatus::kUnknown:
      break;
  }
  return Block::Mark::kUnknown;
}

// The three things that every step ends with.
void add_ends(Section& section, std::string done_when, std::string if_it_fails, std::string go_back) {
  section.blocks.push_back(Block::list({"Done when: " + std::move(done_when), "If it fails: " + std::move(if_it_fails),
                                        "To go back: " + std::move(go_back)}));
}

Block models_table(const BackfillPlan& plan) {
  Block table{.kind = Block::Kind::kTable, .header = {"model", "built as", "staging", "production"}};
  for (const NewModel& model : plan.sides.models) {
    const bool placed = !model.staging.identifier.text.empty();
    table.rows.push_back({model.name, model.config.materialized, placed ? shown(model.staging) : "-",
                          model.production ? shown(*model.production) : "-"});
  }
  return table;
}

Section overview(const BackfillPlan& plan) {
  Section section{"What happens", {}};
  section.blocks.push_back(Block::paragraph(fmt::format(
      "{} {} built alone in staging from the start of history, run after run, while production goes on untouched. Then "
      "{} moved to production, production's incremental manifest gets {}, and the branch is merged: production's next "
      "run continues where staging ended.",
      join(requested(plan)), requested(plan).size() == 1 ? "is" : "are",
      requested(plan).size() == 1 ? "its table is" : "their tables are",
      requested(plan).size() == 1 ? "its row" : "their rows")));
  section.blocks.push_back(models_table(plan));
  return section;
}

Section checks(const BackfillPlan& plan) {
  Section section{"Before the first run", {}};
  Block block{.kind = Block::Kind::kChecks};
  for (const PlanCheck& check : plan.checks) {
    std::string text = check.message;
    if (!check.place.empty()) text += fmt::format(" [{}, {}]", check.name, check.place);
    if (!check.next_step.empty()) text += "; " + check.next_step;
    block.items.push_back(std::move(text));
    block.marks.push_back(mark_of(check.status));
  }
  section.blocks.push_back(std::move(block));
  section.blocks.push_back(Block::list(
      {"No other dbt run may write into the staging schema while this goes on: two runs at once move one window.",
       "Never pass --full-refresh, in staging or in production, before or after: it drops history that no single run "
       "brings back.",
       "Keep the variables the same in every run, above all snowplow__session_timestamp and the app_id filters: rows "
       "of staging are to be production's.",
       "If history is not needed in full, a later --start-date saves runs; the model then begins there for good.",
       "Tell the users of the model's data when it will appear, and from which date on."}));
  return section;
}

std::vector<std::string> window_row(std::size_t number, const RunWindow& window) {
  return {std::to_string(number), fmt::format("{} ({})", static_cast<int>(window.state), to_string(window.state)),
          to_text(window.lower_limit), window.reaches_now ? "the time of the run" : to_text(window.upper_limit)};
}

Block windows_table(const PlannedRuns& runs) {
  Block table{.kind = Block::Kind::kTable, .header = {"run", "state", "from", "to"}};
  const std::size_t count = runs.windows.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (count > kAllWindows && i == kFirstWindows) {
      table.rows.push_back({"…", fmt::format("{} more", count - kFirstWindows - kLastWindows), "", ""});
      i = count - kLastWindows;
    }
    table.rows.push_back(window_row(i + 1, runs.windows[i]));
  }
  return table;
}

void add_runs(Section& section, const PlannedRuns& runs) {
  if (runs.windows.empty()) {
    section.blocks.push_back(
        Block::paragraph(fmt::format("{}: with these settings no run ever gets up to date.", runs.package)));
    return;
  }
  std::vector<std::string> settings;
  for (const SettingSource& source : runs.settings.sources)
    settings.push_back(fmt::format("{} = {} ({})", source.name, source.value, source.origin));
  section.blocks.push_back(Block::paragraph(
      fmt::format("{}: {} {}, with {}. The windows, where events come without long gaps:", runs.package,
                  runs.windows.size(), plural(runs.windows.size(), "run", "runs"), join(settings))));
  section.blocks.push_back(windows_table(runs));
}

Section stage(const BackfillPlan& plan) {
  Section section{"1. Stage: run until it is up to date", {}};
  if (!plan.seed_command.empty()) {
    section.blocks.push_back(
        Block::paragraph(fmt::format("Once, as the models read {} {} that dbt run does not build:", plan.seeds.size(),
                                     plural(plan.seeds.size(), "seed", "seeds"))));
    section.blocks.push_back(Block::command(plan.seed_command));
  }
  section.blocks.push_back(
      Block::paragraph("Again and again, exactly this command (plowline backfill run does it, follows the windows and "
                       "stops by itself):"));
  section.blocks.push_back(Block::command(plan.run_command));
  if (!plan.guards.empty()) {
    section.blocks.push_back(Block::paragraph(fmt::format(
        "{} in models_to_run is not run: without the name the on-run-end hook of its package would fail, and no "
        "hook after it would run.",
        join(plan.guards))));
  }
  for (const PlannedRuns& runs : plan.runs) add_runs(section, runs);
  if (!plan.other_limits.empty()) {
    std::vector<std::string> others;
    for (const auto& [days, count] : plan.other_limits) others.push_back(fmt::format("{} days: {}", days, count));
    section.blocks.push_back(
        Block::paragraph(fmt::format("Runs with another --backfill-limit-days: {}.", join(others))));
  }
  add_ends(section,
           "a run says 'Standard incremental run' and its window ends at the time of the run; plowline backfill status "
           "--log FILE tells it from the log.",
           "correct the cause and run the same command again: a run that failed wrote no manifest row for what failed, "
           "so its window comes again. Two equal windows in a row mean that it stands still; plowline backfill status "
           "says why.",
           "drop the staging schemas. Nothing else knows of them.");
  return section;
}

void add_sql(Section& section, const std::vector<SqlScript>& scripts, const std::string& without) {
  if (scripts.empty()) section.blocks.push_back(Block::paragraph(without));
  for (const SqlScript& script : scripts) section.blocks.push_back(Block::sql(to_text(script)));
}

Section migrate(const BackfillPlan& plan) {
  Section section{"2. Migrate: copy the table to production", {}};
  section.blocks.push_back(Block::paragraph(
      "Pause production's schedule now, and leave it paused until the branch is merged. Print these statements with "
      "plowline backfill migrate; a copy keeps staging's table to go back to."));
  add_sql(section, plan.migrate,
          plan.without_sql.empty() ? "No table holds history: nothing is to be copied." : plan.without_sql);
  add_ends(section, "the table is in production, with as many rows as in staging.",
           "nothing of production was changed but a table that nobody reads yet: drop it, and begin this step again.",
           "drop the table in production.");
  return section;
}

Section record(const BackfillPlan& plan) {
  Section section{"3. Record: a row in production's incremental manifest", {}};
  section.blocks.push_back(Block::paragraph(
      "The statement takes staging's own last_success at full precision, never later than production's, and inserts "
      "only where no row is. Do not type a timestamp by hand: one that is later than production's and is no event's "
      "own "
      "time keeps the whole package in state 3 for ever."));
  add_sql(section, plan.record, plan.without_sql.empty() ? "No row is to be inserted." : plan.without_sql);
  add_ends(section, "each new model has one row, none of them later than the others' latest.",
           "the statement does all or nothing: correct the cause and run it again. Run twice it inserts nothing.",
           "delete the rows of the new models, and nothing else, from production's manifest.");
  return section;
}

Section verify(const BackfillPlan& plan) {
  Section section{"4. Verify", {}};
  section.blocks.push_back(Block::paragraph(
      "Before the merge; plowline backfill verify prints these queries, each with what its answer must "
      "be."));
  add_sql(section, plan.verify, plan.without_sql.empty() ? "Nothing is to be verified." : plan.without_sql);
  add_ends(section, "every query answers as its comment says.",
           "do not merge; go back to the step that the query is about.",
           "nothing to go back from: these are queries only.");
  return section;
}

Section merge(const BackfillPlan& plan) {
  Section section{"5. Merge", {}};
  section.blocks.push_back(Block::command(plan.lint_command));
  std::vector<std::string> items;
  for (const PackageTables& package : plan.sides.packages) {
    items.push_back(fmt::format(
        "{} will count {} models: {} of today and the new {}. Every one needs its row, or the next run is in state 2.",
        package.package, package.production_models.size() + package.new_models.size(), package.production_models.size(),
        join(package.new_models)));
  }
  items.push_back(
      "Merge, then let production run: state 4 where staging was as far as production, else one or more runs in state "
      "3, "
      "which bring the new model up to the others; then state 4.");
  items.push_back("Resume the schedule. Keep staging's tables until production has had a good run.");
  section.blocks.push_back(Block::list(std::move(items)));
  add_ends(section, "production's run is in state 4 and the new model's table grew by its window.",
           "revert the merge and delete the new rows from production's manifest: the other models then run as before.",
           "as above; the copied table may stay, nothing reads it.");
  return section;
}

}  // namespace

Runbook runbook_of(const BackfillPlan& plan) {
  return {fmt::format("Backfill of {} in {}", join(requested(plan)), plan.project),
          {overview(plan), checks(plan), stage(plan), migrate(plan), record(plan), verify(plan), merge(plan)}};
}

}  // namespace plowline
