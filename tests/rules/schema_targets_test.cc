// The rules that compare where nodes lie on two targets.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kMart = "{{ config(schema='marts') }}\nselect 1 as id\n";
constexpr const char* kMartConfig = R"({"config": {"schema": "marts"}})";

// Three staging models in the target's schema, three marts in its schema `marts`.
TestProject shop_on(std::string_view target, std::string_view database = "shop") {
  TestProject project;
  project.target(target, database);
  for (const char* name : {"stg_a", "stg_b", "stg_c"}) {
    project.model(fmt::format("staging/{}", name), "select 1 as id\n");
  }
  for (const char* name : {"mart_a", "mart_b", "mart_c"}) {
    project.model(fmt::format("marts/{}", name), kMart, kMartConfig);
  }
  return project;
}

const std::vector<std::string> kTargetRules = {
    "schema-relation-moved", "schema-target-mapping",      "schema-custom-schema-missing", "schema-hard-coded-schema",
    "schema-same-relation",  "schema-hard-coded-database", "schema-two-nodes-one-relation"};

}  // namespace

TEST_CASE("a project and itself, and a project on another target that moves all of it alike, have no findings") {
  for (const std::string& rule : kTargetRules) {
    CAPTURE(rule);
    CHECK(shop_on("prod").state(shop_on("prod")).lint(rule) == Lines{});
    if (rule == "schema-target-mapping") continue;
    CHECK(shop_on("staging").state(shop_on("prod")).lint(rule) == Lines{});
    CHECK(shop_on("prod", "dev").state(shop_on("prod", "prod")).lint(rule) == Lines{});
  }
}

TEST_CASE("schema-relation-moved: on one target every move is found") {
  TestProject project = shop_on("prod");
  project.model("marts/mart_a", "{{ config(schema='reporting') }}\nselect 1 as id\n",
                R"({"config": {"schema": "reporting"}})");
  project.model("marts/mart_b", "{{ config(schema='marts', alias='b') }}\nselect 1 as id\n",
                R"({"config": {"schema": "marts", "alias": "b", "materialized": "incremental"}})");
  CHECK(
      project.state(shop_on("prod")).lint("schema-relation-moved") ==
      Lines{
          "models/marts/mart_a.sql:1:11: warn: mart_a moves from shop.prod_marts.mart_a to shop.prod_reporting.mart_a: "
          "dbt builds it there and leaves the old one behind, which nobody updates any more",
          "models/marts/mart_b.sql:1:11: warn: mart_b moves from shop.prod_marts.mart_b to shop.prod_marts.b: dbt "
          "starts an empty table there, and the rows that are in the old one stay behind"});
}

TEST_CASE("schema-relation-moved: many moves from one schema to another are one finding") {
  TestProject before = shop_on("prod");
  TestProject now = shop_on("prod");
  for (const char* name : {"old_a", "old_b", "old_c", "old_d"}) {
    before.model(name, "select 1\n", R"({"config": {"schema": "old"}})");
    now.model(name, "select 1\n", R"({"config": {"schema": "new"}})");
  }
  CHECK(now.state(std::move(before)).lint("schema-relation-moved") ==
        Lines{"models/old_a.sql:1:1: warn: 4 nodes move from shop.prod_old to shop.prod_new (old_a, old_b, old_c and "
              "old_d): dbt builds them there, incremental models and snapshots from nothing, and leaves the old tables "
              "behind, which nobody updates any more"});
}

