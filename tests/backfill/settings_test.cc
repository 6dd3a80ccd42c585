#include "backfill/settings.h"

#include <chrono>
#include <doctest/doctest.h>
#include <string>

#include "support/support.h"

namespace plowline {
namespace {

using testing::TemporaryFolder;

// A project with an installed snowplow_unified.
struct ProjectFiles {
  TemporaryFolder folder;

  explicit ProjectFiles(const std::string& vars, const std::string& package_vars = "") {
    folder.write("dbt_project.yml", "name: shop\n" + vars);
    folder.write("dbt_packages/snowplow_unified/dbt_project.yml", "name: snowplow_unified\n" + package_vars);
  }
  Result<BackfillSettings> settings(const std::string& command_vars = "{}") const {
    Warnings warnings;
    const auto vars = DbtVars::parse(command_vars, "--vars", warnings);
    REQUIRE(vars);
    return backfill_settings(*vars, ProjectYaml::read(folder.path()), "snowplow_unified");
  }
};

TEST_CASE("without a setting anywhere, Snowplow's defaults count") {
  const auto settings = ProjectFiles("").settings();
  REQUIRE(settings);
  CHECK(to_text(settings->run.start_date) == "2020-01-01 00:00:00");
  CHECK(settings->run.backfill_limit == std::chrono::days(30));
  CHECK(settings->run.lookback == std::chrono::hours(6));
  CHECK(settings->sources[0].origin == "Snowplow's default");
}

TEST_CASE("the command comes before the project, the package's scope before all, the package's own last") {
  const ProjectFiles project(
      "vars:\n"
      "  snowplow__start_date: '2021-01-01'\n"
      "  snowplow__lookback_window_hours: 7\n"
      "  snowplow_unified:\n"
      "    snowplow__start_date: '2022-01-01'\n",
      "vars:\n  snowplow__start_date: '2019-01-01'\n  snowplow__backfill_limit_days: 45\n");
  const auto written = project.settings();
  REQUIRE(written);
  CHECK(to_text(written->run.start_date) == "2022-01-01 00:00:00");
  CHECK(written->sources[0].origin == "dbt_project.yml:6");
  CHECK(written->run.backfill_limit == std::chrono::days(45));
  CHECK(written->sources[1].origin == "snowplow_unified's own dbt_project.yml");
  CHECK(written->run.lookback == std::chrono::hours(7));
  CHECK(written->sources[2].origin == "dbt_project.yml:4");
  const auto told = project.settings("{snowplow__start_date: '2023-01-01', snowplow__backfill_limit_days: 0.5}");
  REQUIRE(told);
  CHECK(to_text(told->run.start_date) == "2023-01-01 00:00:00");
  CHECK(told->sources[0].origin == "--vars");
  CHECK(told->run.backfill_limit == std::chrono::hours(12));
}

TEST_CASE("a value that no window can be computed from is an error that says where it stands") {
  const auto reason = [](const std::string& vars, const std::string& command_vars = "{}") {
    const auto settings = ProjectFiles("vars:\n  " + vars + "\n").settings(command_vars);
    return settings ? std::string() : settings.error().reason;
  };
  CHECK(reason("snowplow__start_date: soon") == "snowplow__start_date (dbt_project.yml:3): 'soon' is no date");
  CHECK(reason("snowplow__backfill_limit_days: 0") ==
        "snowplow__backfill_limit_days (dbt_project.yml:3): '0' is no number that a Snowplow package can work with");
  CHECK(reason("snowplow__backfill_limit_days: -3") != "");
  CHECK(reason("snowplow__backfill_limit_days: 1e99") != "");
  CHECK(reason("snowplow__backfill_limit_days: 99999999999") != "");
  CHECK(reason("snowplow__lookback_window_hours: six") != "");
  CHECK(reason("snowplow__lookback_window_hours: [6]") != "");
  CHECK(reason("snowplow__start_date: \"{{ env_var('START') }}\"") ==
        "snowplow__start_date (dbt_project.yml:3): '{{ env_var('START') }}' is no date");
  CHECK(reason("other: 1", "{snowplow__start_date: null}") == "snowplow__start_date (--vars): '' is no date");
  CHECK(reason("snowplow__lookback_window_hours: 0") == "");
}

}  // namespace
}  // namespace plowline
