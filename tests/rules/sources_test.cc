// Rules about sources.
#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

// raw.orders in models/staging/_sources.yml; the table's name stands at 4:15.
TestProject with_source(std::string_view json) {
  TestProject project;
  project.file("models/staging/_sources.yml", "sources:\n  - name: raw\n    tables:\n      - name: orders\n")
      .add("source.shop.raw.orders", json);
  return project;
}

// The same, with more of its record.
TestProject with(std::string_view members) {
  return with_source(R"({"original_file_path": "models/staging/_sources.yml")" +
                     (members.empty() ? std::string() : ", " + std::string(members)) + "}");
}

constexpr std::string_view kReads = "select * from {{ source('raw', 'orders') }}\n";

}  // namespace

TEST_CASE("source-freshness") {
  const auto missing = [](std::string_view what) {
    return Lines{"models/staging/_sources.yml:4:15: warn: the source raw.orders has no " + std::string(what) +
                 ": nobody is told when its data stops coming, and the models below go on with the old"};
  };
  constexpr std::string_view kWarns =
      R"("freshness": {"warn_after": {"count": 12, "period": "hour"}, "error_after": {"count": null, "period": null}})";
  CHECK(with("").lint("source-freshness") == missing("freshness"));
  CHECK(with(R"("freshness": null)").lint("source-freshness") == missing("freshness"));
  CHECK_MESSAGE(with(R"("freshness": {"warn_after": {"count": null}, "error_after": {"count": null}})")
                        .lint("source-freshness") == missing("freshness"),
                "what dbt writes where nothing is set");
  CHECK(with(kWarns).lint("source-freshness").empty());
  CHECK_MESSAGE(with(R"("config": {"freshness": {"error_after": {"count": 1, "period": "day"}}})")
                    .lint("source-freshness")
                    .empty(),
                "dbt 1.10 writes it to the config, too");
  SUBCASE("more is asked for") {
    CHECK(with(kWarns).option(R"({"require": ["warn"]})").lint("source-freshness").empty());
    CHECK(with(kWarns).option(R"({"require": ["warn", "error"]})").lint("source-freshness") == missing("error_after"));
    CHECK(with(kWarns).option(R"({"require": ["error"], "need_loaded_at": true})").lint("source-freshness") ==
          missing("error_after and loaded_at_field"));
    CHECK(with(std::string(kWarns) + R"(, "loaded_at_field": "loaded_at")")
              .option(R"({"need_loaded_at": true})")
              .lint("source-freshness")
              .empty());
    CHECK(with(std::string(kWarns) + R"(, "config": {"loaded_at_query": "select 1"})")
              .option(R"({"need_loaded_at": true})")
              .lint("source-freshness")
              .empty());
  }
  SUBCASE("disabled sources and those of packages are not looked at") {
    TestProject project;
    project.add("source.shop.raw.off", R"({"config": {"enabled": false}})").add("source.other.raw.theirs");
    CHECK(project.lint("source-freshness").empty());
    CHECK(project.lint_packages().lint("source-freshness").size() == 1);
  }
}

TEST_CASE("source-loader") {
  CHECK(
      with(R"("loader": "")").lint("source-loader") ==
      Lines{"models/staging/_sources.yml:4:15: warn: the source raw.orders names no loader: who finds its data missing "
            "does not know where to look"});
  CHECK(with(R"("loader": "airbyte")").lint("source-loader").empty());
}

TEST_CASE("source-labels-keys") {
  constexpr std::string_view kTeam = R"({"keys": ["team"]})";
  CHECK_MESSAGE(with("").lint("source-labels-keys").empty(), "nothing is asked for");
  CHECK(with(R"("config": {"labels": {"env": "prod"}})").option(kTeam).lint("source-labels-keys") ==
        Lines{"models/staging/_sources.yml:4:15: warn: the source raw.orders has no label team: what is counted or "
              "granted by label leaves it out"});
  CHECK(with(R"("config": {"labels": {"team": "a"}})").option(kTeam).lint("source-labels-keys").empty());
  CHECK(with(R"("config": {"meta": {"labels": {"team": "a"}}})").option(kTeam).lint("source-labels-keys").empty());
  CHECK_MESSAGE(with(R"("config": {"meta": {"team": "a"}})").option(kTeam).lint("source-labels-keys").size() == 1,
                "a key of meta is no label");
}

TEST_CASE("source-meta-keys") {
  CHECK_MESSAGE(with("").lint("source-meta-keys").empty(), "nothing is asked for");
  constexpr std::string_view kOwner = R"({"keys": ["owner"]})";
  CHECK(with(R"("meta": {})").option(kOwner).lint("source-meta-keys") ==
        Lines{"models/staging/_sources.yml:4:15: warn: the meta of the source raw.orders lacks owner: what reads these "
              "keys (catalogs, alerts, access rules) does not find what it looks for"});
  CHECK(with(R"("meta": {"owner": "a"})").option(kOwner).lint("source-meta-keys").empty());
  CHECK(with(R"("meta": {"owner": "a", "team": "b"})").option(kOwner).lint("source-meta-keys").size() == 1);
  CHECK(with(R"("meta": {"owner": "a", "team": "b"})")
            .option(kOwner)
            .option(R"({"allow_extra": true})")
            .lint("source-meta-keys")
            .empty());
}

