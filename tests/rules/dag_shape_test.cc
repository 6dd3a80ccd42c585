// The rules about the graph's shape: how many parents and children, loops, ends.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

TEST_CASE("parent-count and child-count") {
  const auto lint = [](const char* rule, std::string_view options, bool more = false) {
    TestProject project;
    project.add("source.shop.raw.orders").add("seed.shop.countries");
    project.model("stg_orders", "select * from {{ source('raw', 'orders') }}\n");
    project.model("orders", "select * from {{ ref('stg_orders') }} join {{ ref('countries') }}\n");
    project.model("alone", "select 1 as id\n");
    project.model("thin", "select 1 as id\n", R"({"config": {"materialized": "ephemeral"}})");
    project.test("unique", "model.shop.orders", "id");
    if (more) project.model("more", "select * from {{ ref('stg_orders') }}\n");
    return project.option(options).lint(rule);
  };
  CHECK(lint("parent-count", "{}") == Lines{});
  CHECK(lint("parent-count", R"({"min": 1})") ==
        Lines{"models/alone.sql:1:1: warn: alone has 0 parents, and at least 1 is required"});
  CHECK(lint("parent-count", R"({"min": 1, "ephemeral": true})").size() == 2);
  CHECK(lint("parent-count", R"({"max": 1})") == Lines{});
  CHECK(
      lint("parent-count", R"({"max": 1, "types": ["model", "seed"]})") ==
      Lines{"models/orders.sql:1:1: warn: orders has 2 parents, and at most 1 is allowed: a change of any of them can "
            "change it, and nobody oversees so many"});
  CHECK(lint("child-count", "{}") == Lines{});
  CHECK(lint("child-count", R"({"min": 1})") ==
        Lines{"models/alone.sql:1:1: warn: alone has 0 children, and at least 1 is required",
              "models/orders.sql:1:1: warn: orders has 0 children, and at least 1 is required"});
  CHECK(lint("child-count", R"({"min": 1, "types": ["model", "test"]})").size() == 1);
  CHECK(lint("child-count", R"({"max": 1})") == Lines{});
  CHECK(lint("child-count", R"({"max": 1})", true) ==
        Lines{"models/stg_orders.sql:1:1: warn: stg_orders has 2 children, and at most 1 is allowed: a change of it "
              "changes "
              "all of them"});
}

TEST_CASE("macro-dependency-count") {
  TestProject project;
  project.macro("macro.shop.cents", "{% macro cents(c) %}{{ c }} / 100{% endmacro %}");
  project.macro("macro.shop.day", "{% macro day(c) %}{{ c }}{% endmacro %}");
  project.model("orders", "select {{ cents('a') }}, {{ day('b') }}\n",
                R"({"depends_on": {"nodes": [], "macros": ["macro.shop.cents", "macro.shop.day"]}})");
  CHECK(project.lint("macro-dependency-count") == Lines{});
  CHECK(project.option(R"({"max": 1})").lint("macro-dependency-count") ==
        Lines{"models/orders.sql:1:1: warn: orders has 2 macros that it calls, and at most 1 is allowed: what SQL "
              "comes of it "
              "can only be read after compiling"});
  CHECK(project.option(R"({"min": 3})").lint("macro-dependency-count") ==
        Lines{"models/orders.sql:1:1: warn: orders has 2 macros that it calls, and at least 3 are required"});
}

TEST_CASE("required-macro-dependency") {
  const auto lint = [](std::string_view options, bool both = false) {
    TestProject project;
    project.macro("macro.shop.audit", "{% macro audit() %}1{% endmacro %}");
    project.macro("macro.shop.mask", "{% macro mask() %}2{% endmacro %}");
    project.model("orders", "select {{ audit() }}\n",
                  both ? R"({"depends_on": {"nodes": [], "macros": ["macro.shop.audit", "macro.shop.mask"]}})"
                       : R"({"depends_on": {"nodes": [], "macros": ["macro.shop.audit"]}})");
    return project.option(options).lint("required-macro-dependency");
  };
  CHECK(lint("{}") == Lines{});
  CHECK(lint(R"({"macros": ["shop.audit", "mask"]})") ==
        Lines{"models/orders.sql:1:1: warn: orders does not call mask: what the macro does for all other models is "
              "left out "
              "here"});
  CHECK(lint(R"({"macros": ["shop.audit", "mask"]})", true) == Lines{});
  CHECK(lint(R"({"macros": ["audit", "mask"], "criteria": "any"})") == Lines{});
  CHECK(lint(R"({"macros": ["audit", "mask"], "criteria": "one"})") == Lines{});
  CHECK(
      lint(R"({"macros": ["other.audit"], "criteria": "any"})") ==
      Lines{
          "models/orders.sql:1:1: warn: orders calls none of other.audit: what the macro does for all other models is "
          "left out here"});
  CHECK(lint(R"({"macros": ["audit", "mask"], "criteria": "one"})", true) ==
        Lines{"models/orders.sql:1:1: warn: orders calls 2 of audit, mask, and has to call exactly one: what the macro "
              "does "
              "for all other models is left out here"});
}

