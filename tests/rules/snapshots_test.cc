// The rules about what dbt needs of a snapshot.
#include <doctest/doctest.h>
#include <string>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

TestProject snapshot(std::string_view config) {
  TestProject project;
  project.add("snapshot.shop.orders_snapshot",
              R"({"raw_code": "\n{{ config(strategy='x') }}\nselect 1\n", "config": )" + std::string(config) + "}");
  project.file("snapshots/orders_snapshot.sql",
               "{% snapshot orders_snapshot %}\n{{ config(strategy='x') }}\nselect 1\n{% endsnapshot %}\n");
  return project;
}

}  // namespace

TEST_CASE("snapshot-unique-key") {
  const Lines found = {
      "snapshots/orders_snapshot.sql:1:1: error: the snapshot orders_snapshot has no unique_key: dbt cannot tell which "
      "row "
      "a changed one was before, and stops"};
  CHECK(snapshot("{}").lint("snapshot-unique-key") == found);
  CHECK(snapshot(R"({"unique_key": null})").lint("snapshot-unique-key") == found);
  CHECK(snapshot(R"({"unique_key": []})").lint("snapshot-unique-key") == found);
  CHECK(snapshot(R"({"unique_key": "id"})").lint("snapshot-unique-key") == Lines{});
  CHECK(snapshot(R"({"unique_key": ["id", "day"]})").lint("snapshot-unique-key") == Lines{});
  CHECK(snapshot(R"({"enabled": false})").lint("snapshot-unique-key") == Lines{});
}

TEST_CASE("snapshot-strategy") {
  const auto lint = [](std::string_view config) { return snapshot(config).lint("snapshot-strategy"); };
  CHECK(lint("{}") ==
        Lines{"snapshots/orders_snapshot.sql:2:11: warn: the snapshot orders_snapshot has no strategy: dbt "
              "does not know how to tell that a row has changed, and stops"});
  CHECK(lint(R"({"strategy": "hash"})") ==
        Lines{"snapshots/orders_snapshot.sql:2:11: warn: the strategy of the snapshot orders_snapshot is hash, which "
              "is not "
              "among check and timestamp: what counts as a change is decided in another way than in other snapshots"});
  CHECK(lint(R"({"strategy": "timestamp"})") ==
        Lines{"snapshots/orders_snapshot.sql:1:1: warn: the snapshot orders_snapshot has the strategy timestamp and no "
              "updated_at: dbt does not know which column tells that a row has changed, and stops"});
  CHECK(lint(R"({"strategy": "check", "check_cols": []})") ==
        Lines{"snapshots/orders_snapshot.sql:1:1: warn: the snapshot orders_snapshot has the strategy check and no "
              "check_cols: dbt does not know which columns to compare, and stops"});
  CHECK(lint(R"({"strategy": "timestamp", "updated_at": "changed"})") == Lines{});
  CHECK(lint(R"({"strategy": "check", "check_cols": "all"})") == Lines{});
  CHECK(lint(R"({"strategy": "check", "check_cols": ["total"]})") == Lines{});
  CHECK(lint(R"({"strategy": "hash", "enabled": false})") == Lines{});
  CHECK(snapshot(R"({"strategy": "hash"})").option(R"({"allowed": ["hash"]})").lint("snapshot-strategy") == Lines{});
  CHECK(snapshot(R"({"strategy": "hash"})").option(R"({"allowed": []})").lint("snapshot-strategy") == Lines{});
}
