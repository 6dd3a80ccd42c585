// The rules about who may read whom: sources, layers, and what a project permits.
#include <doctest/doctest.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

// A source, a seed, a snapshot and a model of each layer that read each other as they should.
TestProject layered() {
  TestProject project;
  project.add("source.shop.raw.orders").add("source.shop.raw.payments").add("seed.shop.countries");
  project.model("staging/stg_orders", "select * from {{ source('raw', 'orders') }}\n");
  project.model("staging/stg_payments", "select * from {{ source('raw', 'payments') }}\n");
  project.model("intermediate/int_orders", "select * from {{ ref('stg_orders') }} join {{ ref('stg_payments') }}\n");
  project.model("marts/fct_orders", "select * from {{ ref('int_orders') }}\n");
  return project;
}

}  // namespace

TEST_CASE("direct-join-to-source") {
  TestProject project = layered();
  project.model("marts/fct_paid",
                "select * from {{ ref('stg_orders') }}\njoin {{ source('raw', 'payments') }} using (id)\n");
  CHECK(project.lint("direct-join-to-source") ==
        Lines{"models/marts/fct_paid.sql:2:9: warn: fct_paid reads the source raw.payments directly beside stg_orders: "
              "what "
              "staging does to raw columns (names, types, rows left out) is not done to these"});
}

TEST_CASE("direct-join-to-source: near misses") {
  TestProject project = layered();
  project.model("a", "select * from {{ source('raw', 'orders') }} join {{ source('raw', 'payments') }} using (id)\n");
  project.model("b", "select * from {{ source('raw', 'orders') }} join {{ ref('countries') }} using (id)\n");
  project.disabled("model.shop.old",
                   R"({"raw_code": "x", "depends_on": {"nodes": ["model.shop.a", "source.shop.raw.orders"]}})");
  project.model(
      "off", "select 1\n",
      R"({"config": {"enabled": false}, "depends_on": {"nodes": ["model.shop.a", "source.shop.raw.orders"]}})");
  CHECK(project.lint("direct-join-to-source") == Lines{});
}

TEST_CASE("layer-depends-on-source") {
  TestProject project = layered();
  CHECK(project.lint("layer-depends-on-source") == Lines{});
  project.model("intermediate/paid", "select * from {{ source('raw', 'payments') }}\n");
  project.model("dim_orders", "select * from {{ source('raw', 'orders') }}\n",
                R"({"original_file_path": "models\\dim_orders.sql"})");
  project.model("reports/orders", "select * from {{ source('raw', 'orders') }}\n");
  CHECK(project.lint("layer-depends-on-source") ==
        Lines{"models/dim_orders.sql: warn: dim_orders, of the layer marts, reads the source raw.orders directly: it "
              "has to clean up the raw columns itself, and a change of the source is no longer mended in staging alone",
              "models/intermediate/paid.sql:1:18: warn: paid, of the layer intermediate, reads the source raw.payments "
              "directly: it has to clean up the raw columns itself, and a change of the source is no longer mended in "
              "staging alone"});
  project.option(R"({"layers": ["reports"]})").settings("layers:\n  reports: {prefixes: rpt_, folders: reports}\n");
  CHECK(project.lint("layer-depends-on-source").size() == 1);
}

TEST_CASE("staging-depends-on-staging") {
  TestProject project = layered();
  project.model("staging/base/base_orders", "select * from {{ source('raw', 'orders') }}\n");
  project.model("staging/stg_more", "select * from {{ ref('base_orders') }}\n");
  CHECK(project.lint("staging-depends-on-staging") == Lines{});
  project.model("staging/stg_both", "select *\nfrom {{ ref('shop', 'stg_orders') }}\n");
  CHECK(project.lint("staging-depends-on-staging") ==
        Lines{"models/staging/stg_both.sql:2:9: warn: stg_both and stg_orders, which it reads, are both of the layer "
              "staging: the layer is no longer one step behind the sources, and a change of one model of it changes "
              "others of it"});
}

TEST_CASE("staging-depends-on-downstream") {
  TestProject project = layered();
  CHECK(project.lint("staging-depends-on-downstream") == Lines{});
  project.model("staging/stg_totals", "select * from {{ ref('fct_orders') }}\n");
  CHECK(
      project.lint("staging-depends-on-downstream") ==
      Lines{
          "models/staging/stg_totals.sql:1:18: warn: the staging model stg_totals reads fct_orders of the layer marts: "
          "data runs backwards, and what is behind stg_totals can no longer be built layer by layer"});
  project.option(R"({"layers": ["intermediate"]})");
  CHECK(project.lint("staging-depends-on-downstream") == Lines{});
}

TEST_CASE("mart-depends-on-mart") {
  TestProject project = layered();
  CHECK(project.lint("mart-depends-on-mart") == Lines{});
  project.model("marts/dim_days", "select * from {{ ref('fct_orders') }}\n");
  CHECK(project.lint("mart-depends-on-mart") ==
        Lines{"models/marts/dim_days.sql:1:18: warn: the mart dim_days reads the mart fct_orders: what is done for one "
              "report becomes a part of the other, and neither can change alone"});
}