TEST_CASE("source-meta-allowed") {
  CHECK_MESSAGE(with(R"("meta": {"ownr": "a"})").lint("source-meta-allowed").empty(), "nothing is asked for");
  constexpr std::string_view kAllowed = R"({"keys": ["owner"], "values": {"level": ["low", "high"]}})";
  CHECK(with(R"("meta": {"owner": "a", "level": "low"})").option(kAllowed).lint("source-meta-allowed").empty());
  CHECK(with(R"("meta": {"ownr": "a"})").option(kAllowed).lint("source-meta-allowed").size() == 1);
  CHECK(with(R"("meta": {"level": "hihg"})").option(kAllowed).lint("source-meta-allowed").size() == 1);
}

TEST_CASE("source-tags") {
  CHECK_MESSAGE(with(R"("tags": ["x"])").lint("source-tags").empty(), "nothing is asked for");
  constexpr std::string_view kAllowed = R"({"allowed": ["hourly"]})";
  CHECK(with(R"("tags": ["hourly", "x"])").option(kAllowed).lint("source-tags") ==
        Lines{"models/staging/_sources.yml:4:15: warn: the source raw.orders has the tag x, which is not among those "
              "agreed upon: no job selects by it"});
  CHECK(with(R"("tags": ["hourly"])").option(kAllowed).lint("source-tags").empty());
  CHECK_MESSAGE(with(R"("tags": [])").option(kAllowed).lint("source-tags").empty(), "a source need not have a tag");
  CHECK(with(R"("tags": [])").option(R"({"required": ["hourly"]})").lint("source-tags") ==
        Lines{"models/staging/_sources.yml:4:15: warn: the source raw.orders lacks the tag hourly: jobs that select by "
              "tag leave it out"});
}

TEST_CASE("unused-source") {
  const auto unused = Lines{
      "models/staging/_sources.yml:4:15: warn: the source raw.orders is read by nothing: who reads the project takes "
      "its "
      "table for needed, and its tests and freshness are run for nobody"};
  const auto read_by = [](std::string_view unique_id) {
    TestProject project = with("");
    project.add(unique_id, R"({"depends_on": {"nodes": ["source.shop.raw.orders"], "macros": []}})");
    return project;
  };
  CHECK(with("").lint("unused-source") == unused);
  CHECK(read_by("model.shop.orders").lint("unused-source").empty());
  CHECK(read_by("snapshot.shop.orders").lint("unused-source").empty());
  CHECK(read_by("exposure.shop.board").lint("unused-source").empty());
  CHECK_MESSAGE(read_by("model.other.orders").lint("unused-source").empty(), "a package's model reads it");
  CHECK_MESSAGE(read_by("analysis.shop.look").lint("unused-source") == unused, "an analysis is no use");
  CHECK(read_by("test.shop.fresh").lint("unused-source") == unused);
  CHECK(read_by("test.shop.fresh").option(R"({"used_by": ["model", "test"]})").lint("unused-source").empty());
  SUBCASE("a disabled model is no use") {
    TestProject project = with("");
    project.add("model.shop.off", R"({"config": {"enabled": false},
                                      "depends_on": {"nodes": ["source.shop.raw.orders"], "macros": []}})");
    CHECK(project.lint("unused-source") == unused);
  }
}