TEST_CASE("too-many-joins") {
  TestProject project;
  std::string sql = "select 1";
  for (int i = 0; i < 7; ++i) {
    project.model(fmt::format("p{}", i), "select 1 as id\n");
    sql += fmt::format(" from {{{{ ref('p{}') }}}}", i);
    if (i == 5) project.model("six", sql + "\n");
  }
  project.model("seven", sql + "\n");
  CHECK(project.lint("too-many-joins") ==
        Lines{"models/seven.sql:1:1: warn: seven reads 7 models, sources, seeds and snapshots, more than 6: it is hard "
              "to see "
              "which of them makes rows appear twice or vanish, and it waits for the slowest"});
  CHECK(project.option(R"({"max": 5})").lint("too-many-joins").size() == 2);
  CHECK(project.option(R"({"max": 7})").lint("too-many-joins") == Lines{});
}

TEST_CASE("multiple-sources-joined") {
  TestProject project;
  project.add("source.shop.raw.orders").add("source.shop.raw.payments");
  project.model("one", "select * from {{ source('raw', 'orders') }} join {{ source('raw', 'orders') }}\n");
  project.add("exposure.shop.board",
              R"({"depends_on": {"nodes": ["source.shop.raw.orders", "source.shop.raw.payments"]}})");
  CHECK(project.lint("multiple-sources-joined") == Lines{});
  project.model("two", "select * from {{ source('raw', 'orders') }}, {{ source('raw', 'payments') }}\n");
  CHECK(
      project.lint("multiple-sources-joined") ==
      Lines{
          "models/two.sql:1:49: warn: two reads the sources raw.orders and raw.payments: raw columns of several tables "
          "are cleaned up and joined in one query, and none of them can be used without the others"});
  CHECK(project.option(R"({"max": 2})").lint("multiple-sources-joined") == Lines{});
}

TEST_CASE("model-fanout") {
  TestProject project;
  project.model("fct_orders", "select 1 as id\n");
  for (const char* name : {"a", "b", "c"}) project.model(name, "select * from {{ ref('fct_orders') }}\n");
  const Lines three = {
      "models/fct_orders.sql:1:1: warn: 3 models that nothing else is built from are built directly from "
      "fct_orders: a, b and c; what they have in common is worked out in each of them"};
  CHECK(project.lint("model-fanout") == three);
  // An exposure does not make `c` one that something is built from; a model does.
  project.add("exposure.shop.board", R"({"depends_on": {"nodes": ["model.shop.c"]}})");
  project.test("unique", "model.shop.c", "id");
  CHECK(project.lint("model-fanout") == three);
  project.model("d", "select * from {{ ref('c') }}\n");
  CHECK(project.lint("model-fanout") == Lines{});
  CHECK(
      project.option(R"({"leaf_only": false})").lint("model-fanout") ==
      Lines{
          "models/fct_orders.sql:1:1: warn: 3 models are built directly from fct_orders: a, b and c; what they have in "
          "common is worked out in each of them"});
}

TEST_CASE("rejoining-upstream-concepts") {
  TestProject project;
  project.add("source.shop.raw.orders");
  project.model("stg", "select * from {{ source('raw', 'orders') }}\n");
  project.model("ranks", "select * from {{ ref('stg') }}\n");
  project.model("orders", "select * from {{ ref('stg') }}\njoin {{ ref('ranks') }} using (id)\n");
  project.test("unique", "model.shop.ranks", "id");
  project.add("exposure.shop.board", R"({"depends_on": {"nodes": ["model.shop.ranks"]}})");
  CHECK(project.lint("rejoining-upstream-concepts") ==
        Lines{"models/orders.sql:2:9: warn: orders reads ranks and also stg, which ranks is made from; nothing else is "
              "built "
              "from ranks, so one query could do what now joins the same rows a second time"});
  // Used twice, it has a reason to be.
  project.model("more", "select * from {{ ref('ranks') }}\n");
  CHECK(project.lint("rejoining-upstream-concepts") == Lines{});
}