TEST_CASE("schema-relation-moved: on another target those are found that do not go along") {
  TestProject before = shop_on("prod");
  before.model("marts/mart_d", kMart, kMartConfig);
  before.model("marts/mart_e", kMart, kMartConfig);
  before.model("marts/mart_f", kMart, kMartConfig);
  TestProject now = shop_on("staging");
  // another custom schema
  now.model("marts/mart_d", "{{ config(schema='reporting') }}\nselect 1 as id\n",
            R"({"config": {"schema": "reporting"}})");
  // written the same, but a macro puts it elsewhere
  now.model("marts/mart_e", kMart, R"({"config": {"schema": "marts"}, "schema": "staging_elsewhere"})");
  // another name
  now.model("marts/mart_f", "{{ config(schema='marts', alias='f') }}\nselect 1 as id\n",
            R"({"config": {"schema": "marts", "alias": "f"}})");
  CHECK(now.state(std::move(before)).lint("schema-relation-moved") ==
        Lines{"models/marts/mart_d.sql:1:11: warn: mart_d's schema config was marts and is reporting: it lies in "
              "shop.staging_reporting here, while the others of shop.prod_marts lie in shop.staging_marts; when "
              "that goes live, dbt builds it there and leaves the old one behind, which nobody updates any more",
              "models/marts/mart_e.sql:1:11: warn: mart_e went from shop.prod_marts to shop.staging_elsewhere, while "
              "the others like it, mart_a for one, went to shop.staging_marts: what moves or compares tables by the "
              "targets' schemas misses it",
              "models/marts/mart_f.sql:1:27: warn: mart_f is called f here and mart_f in the state, while the target "
              "leaves other names as they are: when that goes live, dbt builds it there and leaves the old one behind, "
              "which "
              "nobody updates any more"});
}

TEST_CASE("schema-relation-moved: a target that changes every name is no rename") {
  TestProject before = shop_on("prod");
  TestProject now;
  now.target("staging");
  for (const char* name : {"stg_a", "stg_b", "stg_c"}) {
    now.model(fmt::format("staging/{}", name), "select 1 as id\n", fmt::format(R"({{"alias": "alice_{}"}})", name));
  }
  CHECK(now.state(std::move(before)).lint("schema-relation-moved") == Lines{});
}

TEST_CASE("schema-relation-moved: all in one schema on staging is a mapping, too") {
  TestProject before = shop_on("prod");
  TestProject now;
  now.target("staging");
  for (const char* name : {"stg_a", "stg_b", "stg_c"}) now.model(fmt::format("staging/{}", name), "select 1 as id\n");
  for (const char* name : {"mart_a", "mart_b", "mart_c"}) {
    now.model(fmt::format("marts/{}", name), kMart, R"({"config": {"schema": "marts"}, "schema": "staging"})");
  }
  CHECK(now.state(std::move(before)).lint("schema-relation-moved") == Lines{});
}

TEST_CASE("schema-relation-moved: letter case counts where the warehouse tells names apart by it") {
  const auto project = [](const char* alias, bool quoted) {
    TestProject out;
    const std::string name = quoted ? fmt::format(R"("relation_name": "\"shop\".\"prod\".\"{}\"")", alias)
                                    : fmt::format(R"("relation_name": "shop.prod.{}")", alias);
    out.target("prod").model("orders", "select 1\n", fmt::format(R"({{"alias": "{}", {}}})", alias, name));
    return out;
  };
  CHECK(project("ORDERS", false).state(project("orders", false)).lint("schema-relation-moved") == Lines{});
  CHECK(project("ORDERS", true).state(project("orders", true)).lint("schema-relation-moved").size() == 1);
  TestProject earlier = project("orders", true);
  earlier.metadata(R"({"adapter_type": "redshift"})");
  CHECK(project("ORDERS", true)
            .metadata(R"({"adapter_type": "redshift"})")
            .state(std::move(earlier))
            .lint("schema-relation-moved") == Lines{});
}

TEST_CASE("schema-relation-moved: sources, ephemeral and disabled nodes have no relation of dbt's") {
  const auto project = [](const char* schema) {
    TestProject out;
    out.target(schema);
    out.add("source.shop.raw.orders", fmt::format(R"({{"schema": "{}"}})", schema));
    out.model("e", "select 1\n", R"({"config": {"materialized": "ephemeral"}})");
    out.model("d", "select 1\n", R"({"config": {"enabled": false}})");
    return out;
  };
  CHECK(project("b").state(project("a")).lint("schema-relation-moved") == Lines{});
}

