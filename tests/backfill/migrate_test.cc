#include "backfill/migrate.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "backfill/dialects.h"
#include "backfill/sql_samples.h"

namespace plowline {
namespace {

using testing::sample_model;
using testing::sample_sides;
using testing::table_named;

std::vector<SqlScript> scripts_of(const BlueGreen& sides, const MigrateOptions& options = {},
                                  const Dialect& dialect = snowflake_dialect()) {
  auto scripts = migrate_scripts(sides, dialect, options);
  REQUIRE_MESSAGE(scripts, (scripts ? "" : scripts.error().reason));
  return std::move(*scripts);
}

bool notes_say(const SqlScript& script, std::string_view words) {
  return std::ranges::any_of(script.notes,
                             [&](const std::string& note) { return note.find(words) != std::string::npos; });
}

TEST_CASE("first what must be, then the copy, then what must have come of it") {
  const auto scripts = scripts_of(sample_sides("snowflake"));
  REQUIRE(scripts.size() == 1);
  const auto& statements = scripts[0].statements;
  REQUIRE(statements.size() >= 4);
  CHECK(statements[0].what == "Must be 1: staging has the table.");
  CHECK(statements[1].what.starts_with("Must be 0: production has nothing of that name."));
  CHECK(statements[2].sql.starts_with("create transient table"));
  CHECK(statements.back().what == "Must be 1: production has the table now.");
  CHECK(notes_say(scripts[0], "Pause production's schedule"));
  CHECK(notes_say(scripts[0], "before the branch is merged"));
  CHECK(notes_say(scripts[0], "Never run the model with --full-refresh"));
  CHECK(notes_say(scripts[0], "create schema if not exists shop.prod_derived"));
  CHECK(notes_say(scripts[0], "To go back: drop table shop.prod_derived.my_new_model."));
}

TEST_CASE("--replace puts production's table aside first, under a name that must be free") {
  const auto scripts = scripts_of(sample_sides("snowflake"), {.replace = true});
  const auto& statements = scripts[0].statements;
  CHECK(statements[1].what.starts_with("Must be 1: production's table, which is put aside."));
  CHECK(statements[2].what == "Must be 0: the name under which it is put aside is free.");
  CHECK(statements[2].sql.find("MY_NEW_MODEL_BEFORE_BACKFILL") != std::string::npos);
  CHECK(statements[3].sql ==
        "alter table shop.prod_derived.my_new_model rename to "
        "shop.prod_derived.my_new_model_before_backfill");
  CHECK(statements[4].sql.starts_with("create transient table"));
}

TEST_CASE("where tables cannot be counted, rows are") {
  const auto scripts = scripts_of(sample_sides("spark"), {}, spark_dialect());
  CHECK(scripts[0].statements[0].what == "Must be one row: staging has the table.");
  CHECK(scripts[0].statements[1].what.starts_with("Must be no rows: production has nothing"));
}

TEST_CASE("a backup's name fits every warehouse, and no character is cut in two") {
  const auto name = [](const std::string& text) {
    return backup_name(table_named("d", "s", text), "_before_backfill").identifier.text;
  };
  CHECK(name("t") == "t_before_backfill");
  CHECK(name(std::string(47, 'x')) == std::string(47, 'x') + "_before_backfill");
  CHECK(name(std::string(60, 'x')) == std::string(47, 'x') + "_before_backfill");
  std::string umlauts;
  for (int i = 0; i < 40; ++i) umlauts += "\xC3\xBC";
  CHECK(name(umlauts) == umlauts.substr(0, 46) + "_before_backfill");
  CHECK(backup_name(table_named("d", "s", "abc"), std::string(80, 'y')).identifier.text.starts_with("a"));
}

TEST_CASE("what holds no history needs no migration, and it is said why") {
  BlueGreen sides = sample_sides("snowflake");
  for (const char* kind : {"ephemeral", "view", "table"}) {
    NewModel helper = sample_model("snowflake");
    helper.name = kind;
    helper.has_history = false;
    helper.production.reset();
    helper.config.materialized = kind;
    sides.models.insert(sides.models.begin(), helper);
  }
  const auto scripts = scripts_of(sides);
  REQUIRE(scripts.size() == 4);
  CHECK(scripts[0].title == "table: nothing to migrate");
  CHECK(scripts[0].notes == std::vector<std::string>{"It holds no history: production's next run builds it anew."});
  CHECK(scripts[1].notes == std::vector<std::string>{"It is a view: production's next run creates it."});
  CHECK(scripts[2].notes == std::vector<std::string>{"It is ephemeral: there is no table."});
  for (int i = 0; i < 3; ++i) CHECK(scripts[static_cast<std::size_t>(i)].statements.empty());
  // What holds for all of them stands at the first that has statements.
  CHECK(notes_say(scripts[3], "Pause production's schedule"));
}

TEST_CASE("a model that production has already") {
  BlueGreen sides = sample_sides("snowflake");
  sides.models[0].in_production = true;
  CHECK(notes_say(scripts_of(sides)[0], "--replace puts"));
  CHECK_FALSE(notes_say(scripts_of(sides, {.replace = true})[0], "--replace puts"));
}

TEST_CASE("what cannot be migrated is refused") {
  BlueGreen sides = sample_sides("snowflake");
  sides.models[0].production.reset();
  sides.models[0].placement = "there is no other node";
  const auto unknown = migrate_scripts(sides, snowflake_dialect(), {});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().reason == "where production will build my_new_model is not known: there is no other node");
  CHECK(unknown.error().next_step == "say it with --to DATABASE.SCHEMA.NAME");
  sides.models[0].production = sides.models[0].staging;
  const auto same = migrate_scripts(sides, snowflake_dialect(), {});
  REQUIRE_FALSE(same);
  CHECK(same.error().status == ExitStatus::kUsage);
  CHECK(
      same.error().reason.starts_with("shop.staging_derived.my_new_model is the table of my_new_model in staging and"));
  const auto other = migrate_scripts(sample_sides("bigquery"), bigquery_dialect(), {.kind = MigrationKind::kMove});
  REQUIRE_FALSE(other);
}

}  // namespace
}  // namespace plowline