TEST_CASE("root-model") {
  TestProject project;
  project.add("source.shop.raw.orders").add("seed.shop.countries").add("snapshot.shop.history");
  project.add("function.shop.double_it", R"({"resource_type": "function"})");
  project.model("of_source", "select * from {{ source('raw', 'orders') }}\n");
  project.model("of_seed", "select * from {{ ref('countries') }}\n");
  project.model("of_snapshot", "select * from {{ ref('history') }}\n");
  project.model("spine", "select 1 as day\n", R"({"time_spine": {"standard_granularity_column": "day"}})");
  project.model("metricflow_time_spine", "select 1 as day\n", R"({"time_spine": null})");
  CHECK(project.lint("root-model") == Lines{});
  project.model("calendar", "select 1 as day\n", R"({"time_spine": null})");
  CHECK(project.lint("root-model") ==
        Lines{"models/calendar.sql:1:1: warn: calendar reads no model, source, seed or snapshot that dbt knows of: "
              "whatever it "
              "reads, dbt neither builds it first nor tests it, and the lineage ends here"});
  CHECK(project.option(R"({"exempt": ["calendar"]})").lint("root-model") == Lines{});
}

TEST_CASE("dead-model") {
  TestProject project;
  project.model("used", "select 1 as id\n");
  project.model("shown", "select * from {{ ref('used') }}\n");
  project.add("exposure.shop.board", R"({"depends_on": {"nodes": ["model.shop.shown"]}})");
  project.model("for_others", "select 1 as id\n", R"({"access": "public"})");
  project.model("measured", "select 1 as id\n");
  project.add("semantic_model.shop.s", R"({"depends_on": {"nodes": ["model.shop.measured"]}})");
  CHECK(project.lint("dead-model") == Lines{});
  CHECK(
      project.option(R"({"exposures": false})").lint("dead-model") ==
      Lines{
          "models/shown.sql:1:1: warn: nothing is built from shown: unless somebody queries its relation, every run of "
          "it is "
          "paid for nothing"});
  project.option(R"({"exposures": true})");
  project.model("marts/fct_old", "select 1 as id\n", R"({"tags": ["adhoc"]})");
  project.test("unique", "model.shop.fct_old", "id");
  CHECK(project.lint("dead-model") == Lines{"models/marts/fct_old.sql:1:1: warn: nothing is built from fct_old, and no "
                                            "exposure depends on it: unless somebody "
                                            "queries its relation, every run of it is paid for nothing"});
  CHECK(project.option(R"({"layers": ["marts"]})").lint("dead-model") == Lines{});
  project.option(R"({"layers": []})");
  CHECK(project.option(R"({"tags": ["adhoc"]})").lint("dead-model") == Lines{});
  project.model("parts", "select 1 as id\n", R"({"config": {"materialized": "ephemeral"}})");
  CHECK(project.lint("dead-model") == Lines{"models/parts.sql:1:1: warn: nothing is built from parts, and no exposure "
                                            "depends on it: dbt builds no relation of an ephemeral model, so that its "
                                            "code does nothing at all"});
}

TEST_CASE("model-has-exposure") {
  TestProject project;
  project.model("marts/fct_orders", "select 1 as id\n");
  project.model("staging/stg_orders", "select 1 as id\n");
  CHECK(project.lint("model-has-exposure") == Lines{"models/marts/fct_orders.sql:1:1: warn: no exposure depends on "
                                                    "fct_orders: who reads it, and who is to be told when "
                                                    "it changes, is not known"});
  CHECK(project.option(R"({"layers": []})").lint("model-has-exposure").size() == 2);
  project.option(R"({"layers": ["marts"]})");
  project.add("exposure.shop.board", R"({"depends_on": {"nodes": ["model.shop.fct_orders"]}})");
  CHECK(project.lint("model-has-exposure") == Lines{});
}

TEST_CASE("model-has-exposure: by a metric") {
  TestProject project;
  project.model("marts/fct_orders", "select 1 as id\n");
  project.add("semantic_model.shop.orders", R"({"depends_on": {"nodes": ["model.shop.fct_orders"]}})");
  project.add("metric.shop.total", R"({"depends_on": {"nodes": ["semantic_model.shop.orders"]}})");
  project.add("metric.shop.growth", R"({"depends_on": {"nodes": ["metric.shop.total"]}})");
  CHECK(project.lint("model-has-exposure").size() == 1);
  // What another model makes of the mart is that one's exposure.
  project.model("reports/sales", "select * from {{ ref('fct_orders') }}\n");
  project.add("exposure.shop.far", R"({"depends_on": {"nodes": ["model.shop.sales"]}})");
  CHECK(project.lint("model-has-exposure").size() == 1);
  project.add("exposure.shop.board", R"({"depends_on": {"nodes": ["metric.shop.growth"]}})");
  CHECK(project.lint("model-has-exposure") == Lines{});
}