TEST_CASE("schema-target-mapping lists each pair of schemas once") {
  CHECK(shop_on("staging").state(shop_on("prod")).lint("schema-target-mapping") ==
        Lines{"models/marts/mart_a.sql:1:11: warn: shop.prod_marts in the state is shop.staging_marts here, by the "
              "target: mart_a, mart_b and mart_c",
              "models/staging/stg_a.sql:1:1: warn: shop.prod in the state is shop.staging here, by the target: stg_a, "
              "stg_b and stg_c"});
}

TEST_CASE("schema-custom-schema-missing: lost and gained") {
  TestProject before = shop_on("prod");
  before.model("marts/mart_d", kMart, kMartConfig);
  TestProject now = shop_on("staging");
  now.model("marts/mart_d", "select 1 as id\n");
  now.model("staging/stg_a", "{{ config(schema='stage') }}\nselect 1 as id\n", R"({"config": {"schema": "stage"}})");
  now.state(std::move(before));
  CHECK(now.lint("schema-custom-schema-missing") ==
        Lines{"models/marts/mart_d.sql:1:1: warn: mart_d has no custom schema any more (it was marts), so it lies in "
              "shop.staging and not, like mart_a, in shop.staging_marts: when that goes live, dbt builds it there and "
              "leaves the old one behind, which nobody updates any more",
              "models/staging/stg_a.sql:1:11: warn: stg_a has the custom schema stage now and had none, so it lies in "
              "shop.staging_stage: when that goes live, dbt builds it there and leaves the old one behind, which "
              "nobody updates any more"});
  // one mistake, one finding
  CHECK(now.lint("schema-relation-moved") == Lines{});
}

TEST_CASE("schema-custom-schema-missing: what a condition on the target does is no mistake") {
  const auto project = [](const char* target, const char* schema) {
    TestProject out = shop_on(target);
    out.model("marts/mart_d", "select 1\n",
              fmt::format(R"({{"config": {{"schema": {}}},
                  "unrendered_config": {{"schema": "{{{{ 'marts' if target.name == 'prod' }}}}"}}}})",
                          schema));
    return out;
  };
  CHECK(project("staging", "null").state(project("prod", "\"marts\"")).lint("schema-custom-schema-missing") == Lines{});
}

TEST_CASE("schema-custom-schema-missing: a whole folder is one finding") {
  TestProject before = shop_on("prod");
  TestProject now;
  now.target("prod");
  for (const char* name : {"mart_a", "mart_b", "mart_c"}) {
    now.model(fmt::format("marts/{}", name), "select 1 as id\n");
  }
  before.model("marts/mart_d", kMart, kMartConfig);
  now.model("marts/mart_d", "select 1 as id\n");
  CHECK(now.state(std::move(before)).lint("schema-custom-schema-missing") ==
        Lines{"models/marts/mart_a.sql:1:1: warn: 4 nodes (mart_a, mart_b, mart_c and mart_d) have no custom schema "
              "any more (it was marts): when that goes live, dbt builds them in other schemas, incremental models and "
              "snapshots from nothing, and leaves the old tables behind, which nobody updates any more"});
}

