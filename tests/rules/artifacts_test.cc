// The rules about artifacts that do not belong together.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

TestProject project_with(std::string_view metadata) {
  TestProject project;
  project.model("orders", "select 1 as id\n");
  project.metadata(metadata);
  return project;
}

// The findings without the folder in front, which the manifest's place begins with.
std::string only_message(const Lines& lines) {
  REQUIRE(lines.size() == 1);
  const std::size_t start = std::min(lines[0].find("warn: "), lines[0].find("error: "));
  REQUIRE(start != std::string::npos);
  return lines[0].substr(start);
}

std::string without_state_file(std::string message) {
  const std::size_t start = message.find("the state /");
  if (start == std::string::npos) return message;
  return message.substr(0, start + 9) + message.substr(message.find(' ', start + 10));
}

}  // namespace

TEST_CASE("artifacts-state-of-other-project") {
  constexpr const char* kRule = "artifacts-state-of-other-project";
  const auto lint = [&](std::string_view before) {
    return project_with(R"({"project_name": "shop"})").state(project_with(before)).lint(kRule);
  };
  CHECK(without_state_file(only_message(lint(R"({"project_name": "bakery"})"))) ==
        "error: the state is of the project bakery, and this one is shop: all of its nodes count as new, so nothing is "
        "compared");
  CHECK(lint(R"({"project_name": "shop"})") == Lines{});
}

TEST_CASE("artifacts-state-of-other-adapter") {
  constexpr const char* kRule = "artifacts-state-of-other-adapter";
  const auto lint = [&](std::string_view before) {
    return project_with(R"({"adapter_type": "duckdb"})").state(project_with(before)).lint(kRule);
  };
  CHECK(without_state_file(only_message(lint(R"({"adapter_type": "snowflake"})"))) ==
        "warn: the state was made for snowflake, and this manifest for duckdb: relations, configs and types differ for "
        "that reason alone, and no table of the state is there to be compared with");
  CHECK(lint(R"({"adapter_type": "duckdb"})") == Lines{});
  CHECK(lint(R"({"adapter_type": null})") == Lines{});
  // One mistake, one finding.
  CHECK(lint(R"({"adapter_type": "snowflake", "project_name": "bakery"})") == Lines{});
}

TEST_CASE("artifacts-schema-version-differs") {
  constexpr const char* kRule = "artifacts-schema-version-differs";
  const auto lint = [&](std::string_view before) {
    return project_with(R"({"dbt_version": "1.11.2"})").state(project_with(before)).lint(kRule);
  };
  const std::string message = without_state_file(only_message(lint(R"({"dbt_version": "1.9.4"})")));
  CHECK(message ==
        "warn: the state is of dbt 1.9.4 (manifest v12), and this manifest of dbt 1.11.2 (manifest v12): macros and "
        "configs of dbt's own differ too, so that nodes count as modified that nobody changed");
  CHECK(lint(R"({"dbt_version": "1.11.0"})") == Lines{});
  CHECK(lint(R"({"dbt_version": "1.11.0rc1"})") == Lines{});
}

TEST_CASE("artifacts-catalog-older-than-manifest") {
  constexpr const char* kRule = "artifacts-catalog-older-than-manifest";
  const auto project = [](int tables, int in_catalog, std::string_view made) {
    TestProject out;
    out.metadata(R"({"generated_at": "2024-05-20T10:00:00.000000Z"})");
    out.catalog(fmt::format(R"({{"metadata": {{"generated_at": "{}"}}}})", made));
    for (int i = 0; i < tables; ++i) {
      const std::string name = fmt::format("m{}", i);
      out.model(name, "select 1 as id\n", R"({"config": {"materialized": "table"}})");
      if (i < in_catalog) out.catalog_table("model.shop." + name, {{"id", "integer"}});
    }
    out.model("inline", "select 1 as id\n", R"({"config": {"materialized": "ephemeral"}})");
    return out;
  };
  CHECK(only_message(project(4, 2, "2024-05-08T10:00:00.000000Z").lint(kRule)) ==
        "warn: catalog.json was made before the manifest (2024-05-08T10:00, the manifest 2024-05-20T10:00) and lacks 2 "
        "of 4 tables "
        "of the project (m2 and m3): rules that look at columns in the warehouse do not see them; `dbt docs generate` "
        "makes a new one");
  CHECK(project(4, 4, "2024-05-08T10:00:00.000000Z").lint(kRule) == Lines{});
  // Not older: it was asked for some of the tables, or the others were never built.
  CHECK(project(4, 2, "2024-05-20T10:00:01.000000Z").lint(kRule) == Lines{});
  CHECK(project(10, 9, "2024-05-08T10:00:00.000000Z").lint(kRule) == Lines{});
  CHECK(project(10, 9, "2024-05-08T10:00:00.000000Z").option(R"({"missing_percent": 5})").lint(kRule).size() == 1);
}

TEST_CASE("artifacts-manifest-older-than-files") {
  constexpr const char* kRule = "artifacts-manifest-older-than-files";
  const auto orders = [](std::string_view checksum) {
    TestProject out;
    out.model("orders", "select 1 as id\n",
              fmt::format(R"({{"checksum": {{"name": "sha256", "checksum": "{}"}}}})", checksum));
    return out;
  };
  CHECK(only_message(orders("0000000000000000000000000000000000000000000000000000000000000000").lint(kRule)) ==
        "warn: the manifest is older than the project's files: models/orders.sql was changed since; findings are about "
        "what the files were, and `dbt parse` makes a new manifest");
  // That of `select 1 as id`, as dbt takes it: without blanks at the ends.
  CHECK(orders("3ea0f972fa1b56aa2dc2f56ee784b6a5796312f9a813d59ae70fd8855f10d16d").lint(kRule) == Lines{});
  TestProject added = orders("3ea0f972fa1b56aa2dc2f56ee784b6a5796312f9a813d59ae70fd8855f10d16d");
  added.file("models/later.sql", "select 2 as id\n");
  CHECK(only_message(added.lint(kRule)).find("models/later.sql was added since") != std::string::npos);
}
