// `plowline backfill verify`: what it prints for the sample project, its JSON document, and the SQL of every dialect,
// letter by letter (tests/backfill/golden/verify; PLOWLINE_UPDATE_GOLDEN=1 writes the files anew).
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

#include "backfill/dialect.h"
#include "backfill/sql_samples.h"
#include "backfill/verify_report.h"
#include "support/json_schema.h"
#include "support/support.h"

namespace plowline {
namespace {

using testing::Ran;
using testing::schema_complaints;
using testing::schema_gaps;
using Json = nlohmann::json;

std::filesystem::path sample() {
  return testing::source_dir() / "samples" / "snowplow_shop";
}

Ran verify(std::vector<std::string> words) {
  words.insert(words.begin(), {testing::plowline_binary().string(), "backfill", "verify", "my_new_model", "--state",
                               "production", "--project-dir", "."});
  return testing::run(words, {.directory = sample(), .environment = {}, .input = {}});
}

const std::vector<std::string> kRows = {"--now",          "2026-02-02 08:00:00",
                                        "--rows",         "backfill/production_rows.csv",
                                        "--staging-rows", "backfill/staging_rows.csv"};

TEST_CASE("with rows the answer stands first, as comments, and the SQL follows") {
  const Ran ran = verify(kRows);
  CHECK(ran.status == 0);
  CHECK(ran.err == "");
  CHECK(
      ran.out.starts_with("-- snowplow_unified: safe to merge once the new models are recorded\n"
                          "--\n"
                          "-- my_new_model: not recorded yet\n"));
  CHECK(ran.out.find("\n-- Next: run the SQL of `plowline backfill record`, then merge\n\n") != std::string::npos);
  CHECK(ran.out.find("\n-- my_new_model: is shop.prod_derived.my_new_model what staging had?\n") != std::string::npos);
}

TEST_CASE("rows that are not safe end with status 1, and are told all the same") {
  const testing::TemporaryFolder folder;
  std::string rows = testing::read_text(sample() / "backfill" / "production_rows.csv");
  rows += "my_new_model,2026-02-01 04:02:38\n";
  const Ran ran = verify({"--rows", folder.write("rows.csv", rows).string()});
  CHECK(ran.status == 1);
  CHECK(ran.out.starts_with("-- snowplow_unified: not safe to merge\n--\n-- my_new_model: later than all of"));
}

TEST_CASE("the JSON document obeys its schema, with rows and without") {
  std::vector<std::string> words = kRows;
  words.insert(words.end(), {"--format", "json"});
  for (const Ran& ran :
       {verify(words), verify({"--format", "json", "--compare-rows"}), verify({"--format", "json", "--moved"})}) {
    CHECK(ran.status == 0);
    CHECK(schema_complaints("backfill-sql.schema.json", ran.out) == "");
  }
  const Json document = Json::parse(verify(words).out);
  CHECK(document.at("dialect") == "postgres");
  CHECK(document.at("scripts").size() == 2);
  CHECK(document.at("verdicts").at(0).at("next_after_record") ==
        Json{{"state", 4}, {"lower_limit", "2026-01-31 22:02:37.481"}, {"upper_limit", "2026-02-02 08:00:00"}});
  CHECK(document.at("verdicts").at(0).at("staging_in_sync") == true);
  CHECK(Json::parse(verify({"--format", "json"}).out).at("verdicts").empty());
}

TEST_CASE("--output writes a file and prints nothing") {
  const testing::TemporaryFolder folder;
  const std::string file = (folder.path() / "verify.sql").string();
  const Ran ran = verify({"--output", file});
  CHECK(ran.status == 0);
  CHECK(ran.out == "");
  CHECK(testing::read_text(file) == verify({}).out);
}

TEST_CASE("wrong usage") {
  Ran ran = verify({"--staging-rows", "backfill/staging_rows.csv"});
  CHECK(ran.status == 2);
  CHECK(ran.err == "error: --staging-rows says nothing without production's rows\n  give them too: --rows FILE\n");
  ran = verify({"--rows", "-", "--staging-rows", "-"});
  CHECK(ran.status == 2);
  CHECK(ran.err == "error: standard input can be read once only\n  write the other rows to a file\n");
  ran = verify({"--rows", "no_such_file"});
  CHECK(ran.status == 3);
  CHECK(ran.out == "");
}

void compare(const std::string& name, const std::string& text) {
  CAPTURE(name);
  const std::filesystem::path file = testing::source_dir() / "tests" / "backfill" / "golden" / "verify" / name;
  if (std::getenv("PLOWLINE_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  REQUIRE_MESSAGE(std::filesystem::exists(file), "run once with PLOWLINE_UPDATE_GOLDEN=1");
  CHECK(text == testing::read_text(file));
}

TEST_CASE("golden: the checks of every dialect") {
  for (const Dialect* dialect : all_dialects()) {
    const std::string name(dialect->name());
    const BlueGreen sides = testing::sample_sides(name);
    Verification verification;
    verification.scripts = verify_scripts(sides, *dialect, {.moved = false, .compare_rows = true});
    compare(name + ".sql", to_text(verification));
  }
}

}  // namespace
}  // namespace plowline