TEST_CASE("schema-custom-schema-missing: a new model beside others that have one") {
  TestProject project = shop_on("prod");
  project.model("marts/mart_d", "select 1 as id\n");
  CHECK(project.lint("schema-custom-schema-missing") ==
        Lines{"models/marts/mart_d.sql:1:1: warn: mart_d has no custom schema, while the 3 other models in "
              "models/marts have marts: it is built in shop.prod and not beside mart_a in shop.prod_marts"});
  SUBCASE("not where production has it already") {
    TestProject before = shop_on("prod");
    before.model("marts/mart_d", "select 1 as id\n");
    CHECK(project.state(std::move(before)).lint("schema-custom-schema-missing") == Lines{});
  }
  SUBCASE("not where two lack it") {
    project.model("marts/mart_e", "select 1 as id\n");
    CHECK(project.lint("schema-custom-schema-missing") == Lines{});
  }
  SUBCASE("not where somebody says that it has none") {
    project.model("marts/mart_d", "{{ config(schema=none) }}\nselect 1 as id\n");
    CHECK(project.lint("schema-custom-schema-missing") == Lines{});
  }
  SUBCASE("not where the others disagree, or in another folder") {
    project.model("marts/mart_c", "select 1\n", R"({"config": {"schema": "other"}})");
    CHECK(project.lint("schema-custom-schema-missing") == Lines{});
  }
  SUBCASE("not for an ephemeral model") {
    project.model("marts/mart_d", "select 1\n", R"({"config": {"materialized": "ephemeral"}})");
    CHECK(project.lint("schema-custom-schema-missing") == Lines{});
  }
}

TEST_CASE("schema-hard-coded-schema: the same table on both targets") {
  constexpr const char* kFixed = R"({"config": {"schema": "prod_fixed"}, "schema": "prod_fixed"})";
  TestProject before = shop_on("prod");
  before.model("fixed", "{{ config(schema='prod_fixed') }}\nselect 1\n", kFixed);
  TestProject now = shop_on("staging");
  now.model("fixed", "{{ config(schema='prod_fixed') }}\nselect 1\n", kFixed);
  // new, and among production's tables
  now.model("fresh", "{{ config(schema='prod_marts') }}\nselect 1\n",
            R"({"config": {"schema": "prod_marts"}, "schema": "prod_marts"})");
  // new, where this target's tables are, or in a schema of its own
  now.model("right", kMart, kMartConfig);
  now.model("right_too", "select 1\n", R"({"config": {"schema": "new"}})");
  now.state(std::move(before));
  CHECK(now.lint("schema-hard-coded-schema") ==
        Lines{"models/fixed.sql:1:11: error: fixed is shop.prod_fixed.fixed here and in the state, although the target "
              "moves others from shop.prod_marts to shop.staging_marts: its schema config holds it there, and a run on "
              "this target overwrites the other target's table",
              "models/fresh.sql:1:11: error: fresh is new and lies in shop.prod_marts, among the state's tables, "
              "although the target moves others from shop.prod_marts to shop.staging_marts: its schema config holds it "
              "there, and a run on this target writes there"});
  CHECK(now.lint("schema-same-relation") == Lines{});
  CHECK(now.lint("schema-hard-coded-database") == Lines{});
  CHECK(now.lint("schema-relation-moved") == Lines{});
}

TEST_CASE("schema-hard-coded-schema: a macro that takes custom schemas as they are is one mistake") {
  const auto project = [](const char* target) {
    TestProject out;
    out.target(target);
    for (const char* name : {"stg_a", "stg_b", "stg_c"}) out.model(name, "select 1\n");
    for (const char* name : {"m_a", "m_b", "m_c", "m_d", "m_e"}) {
      out.model(name, "select 1\n", R"({"config": {"schema": "marts"}, "schema": "marts"})");
    }
    return out;
  };
  CHECK(project("staging").state(project("prod")).lint("schema-hard-coded-schema") ==
        Lines{"models/m_a.sql:1:1: error: 5 nodes (m_a, m_b, m_c and 2 more) lie in shop.marts here and in the state, "
              "although the target moves others from shop.prod to shop.staging: their schema configs hold them there, "
              "and a run on this target overwrites the other target's tables"});
  CHECK(project("prod").state(project("prod")).lint("schema-hard-coded-schema") == Lines{});
}