TEST_CASE("version-pinned-ref") {
  TestProject project;
  project.add("model.shop.orders.v1", R"({"latest_version": 2})");
  project.add("model.shop.orders.v2", R"({"latest_version": 2})");
  project.model(
      "pinned", "select * from {{ ref('orders', v=2) }}\n",
      R"({"depends_on": {"nodes": ["model.shop.orders.v2"]}, "refs": [{"name": "orders", "package": null, "version": 2}]})");
  CHECK(project.lint("version-pinned-ref") == Lines{});
  project.model(
      "open", "select *\nfrom {{ ref('orders') }}\n",
      R"({"depends_on": {"nodes": ["model.shop.orders.v2"]}, "refs": [{"name": "orders", "package": null, "version": null}]})");
  CHECK(
      project.lint("version-pinned-ref") ==
      Lines{
          "models/open.sql:2:9: warn: open reads orders without saying which version: the day another version becomes "
          "the latest, it gets that one, with the columns that were changed in it"});
}

TEST_CASE("ref-target-exists") {
  TestProject project;
  project.model("orders", "select 1 as id\n");
  project.add("function.shop.double_it", R"({"resource_type": "function"})");
  project.model("fine", "select * from {{ ref('orders') }}\n",
                R"({"depends_on": {"nodes": ["model.shop.orders"]}, "refs": [["orders"], ["shop", "orders"]]})");
  CHECK(project.lint("ref-target-exists") == Lines{});
  project.model("broken", "select * from {{ ref('ordres') }}\n", R"({"depends_on": {"nodes": ["model.shop.ordres"]}})");
  CHECK(project.lint("ref-target-exists") ==
        Lines{"models/broken.sql:1:18: error: broken reads model.shop.ordres, which does not exist (did you mean "
              "orders?): dbt stops with an error when it parses the project"});
}

TEST_CASE("ref-target-exists: a test of which dbt found only a part") {
  const auto found = [](const char* json) {
    TestProject project;
    project.model("orders", "select 1 as id\n").add("model.web.sessions").add("source.shop.raw.orders");
    project.add("test.shop.t", std::string(R"({"config": {"enabled": false}, )") + json + "}");
    Lines lines = project.lint("ref-target-exists");
    for (std::string& line : lines) {
      const std::size_t begin = line.find(" reads ") + 7;
      line = line.substr(begin, line.find(": dbt warns") - begin);
    }
    return lines;
  };
  // A relationships test whose `to` is gone.
  CHECK(
      found(R"("sources": [["raw", "ordrs"]], "refs": [["orders"]], "depends_on": {"nodes": ["model.shop.orders"]})") ==
      Lines{"the source raw.ordrs, which does not exist (did you mean raw.orders?)"});
  CHECK(
      found(
          R"("sources": [["raw", "orders"]], "refs": [["gone"]], "depends_on": {"nodes": ["source.shop.raw.orders"]})") ==
      Lines{"gone, which does not exist"});
  // dbt looks into the package that is written, and nowhere else.
  CHECK(found(R"("refs": [["web", "orders"]], "depends_on": {"nodes": []})") ==
        Lines{"web.orders, which does not exist (did you mean orders?)"});
  CHECK(found(R"("refs": [["web", "sessions"], ["shop", "orders"], ["sessions"]], "sources": [["raw", "orders"]])") ==
        Lines{});
}

TEST_CASE("ref-target-exists: tests that dbt leaves out") {
  TestProject project;
  project.model("orders", "select 1 as id\n");
  project.disabled("model.shop.old");
  // As dbt writes a test that it has left out.
  project.add("test.shop.no_ghosts",
              R"({"raw_code": "select * from {{ ref('ghost') }}", "original_file_path": "tests/no_ghosts.sql",
                  "config": {"enabled": false}, "depends_on": {"nodes": []},
                  "refs": [{"name": "ghost", "package": null, "version": null}]})");
  project.add("test.shop.of_old",
              R"({"raw_code": "select * from {{ ref('old') }}", "original_file_path": "tests/of_old.sql",
                  "config": {"enabled": false}, "depends_on": {"nodes": []},
                  "refs": [{"name": "old", "package": null, "version": null}]})");
  project.add("test.shop.of_source",
              R"({"raw_code": "select * from {{ source('raw', 'gone') }}", "original_file_path": "tests/of_source.sql",
                  "config": {"enabled": false}, "depends_on": {"nodes": []}, "sources": [["raw", "gone"]]})");
  CHECK(
      project.lint("ref-target-exists") ==
      Lines{
          "tests/no_ghosts.sql: error: the test no_ghosts reads ghost, which does not exist: dbt warns and leaves the "
          "test out, so it never runs and never fails",
          "tests/of_source.sql: error: the test of_source reads the source raw.gone, which does not exist: dbt warns "
          "and leaves the test out, so it never runs and never fails"});
}

