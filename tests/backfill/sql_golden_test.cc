// The SQL of every dialect, letter by letter: tests/backfill/golden. The README.md there names the page of the
// warehouse's documentation behind each kind of statement.
//
// PLOWLINE_UPDATE_GOLDEN=1 writes the files anew.
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "artifact/instant.h"
#include "backfill/dialect.h"
#include "backfill/migrate.h"
#include "backfill/record.h"
#include "backfill/sql_samples.h"
#include "support/support.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;
using testing::read_text;
using testing::sample_sides;

fs::path golden_dir() {
  return testing::source_dir() / "tests" / "backfill" / "golden";
}

void compare(const std::string& name, const std::string& text) {
  CAPTURE(name);
  const fs::path file = golden_dir() / name;
  if (std::getenv("PLOWLINE_UPDATE_GOLDEN") != nullptr) std::ofstream(file, std::ios::binary) << text;
  REQUIRE_MESSAGE(fs::exists(file), "run once with PLOWLINE_UPDATE_GOLDEN=1");
  CHECK(text == read_text(file));
}

std::string migrated(const Dialect& dialect, const BlueGreen& sides, const MigrateOptions& options) {
  const auto scripts = migrate_scripts(sides, dialect, options);
  REQUIRE_MESSAGE(scripts, (scripts ? "" : scripts.error().reason));
  return to_text(*scripts);
}

// Where a table cannot be moved to another schema, it can still be renamed.
BlueGreen movable(const std::string& dialect) {
  BlueGreen sides = sample_sides(dialect);
  if (dialect == "bigquery" || dialect == "spark") {
    sides.models[0].staging = *sides.models[0].production;
    sides.models[0].staging.identifier.text = "my_new_model_staging";
  }
  return sides;
}

TEST_CASE("golden: migrations of every dialect") {
  for (const Dialect* dialect : all_dialects()) {
    const std::string name(dialect->name());
    compare(name + "_copy.sql", migrated(*dialect, sample_sides(name), {}));
    compare(name + "_move.sql", migrated(*dialect, movable(name), {.kind = MigrationKind::kMove}));
    compare(name + "_replace.sql", migrated(*dialect, sample_sides(name), {.replace = true}));
  }
}

TEST_CASE("golden: the record of every dialect, with staging's time and with a given one") {
  for (const Dialect* dialect : all_dialects()) {
    const std::string name(dialect->name());
    Warnings warnings;
    const auto scripts = record_scripts(sample_sides(name), *dialect, {}, warnings);
    REQUIRE(scripts);
    CHECK(warnings.empty());
    compare(name + "_record.sql", to_text(*scripts));
    RecordOptions options;
    options.timestamp = instant_from("2023-10-11 10:11:12.123456");
    const auto literal = record_scripts(sample_sides(name), *dialect, options, warnings);
    REQUIRE(literal);
    compare(name + "_record_timestamp.sql", to_text(*literal));
  }
}

TEST_CASE("golden: every file has its test, and README.md speaks of every dialect") {
  const std::string readme = read_text(golden_dir() / "README.md");
  for (const Dialect* dialect : all_dialects())
    CHECK(readme.find("## " + std::string(dialect->name())) != std::string::npos);
  std::size_t files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(golden_dir())) {
    if (entry.path().extension() == ".sql") ++files;
  }
  CHECK(files == all_dialects().size() * 5);
}

}  // namespace
}  // namespace plowline