TEST_CASE("schema-hard-coded-schema: nothing is said where the project's own macro changed between the two") {
  constexpr const char* kFixed = R"({"config": {"schema": "prod_fixed"}, "schema": "prod_fixed"})";
  TestProject before = shop_on("prod");
  before.model("fixed", "select 1\n", kFixed);
  TestProject now = shop_on("staging");
  now.model("fixed", "select 1\n", kFixed);
  now.macro("macro.shop.generate_schema_name", "{% macro generate_schema_name(a, b) %}staging{% endmacro %}\n");
  now.state(std::move(before));
  CHECK(now.lint("schema-hard-coded-schema") == Lines{});
  // but the moves are, with what may be their cause
  CHECK(now.lint("schema-relation-moved") ==
        Lines{"models/marts/mart_a.sql:1:11: warn: 3 nodes move from shop.prod_marts to shop.staging_marts "
              "(generate_schema_name or generate_database_name changed, too) (mart_a, mart_b and mart_c): dbt builds "
              "them there, incremental models and snapshots from nothing, and leaves the old tables behind, which "
              "nobody updates any more",
              "models/staging/stg_a.sql:1:1: warn: 3 nodes move from shop.prod to shop.staging (generate_schema_name "
              "or generate_database_name changed, too) (stg_a, stg_b and stg_c): dbt builds them there, incremental "
              "models and snapshots from nothing, and leaves the old tables behind, which nobody updates any more"});
}

TEST_CASE("schema-hard-coded-schema: a snapshot's target_schema") {
  const auto project = [](const char* target) {
    TestProject out = shop_on(target);
    out.add("snapshot.shop.orders_history",
            R"({"config": {"target_schema": "snapshots", "materialized": "snapshot"}, "schema": "snapshots"})");
    return out;
  };
  CHECK(project("staging").state(project("prod")).lint("schema-hard-coded-schema") ==
        Lines{"snapshots/orders_history.sql: error: orders_history is shop.snapshots.orders_history here and in the "
              "state, although the target moves others from shop.prod_marts to shop.staging_marts: its schema config "
              "holds it there, and a run on this target overwrites the other target's table"});
}

TEST_CASE("schema-hard-coded-database") {
  constexpr const char* kFixed = R"({"config": {"database": "prod", "schema": "marts"}})";
  TestProject before = shop_on("analytics", "prod");
  before.model("fixed", "{{ config(database='prod', schema='marts') }}\nselect 1\n", kFixed);
  TestProject now = shop_on("analytics", "dev");
  now.model("fixed", "{{ config(database='prod', schema='marts') }}\nselect 1\n", kFixed);
  now.state(std::move(before));
  CHECK(now.lint("schema-hard-coded-database") ==
        Lines{"models/fixed.sql:1:11: error: fixed is prod.analytics_marts.fixed here and in the state, although the "
              "target moves others from prod.analytics_marts to dev.analytics_marts: its database config holds it "
              "there, and a run on this target overwrites the other target's table"});
  CHECK(now.lint("schema-hard-coded-schema") == Lines{});
}

TEST_CASE("schema-same-relation: no config says so") {
  TestProject before = shop_on("prod");
  before.model("odd", "select 1\n", R"({"schema": "prod"})");
  TestProject now = shop_on("staging");
  now.model("odd", "select 1\n", R"({"schema": "prod"})");
  now.state(std::move(before));
  CHECK(
      now.lint("schema-same-relation") ==
      Lines{
          "models/odd.sql:1:1: error: odd is shop.prod.odd here and in the state, although the target moves others "
          "from shop.prod_marts to shop.staging_marts: no config of its own holds it there, so a macro "
          "(generate_schema_name) or the profile does, and a run on this target overwrites the other target's table"});
  CHECK(now.lint("schema-hard-coded-schema") == Lines{});
}

TEST_CASE("schema-same-relation: another node's relation") {
  TestProject before = shop_on("prod");
  TestProject now = shop_on("staging");
  now.model("other", "select 1\n", R"({"schema": "prod", "alias": "stg_a"})");
  CHECK(now.state(std::move(before)).lint("schema-same-relation") ==
        Lines{"models/other.sql:1:1: error: other is shop.prod.stg_a, which is the relation of model.shop.stg_a in the "
              "state, although the target moves others from shop.prod_marts to shop.staging_marts: a run on this "
              "target overwrites that table"});
}