TEST_CASE("ref-target-exists: the tests of one entry are one mistake") {
  TestProject project;
  for (const char* name : {"a", "b", "c"}) {
    project.add(std::string("test.shop.") + name,
                R"({"config": {"enabled": false}, "depends_on": {"nodes": []}, "original_file_path": "models/ghost.yml",
                    "refs": [{"name": "ghost", "package": null, "version": null}]})");
  }
  CHECK(project.lint("ref-target-exists") == Lines{"models/ghost.yml: error: the test a reads ghost, which does not "
                                                   "exist: dbt warns and leaves the test out, so it "
                                                   "never runs and never fails; 2 more tests are left out for that"});
}

TEST_CASE("exposure-depends-on-model") {
  TestProject project;
  project.add("source.shop.raw.orders");
  project.model("orders", "select 1 as id\n");
  project.add("semantic_model.shop.s", R"({"depends_on": {"nodes": ["model.shop.orders"]}})");
  project.add("metric.shop.total", R"({"depends_on": {"nodes": ["semantic_model.shop.s"]}})");
  project.add("exposure.shop.of_model", R"({"depends_on": {"nodes": ["model.shop.orders"]}})");
  project.add("exposure.shop.of_metric", R"({"depends_on": {"nodes": ["metric.shop.total"]}})");
  CHECK(project.lint("exposure-depends-on-model") == Lines{});
  project.add("exposure.shop.of_source", R"({"depends_on": {"nodes": ["source.shop.raw.orders"]}})");
  CHECK(
      project.lint("exposure-depends-on-model") ==
      Lines{"models/schema.yml: warn: the exposure of_source depends on 0 models, and at least 1 is required: what it "
            "shows cannot be traced, and no change is seen to reach it"});
  CHECK(project.option(R"({"min": 0, "max": 0})").lint("exposure-depends-on-model").size() == 2);
}

TEST_CASE("exposure-public-parents and semantic-model-public-parents") {
  TestProject project;
  project.add("source.shop.raw.orders");
  project.model("open", "select 1 as id\n", R"({"access": "public"})");
  project.model("closed", "select 1 as id\n", R"({"access": "protected"})");
  project.add("model.other.far", R"({"access": "protected"})");
  project.add("exposure.shop.fine", R"({"depends_on": {"nodes": ["model.shop.open"]}})");
  project.add("semantic_model.shop.fine", R"({"depends_on": {"nodes": ["model.other.far"]}})");
  CHECK(project.lint("exposure-public-parents") == Lines{});
  CHECK(project.lint("semantic-model-public-parents") == Lines{});
  project.add("exposure.shop.board", R"({"depends_on": {"nodes": ["model.shop.closed", "source.shop.raw.orders"]}})");
  project.add("semantic_model.shop.s", R"({"depends_on": {"nodes": ["model.shop.closed"]}})");
  CHECK(
      project.lint("exposure-public-parents") ==
      Lines{
          "models/schema.yml: warn: the exposure board depends on the protected model closed: its owners have not "
          "promised anything about the columns, so a change of them breaks what is shown",
          "models/schema.yml: warn: the exposure board depends on the source raw.orders: its owners have not promised "
          "anything about the columns, so a change of them breaks what is shown"});
  CHECK(project.lint("semantic-model-public-parents").size() == 1);
  // Before dbt 1.5 no model has an access.
  TestProject old;
  old.model("orders", "select 1 as id\n");
  old.add("exposure.shop.board", R"({"depends_on": {"nodes": ["model.shop.orders"]}})");
  CHECK(old.lint("exposure-public-parents") == Lines{});
}

TEST_CASE("exposure-owner") {
  TestProject project;
  project.add("exposure.shop.full", R"({"owner": {"name": "Data", "email": "data@example.com"}})");
  CHECK(project.lint("exposure-owner") == Lines{});
  project.add("exposure.shop.board", R"({"owner": {"name": "Data", "email": null}})");
  CHECK(project.lint("exposure-owner") == Lines{"models/schema.yml: warn: the owner of the exposure board has no "
                                                "email: when a model that it depends on is to "
                                                "change, nobody can be asked"});
  CHECK(project.option(R"({"fields": ["name"]})").lint("exposure-owner") == Lines{});
}