TEST_CASE("duplicate-source") {
  const auto with_other = [](std::string_view json) {
    TestProject project = with("");
    project.add("source.shop.app.sales", json);
    return project;
  };
  CHECK(
      with_other(R"({"schema": "raw", "identifier": "orders", "relation_name": "\"shop\".\"raw\".\"orders\""})")
          .lint("duplicate-source") ==
      Lines{
          "models/schema.yml: warn: the source app.sales is shop.raw.orders, and so is raw.orders: each shows a part "
          "of who reads the table, and freshness and tests of one say nothing of the other; take one of them away",
          "models/staging/_sources.yml:4:15: warn: the source raw.orders is shop.raw.orders, and so is app.sales: "
          "each shows a part of who reads the table, and freshness and tests of one say nothing of the other; take one "
          "of them away"});
  CHECK(with_other(R"({"schema": "raw", "identifier": "orders_v2"})").lint("duplicate-source").empty());
  CHECK_MESSAGE(
      with_other(R"({"schema": "raw", "identifier": "orders", "database": "lake"})").lint("duplicate-source").empty(),
      "another database");
  CHECK_MESSAGE(
      with_other(R"({"schema": "raw", "identifier": "ORDERS", "relation_name": "\"shop\".\"raw\".\"ORDERS\""})")
          .lint("duplicate-source")
          .empty(),
      "names in quotes");
  SUBCASE("letter case of names without quotes") {
    TestProject project = with(R"("relation_name": "shop.raw.orders")");
    project.add("source.shop.app.sales",
                R"({"schema": "RAW", "identifier": "ORDERS", "relation_name": "shop.RAW.ORDERS"})");
    CHECK(project.lint("duplicate-source").size() == 2);
  }
  SUBCASE("the one with more readers is kept") {
    TestProject project = with_other(R"({"schema": "raw", "identifier": "orders"})");
    project.model("stg_orders", kReads);
    const Lines found = project.lint("duplicate-source");
    REQUIRE(found.size() == 2);
    for (const std::string& line : found)
      CHECK(line.ends_with("; take app.sales away, as raw.orders has more readers"));
  }
  SUBCASE("warehouses that do not tell the letter case of quoted names") {
    const auto found_on = [](std::string_view adapter) {
      TestProject project = with(R"("relation_name": "\"shop\".\"raw\".\"orders\"")");
      project.metadata(R"({"adapter_type": ")" + std::string(adapter) + "\"}");
      project.add("source.shop.app.sales",
                  R"({"schema": "raw", "identifier": "ORDERS", "relation_name": "\"shop\".\"raw\".\"ORDERS\""})");
      return project.lint("duplicate-source").size();
    };
    for (const char* adapter : {"redshift", "databricks", "spark", "duckdb", "trino", "athena"}) {
      CAPTURE(adapter);
      CHECK(found_on(adapter) == 2);
    }
    for (const char* adapter : {"postgres", "snowflake", "bigquery", "oracle"}) {
      CAPTURE(adapter);
      CHECK(found_on(adapter) == 0);
    }
  }
  SUBCASE("a package's source, and a disabled one") {
    TestProject project = with("");
    project.add("source.web.atomic.orders", R"({"schema": "raw", "identifier": "orders"})");
    CHECK(
        project.lint("duplicate-source") ==
        Lines{"models/staging/_sources.yml:4:15: warn: the source raw.orders is shop.raw.orders, and so is web: "
              "atomic.orders: each shows a part of who reads the table, and freshness and tests of one say nothing of "
              "the other; take raw.orders away, as the package web brings the table along"});
    TestProject other = with("");
    other.add("source.shop.app.sales", R"({"schema": "raw", "identifier": "orders", "config": {"enabled": false}})");
    CHECK(other.lint("duplicate-source").empty());
  }
}

TEST_CASE("source-fanout") {
  TestProject project = with("");
  project.model("stg_orders", kReads);
  CHECK(project.lint("source-fanout").empty());
  project.test("unique", "source.shop.raw.orders", "id")
      .add("exposure.shop.board", R"({"depends_on": {"nodes": ["source.shop.raw.orders"]}})");
  CHECK_MESSAGE(project.lint("source-fanout").empty(), "only models count");
  project.model("revenue", kReads);
  CHECK(project.lint("source-fanout") ==
        Lines{"models/staging/_sources.yml:4:15: warn: the source raw.orders is read by 2 models, revenue and "
              "stg_orders: what is renamed, cast or filtered in one of them is not in the others"});
  CHECK(project.option(R"({"max": 2})").lint("source-fanout").empty());
  TestProject one = with("");
  one.model("stg_orders", kReads).option(R"({"max": 0})");
  CHECK(one.lint("source-fanout").at(0).find("is read by 1 model, stg_orders:") != std::string::npos);
}

TEST_CASE("source-children-count") {
  TestProject project = with("");
  CHECK(
      project.lint("source-children-count") ==
      Lines{
          "models/staging/_sources.yml:4:15: warn: the source raw.orders is read by 0 models, and at least 1 is asked "
          "for: its data is loaded and not used as was planned"});
  project.model("stg_orders", kReads);
  CHECK(project.lint("source-children-count").empty());
  project.model("a", kReads).model("b", kReads).option(R"({"max": 2})");
  CHECK(
      project.lint("source-children-count") ==
      Lines{
          "models/staging/_sources.yml:4:15: warn: the source raw.orders is read by 3 models, and at most 2 are asked "
          "for: each of them has to follow when the table changes"});
}

TEST_CASE("source-used-in-same-directory") {
  TestProject project = with("");
  project.model("staging/stg_orders", kReads);
  CHECK(project.lint("source-used-in-same-directory").empty());
  SUBCASE("a model elsewhere") {
    project.model("marts/revenue", kReads).model("staging/base/base_orders", kReads);
    CHECK(
        project.lint("source-used-in-same-directory") ==
        Lines{"models/staging/_sources.yml:4:15: warn: the source raw.orders is defined in models/staging and read by "
              "base_orders and revenue elsewhere: who changes the source does not find its readers beside it"});
  }
  SUBCASE("paths as dbt writes them on Windows") {
    TestProject windows;
    windows.add("source.shop.raw.orders", R"({"original_file_path": "models\\staging\\_sources.yml"})")
        .add("model.shop.stg_orders", R"({"original_file_path": "models/staging/stg_orders.sql",
                                          "depends_on": {"nodes": ["source.shop.raw.orders"], "macros": []}})");
    CHECK(windows.lint("source-used-in-same-directory").empty());
  }
}