TEST_CASE("schema-two-nodes-one-relation") {
  TestProject project;
  project.model("orders", "select 1\n", R"({"relation_name": "shop.analytics.orders"})");
  project.model("orders_new", "{{ config(alias='ORDERS') }}\nselect 1\n",
                R"({"config": {"alias": "ORDERS"}, "relation_name": "shop.analytics.ORDERS"})");
  CHECK(project.lint("schema-two-nodes-one-relation") ==
        Lines{"models/orders_new.sql:1:11: error: model.shop.orders_new and model.shop.orders are both built as "
              "shop.analytics.ORDERS: the one that runs last replaces the other's table, and readers of either get its "
              "rows"});
  SUBCASE("quoted names are two where the warehouse tells them apart") {
    project.model("orders", "select 1\n", R"({"relation_name": "\"shop\".\"analytics\".\"orders\""})");
    project.model("orders_new", "select 1\n",
                  R"({"alias": "ORDERS", "relation_name": "\"shop\".\"analytics\".\"ORDERS\""})");
    CHECK(project.lint("schema-two-nodes-one-relation") == Lines{});
  }
  SUBCASE("another schema, an ephemeral model") {
    project.model("orders_new", "select 1\n", R"({"alias": "orders", "config": {"schema": "new"}})");
    CHECK(project.lint("schema-two-nodes-one-relation") == Lines{});
    project.model("orders_new", "select 1\n",
                  R"({"alias": "orders", "config": {"materialized": "ephemeral"}, "relation_name": null})");
    CHECK(project.lint("schema-two-nodes-one-relation") == Lines{});
  }
}

TEST_CASE("schema-target-dependent-config") {
  TestProject project;
  project.file("dbt_project.yml",
               "name: shop\nmodels:\n  shop:\n    marts:\n      +schema: \"{{ target.name }}_marts\"\n");
  constexpr const char* kMarts =
      R"({"config": {"schema": "dev_marts"}, "unrendered_config": {"schema": "{{ target.name }}_marts"}})";
  project.model("marts/a", "select 1\n", kMarts);
  project.model("marts/b", "select 1\n", kMarts);
  project.model("c", "{{ config(materialized=('table' if target.name == 'prod' else 'view')) }}\nselect 1\n");
  project.model("d", "{{ config(enabled=env_var('D', 'yes') == 'yes', alias='d' ~ target['schema']) }}\nselect 1\n");
  // the adapter is the same on all targets, other variables are other rules' business, and text is text
  project.model("e",
                "{{ config(materialized=('table' if target.type == 'bigquery' else 'view'), alias=var('x')) }}\n"
                "select '{{ target.name }}' as target_name\n");
  project.model("f", "{{ config(alias='target.name') }}\nselect 1\n",
                R"({"unrendered_config": {"alias": "target.name", "schema": "{{ var('target.name') }} is 'it'"}})");
  CHECK(
      project.lint("schema-target-dependent-config") ==
      Lines{"dbt_project.yml:5:7: warn: schema of a and b depends on the target or the environment, {{ target.name "
            "}}_marts: it is dev_marts here, so what is reviewed and tested on one target is not what runs on another",
            "models/c.sql:1:11: warn: materialized of c depends on the target or the environment, ('table' if "
            "target.name == 'prod' else 'view'): it is view here, so what is reviewed and tested on one target is not "
            "what runs on another",
            "models/d.sql:1:11: warn: enabled of d depends on the target or the environment, env_var('D', 'yes') == "
            "'yes': it is true here, so what is reviewed and tested on one target is not what runs on another",
            "models/d.sql:1:49: warn: alias of d depends on the target or the environment, 'd' ~ target['schema']: it "
            "is not set here, so what is reviewed and tested on one target is not what runs on another"});
  CHECK(project.option(R"({"keys": ["alias"]})").lint("schema-target-dependent-config").size() == 1);
}
