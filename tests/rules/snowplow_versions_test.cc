// Rules about the versions of dbt, snowplow_utils and Snowplow's packages.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "rules/test_project.h"

using namespace plowline::testing;

namespace {

TestProject with_unified() {
  TestProject project;
  project.snowplow_unified();
  return project;
}

}  // namespace

// ---- snowplow-utils-version -----------------------------------------------------------------------------------------

namespace {

std::string packages_yml(std::vector<std::pair<std::string, std::string>> packages) {
  std::string text = "packages:\n";
  for (const auto& [name, version] : packages) {
    text += fmt::format("  - package: snowplow/{}\n    version: {}\n", name, version);
  }
  return text;
}

Lines lint_packages(const char* rule, std::vector<std::pair<std::string, std::string>> packages,
                    std::string_view metadata = "{}") {
  TestProject project;
  project.file("packages.yml", packages_yml(std::move(packages)));
  return project.metadata(metadata).lint(rule);
}

}  // namespace

TEST_CASE("packages whose releases need different versions of snowplow_utils") {
  const char* rule = "snowplow-utils-version";
  CHECK(
      lint_packages(rule, {{"snowplow_web", "1.0.1"}, {"snowplow_unified", "[\">=0.4.0\", \"<0.5.0\"]"}}) ==
      Lines{
          "packages.yml:4:14: error: snowplow_web =1.0.1 needs snowplow_utils >=0.15.0,<0.16.0 and snowplow_unified "
          ">=0.4.0,<0.5.0 needs snowplow_utils >=0.16.2,<0.17.0 or >=0.16.8,<0.17.0: no version does for both, so `dbt "
          "deps` fails"});
  CHECK(
      lint_packages(rule, {{"snowplow_unified", "1.0.0"}, {"snowplow_utils", "['>=0.17.0', '<0.18.0']"}}) ==
      Lines{
          "packages.yml:4:14: error: snowplow_unified =1.0.0 needs snowplow_utils >=1.0.0,<2.0.0 and packages.yml asks "
          "for snowplow_utils >=0.17.0,<0.18.0: no version does for both, so `dbt deps` fails"});
  // web gets no new releases, so its range need not end.
  CHECK(lint_packages(rule, {{"snowplow_web", "'>=1.0.0'"}, {"snowplow_unified", "'>=0.5.0'"}}).size() == 1);
}

TEST_CASE("packages that go together, or of which that is not known") {
  const char* rule = "snowplow-utils-version";
  CHECK(lint_packages(rule, {{"snowplow_media_player", "1.0.0"}, {"snowplow_unified", "1.0.0"}}) == Lines{});
  CHECK(lint_packages(rule, {{"snowplow_web", "1.0.1"}, {"snowplow_unified", "['>=0.1.0', '<0.5.0']"}}) == Lines{});
  // A release after the newest known one may need a newer snowplow_utils.
  CHECK(lint_packages(rule, {{"snowplow_normalize", "['>=0.4.1', '<2.0.0']"}, {"snowplow_unified", "1.0.0"}}) ==
        Lines{});
  CHECK(lint_packages(rule, {{"snowplow_normalize", "0.4.1"}, {"snowplow_unified", "1.0.0"}}).size() == 1);
  CHECK(lint_packages(rule, {{"snowplow_media_player", "0.5.0"}, {"snowplow_unified", "1.0.0"}}) == Lines{});
  CHECK(lint_packages(rule, {{"snowplow_web", "\"{{ var('v') }}\""}, {"snowplow_unified", "1.0.0"}}) == Lines{});
  CHECK(lint_packages(rule, {{"snowplow_other", "1.0.0"}, {"snowplow_unified", "1.0.0"}}) == Lines{});
}

TEST_CASE("an installed package that does not go with the installed snowplow_utils") {
  const auto lint = [](std::string_view utils) {
    TestProject project = with_unified();
    project.file("packages.yml", "packages:\n  - local: ../snowplow_unified\n");
    project.file("dbt_packages/snowplow_unified/packages.yml",
                 "packages:\n  - package: snowplow/snowplow_utils\n    version: ['>=1.0.0', '<2.0.0']\n");
    project.file("dbt_packages/snowplow_utils/dbt_project.yml",
                 fmt::format("name: snowplow_utils\nversion: {}\n", utils));
    return project.lint("snowplow-utils-version");
  };
  CHECK(
      lint("0.17.4") ==
      Lines{
          "packages.yml:2:12: error: snowplow_unified 1.0.0 needs snowplow_utils >=1.0.0,<2.0.0, but 0.17.4 is "
          "installed: its models call macros with arguments that this version does not have, or are processed by other "
          "rules than it expects"});
  CHECK(lint("1.0.1") == Lines{});
  CHECK(lint("unknown") == Lines{});
}

// ---- snowplow-dbt-version -------------------------------------------------------------------------------------------

TEST_CASE("an installed package that excludes this dbt") {
  const auto lint = [](std::string_view version) {
    TestProject project = with_unified();
    project.file("packages.yml", packages_yml({{"snowplow_unified", "1.0.0"}}));
    return project.metadata(fmt::format(R"({{"dbt_version": "{}"}})", version)).lint("snowplow-dbt-version");
  };
  CHECK(
      lint("1.9.4") ==
      Lines{
          "packages.yml:1:1: error: snowplow_utils 1.0.0 needs dbt >=1.10.6,<2.0.0, but the manifest is of dbt 1.9.4: "
          "dbt does not run the project without --no-version-check"});
  CHECK(lint("1.10.6") == Lines{});
  CHECK(lint("1.12.0-rc1") == Lines{});
  CHECK(lint("") == Lines{});
}

TEST_CASE("what the next dbt deps brings needs a newer dbt") {
  const char* rule = "snowplow-dbt-version";
  const char* old_dbt = R"({"dbt_version": "1.9.4"})";
  CHECK(
      lint_packages(rule, {{"snowplow_unified", "[\">=1.0.0\", \"<2.0.0\"]"}}, old_dbt) ==
      Lines{
          "packages.yml:2:14: error: snowplow_unified >=1.0.0,<2.0.0 brings snowplow_utils >=1.0.0,<2.0.0, which needs "
          "dbt 1.10.6 or later, but the manifest is of dbt 1.9.4: after `dbt deps` dbt does not run the project"});
  CHECK(lint_packages(rule, {{"snowplow_utils", "1.0.0"}}, old_dbt).size() == 1);
  CHECK(lint_packages(rule, {{"snowplow_unified", "[\">=0.5.0\", \"<2.0.0\"]"}}, old_dbt) == Lines{});
  CHECK(lint_packages(rule, {{"snowplow_unified", "1.0.0"}}) == Lines{});
  CHECK(lint_packages(rule, {{"snowplow_unified", "latest"}}, old_dbt) == Lines{});
}