TEST_CASE("permitted-upstream: every option") {
  const auto lint = [](std::string_view options) { return layered().option(options).lint("permitted-upstream"); };
  CHECK(lint("{}") == Lines{});
  CHECK(
      lint(R"({"layers": {"marts": ["staging", "base"]}})") ==
      Lines{
          "models/marts/fct_orders.sql:1:18: warn: fct_orders reads int_orders, which it may not: models of the layer "
          "marts may read staging, base and not intermediate"});
  CHECK(lint(R"({"layers": {"marts": "intermediate"}})") == Lines{});
  CHECK(
      lint(R"({"name_prefixes": ["stg_"]})") ==
      Lines{
          "models/marts/fct_orders.sql:1:18: warn: fct_orders reads int_orders, which it may not: its name int_orders "
          "begins with none of stg_"});
  CHECK(
      lint(R"({"forbidden_name_prefixes": ["int_"]})") ==
      Lines{
          "models/marts/fct_orders.sql:1:18: warn: fct_orders reads int_orders, which it may not: its name int_orders "
          "is forbidden"});
  CHECK(
      lint(R"({"schemas": ["analytics"]})") ==
      Lines{"models/staging/stg_orders.sql:1:18: warn: stg_orders reads the source raw.orders, which it may not: its "
            "schema raw is none of analytics",
            "models/staging/stg_payments.sql:1:18: warn: stg_payments reads the source raw.payments, which it may not: "
            "its schema raw is none of analytics"});
  CHECK(lint(R"({"forbidden_schemas": ["raw"]})").size() == 2);
  CHECK(lint(R"({"databases": ["shop"]})") == Lines{});
  CHECK(lint(R"({"forbidden_databases": ["shop"]})").size() == 5);
  CHECK(lint(R"({"types": ["source"]})").size() == 3);
  CHECK(lint(R"({"forbidden_types": ["source"]})").size() == 2);
  CHECK(lint(R"j({"path_pattern": "models/(staging|intermediate)"})j") == Lines{});
  CHECK(lint(R"({"path_pattern": "models/staging"})") ==
        Lines{"models/marts/fct_orders.sql:1:18: warn: fct_orders reads int_orders, which it may not: its file "
              "models/intermediate/int_orders.sql does not match models/staging"});
  // From its beginning.
  CHECK(lint(R"j({"path_pattern": "(staging|intermediate)"})j").size() == 3);
}

TEST_CASE("permitted-upstream: ephemeral models and other packages' paths") {
  TestProject project;
  project.add("model.other.far", R"({"original_file_path": "models/far.sql"})");
  project.model("near", "select * from {{ ref('far') }}\n", R"({"depends_on": {"nodes": ["model.other.far"]}})");
  project.model("thin", "select * from {{ ref('near') }}\n", R"({"config": {"materialized": "ephemeral"}})");
  CHECK(project.option(R"({"path_pattern": "models/staging"})").lint("permitted-upstream") == Lines{});
  CHECK(project.option(R"({"path_pattern": "models/staging", "ephemeral": true})").lint("permitted-upstream").size() ==
        1);
}

TEST_CASE("seed-not-allowed-upstream") {
  TestProject project = layered();
  CHECK(project.lint("seed-not-allowed-upstream") == Lines{});
  project.model("staging/stg_countries", "select * from {{ ref('countries') }}\n");
  project.model("marts/dim_countries", "select * from {{ ref('countries') }}\n");
  CHECK(project.lint("seed-not-allowed-upstream").size() == 2);
  const Lines mart = {
      "models/marts/dim_countries.sql:1:18: warn: dim_countries reads the seed countries: what its rows are "
      "is known to git and to nobody who looks after the warehouse, and they only change with a commit"};
  CHECK(project.option(R"({"layers": ["marts"]})").lint("seed-not-allowed-upstream") == mart);
  project.option(R"({"layers": []})");
  CHECK(project.option(R"({"path_pattern": "^models/marts"})").lint("seed-not-allowed-upstream") == mart);
}

TEST_CASE("staging-multiple-parents") {
  TestProject project = layered();
  CHECK(project.lint("staging-multiple-parents") == Lines{});
  project.model("staging/stg_joined",
                "select * from {{ source('raw', 'orders') }}\njoin {{ source('raw', 'payments') }} using (id)\n");
  CHECK(
      project.lint("staging-multiple-parents") ==
      Lines{
          "models/staging/stg_joined.sql:2:9: warn: the staging model stg_joined reads raw.orders and raw.payments: it "
          "stands for no single table any more, and whoever needs one of them gets the join"});
  CHECK(project.option(R"({"max": 2})").lint("staging-multiple-parents") == Lines{});
}

TEST_CASE("duplicate-mart-concept") {
  TestProject project;
  project.model("marts/finance/fct_orders", "select 1 as id\n");
  project.model("marts/finance/dim_orders", "select 1 as id\n");
  project.model("marts/marketing/fct_campaigns", "select 1 as id\n");
  CHECK(project.lint("duplicate-mart-concept") == Lines{});
  project.model("marts/marketing/orders", "select 1 as id\n");
  CHECK(project.lint("duplicate-mart-concept") ==
        Lines{"models/marts/finance/dim_orders.sql:1:1: warn: dim_orders, fct_orders and orders are about one thing, "
              "orders, in "
              "different folders: two teams work out the same figures, and sooner or later they differ"});
  TestProject versions;
  versions.add("model.shop.fct_orders.v1", R"({"original_file_path": "models/marts/a/fct_orders_v1.sql"})");
  versions.add("model.shop.fct_orders.v2", R"({"original_file_path": "models/marts/b/fct_orders_v2.sql"})");
  CHECK(versions.lint("duplicate-mart-concept") == Lines{});
}
