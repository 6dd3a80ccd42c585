// The rules about names of models, files, relations, sources, seeds, snapshots, macros, exposures, and of the project.
#include <doctest/doctest.h>
#include <string>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr const char* kSql = "select 1 as id\n";
const std::string kStyle = ": where names are written in several ways, each one has to be looked up";
const std::string kConvention = " as a whole: whoever looks for it by the project's convention does not find it";

}  // namespace

TEST_CASE("model-name: the prefix of the layer") {
  TestProject project;
  project.model("marts/orders", kSql).model("marts/core/fct_orders", kSql).model("staging/stg_orders", kSql);
  SUBCASE("by folder, where the prefix tells nothing") {
    CHECK(project.lint("model-name") ==
          Lines{"models/marts/orders.sql:1:1: warn: the name orders does not begin with fct_ or dim_, as models of the "
                "layer marts do: it does not tell what kind of model this is"});
  }
  SUBCASE("the prefix tells the layer, whatever the folder") {
    TestProject elsewhere;
    elsewhere.model("marts/stg_orders", kSql).model("staging/fct_orders", kSql).model("rpt_sales", kSql);
    elsewhere.model("marts/dim", kSql).model("int_orders", kSql).model("base/base_orders", kSql);
    CHECK(elsewhere.lint("model-name") == Lines{});
  }
  SUBCASE("outside of all layers") {
    TestProject other;
    other.model("orders", kSql).model("fctorders", kSql);
    CHECK(other.lint("model-name").size() == 2);
    CHECK(
        other.lint("model-name")[0] ==
        "models/fctorders.sql:1:1: warn: the name fctorders does not begin with rpt_, as models of the layer other do: "
        "it does not tell what kind of model this is");
  }
  SUBCASE("layers of one's own; one without prefixes asks for nothing") {
    TestProject own;
    own.settings("layers:\n  reports: {folders: reports}\n  marts: {prefixes: [mart_], folders: marts}\n");
    own.model("reports/sales", kSql).model("marts/fct_orders", kSql).model("marts/mart_orders", kSql);
    CHECK(
        own.lint("model-name") ==
        Lines{"models/marts/fct_orders.sql:1:1: warn: the name fct_orders does not begin with mart_, as models of the "
              "layer marts do: it does not tell what kind of model this is"});
  }
  SUBCASE("each version, no disabled model, no time spine, no package, Windows' separators") {
    TestProject special;
    special.add("model.shop.customers.v1", R"({"original_file_path": "models\\marts\\customers_v1.sql"})");
    special.add("model.shop.dim_customers.v2", R"({"original_file_path": "models\\marts\\dim_customers_v2.sql"})");
    special.model("marts/days", kSql, R"({"time_spine": {"standard_granularity_column": "day"}})");
    special.model("marts/weeks", kSql, R"({"time_spine": null})");
    special.model("marts/metricflow_time_spine", kSql, R"({"time_spine": null})");
    special.model("marts/switched_off", kSql, R"({"config": {"enabled": false}})");
    special.disabled("model.shop.off", R"({"original_file_path": "models/marts/off.sql"})");
    special.add("model.other.orders");
    const Lines found = special.lint("model-name");
    REQUIRE(found.size() == 2);
    CHECK(found[1].find("the name weeks ") != std::string::npos);
    CHECK(found[0].find("the name customers does not begin with fct_ or dim_") != std::string::npos);
  }
}

TEST_CASE("model-name: a pattern or a case counts instead of the prefixes") {
  TestProject project;
  project.model("marts/orders", kSql).model("stg_orders", kSql).model("OrderItems", kSql);
  SUBCASE("a pattern has to match the whole name") {
    project.option(R"({"pattern": "stg_|.*orders"})");
    CHECK(project.lint("model-name") ==
          Lines{"models/OrderItems.sql:1:1: warn: the model name OrderItems does not match 'stg_|.*orders'" +
                kConvention});
  }
  SUBCASE("a case") {
    project.option(R"({"case": "snake_case"})");
    CHECK(project.lint("model-name") ==
          Lines{"models/OrderItems.sql:1:1: warn: the model name OrderItems is not in snake_case" + kStyle});
  }
  SUBCASE("both, and the prefixes as well") {
    project.option(R"({"pattern": ".*s", "case": "PascalCase", "layer_prefixes": "always"})");
    CHECK(project.lint("model-name").size() == 4);  // orders: case, prefix; stg_orders: case; OrderItems: prefix
  }
  SUBCASE("nothing at all") {
    project.option(R"({"layer_prefixes": "never"})");
    CHECK(project.lint("model-name") == Lines{});
  }
}

TEST_CASE("the letter cases") {
  const auto fits = [](const char* name, const char* letter_case) {
    TestProject project;
    project.add("seed.shop." + std::string(name));
    project.option(R"({"case": ")" + std::string(letter_case) + "\"}");
    return project.lint("seed-name").empty();
  };
  CHECK(fits("order_items_2", "snake_case"));
  CHECK(fits("stg_shop__größe", "snake_case"));
  CHECK_FALSE(fits("order-items", "snake_case"));
  CHECK_FALSE(fits("orderItems", "snake_case"));
  CHECK(fits("order-items", "kebab-case"));
  CHECK_FALSE(fits("order_items", "kebab-case"));
  CHECK(fits("orderItems2", "camelCase"));
  CHECK_FALSE(fits("OrderItems", "camelCase"));
  CHECK_FALSE(fits("order_items", "camelCase"));
  CHECK(fits("OrderItems", "PascalCase"));
  CHECK_FALSE(fits("orderItems", "PascalCase"));
  CHECK(fits("ORDER_ITEMS", "UPPER_SNAKE_CASE"));
  CHECK_FALSE(fits("Order_Items", "UPPER_SNAKE_CASE"));
  CHECK(fits("any-thing_Goes", "any"));
}

TEST_CASE("names of seeds, snapshots, exposures, semantic models and unit tests") {
  TestProject project;
  project.add("seed.shop.CountryCodes").add("seed.shop.country_codes").add("seed.other.NotOurs");
  project.disabled("seed.shop.OffForNow");
  project.add("snapshot.shop.OrdersHistory").add("snapshot.shop.orders_snapshot");
  project.file("models/schema.yml",
               "exposures:\n  - name: WeeklyRevenue\n  - name: weekly_revenue\n"
               "semantic_models:\n  - name: Orders\nunit_tests:\n  - name: Totals-add-up\n");
  project.add("exposure.shop.WeeklyRevenue").add("exposure.shop.weekly_revenue");
  project.add("semantic_model.shop.Orders", R"({"original_file_path": "models/schema.yml"})");
  project.add("semantic_model.shop.orders", R"({"original_file_path": "models/schema.yml"})");
  project.add("unit_test.shop.orders.Totals-add-up", R"({"original_file_path": "models/schema.yml"})");
  project.add("unit_test.shop.orders.totals", R"({"original_file_path": "models/schema.yml"})");
  SUBCASE("snake_case without options") {
    CHECK(project.lint("seed-name") ==
          Lines{"seeds/CountryCodes.csv: warn: the seed name CountryCodes is not in snake_case" + kStyle});
    CHECK(project.lint("snapshot-name") ==
          Lines{"snapshots/OrdersHistory.sql: warn: the snapshot name OrdersHistory is not in snake_case" + kStyle});
    CHECK(project.lint("exposure-name") ==
          Lines{"models/schema.yml:2:11: warn: the exposure name WeeklyRevenue is not in snake_case" + kStyle});
    CHECK(project.lint("semantic-model-name") ==
          Lines{"models/schema.yml:5:11: warn: the semantic model name Orders is not in snake_case" + kStyle});
    CHECK(project.lint("unit-test-name") ==
          Lines{"models/schema.yml:7:11: warn: the unit test name Totals-add-up is not in snake_case" + kStyle});
  }
  SUBCASE("a pattern takes the place of the case") {
    CHECK(project.option(R"({"pattern": "[A-Z].*"})").lint("seed-name") ==
          Lines{"seeds/country_codes.csv: warn: the seed name country_codes does not match '[A-Z].*'" + kConvention});
    CHECK(project.lint("snapshot-name").size() == 1);
    CHECK(project.lint("exposure-name").size() == 1);
  }
  SUBCASE("any name is right") {
    project.option(R"({"case": "any"})");
    for (const char* rule : {"seed-name", "snapshot-name", "exposure-name", "semantic-model-name", "unit-test-name"}) {
      CHECK(project.lint(rule) == Lines{});
    }
  }
}

TEST_CASE("source-name") {
  TestProject project;
  project.file("models/schema.yml",
               "sources:\n  - name: RawShop\n    tables:\n      - name: OrderItems\n      - name: orders\n");
  project.add("source.shop.RawShop.OrderItems").add("source.shop.RawShop.orders", R"({"identifier": "ORDERS"})");
  SUBCASE("tables") {
    CHECK(project.lint("source-name") == Lines{"models/schema.yml:4:15: warn: the table name OrderItems of the source "
                                               "RawShop is not in snake_case" +
                                               kStyle});
  }
  SUBCASE("a source is named once") {
    CHECK(project.option(R"({"names": ["source"]})").lint("source-name") ==
          Lines{"models/schema.yml:4:15: warn: the source name RawShop is not in snake_case" + kStyle});
    CHECK(project.option(R"({"names": ["source", "table"]})").lint("source-name").size() == 2);
  }
  SUBCASE("a pattern; a disabled table") {
    project.add("source.shop.RawShop.off", R"({"config": {"enabled": false}})");
    CHECK(project.option(R"({"pattern": "[a-zA-Z]+s"})").lint("source-name") == Lines{});
  }
}

TEST_CASE("macro-name") {
  TestProject project;
  project.macro("macro.shop.centsToDollars", "{% macro centsToDollars(x) %}{{ x }}{% endmacro %}");
  project.macro("macro.shop.test_is_positive", "{% test is_positive(model) %}select 1{% endtest %}");
  project.macro("macro.shop.default__cents", "{% macro default__cents() %}{% endmacro %}");
  project.macro("macro.dbt_utils.NotOurs", "{% macro NotOurs() %}{% endmacro %}");
  CHECK(project.lint("macro-name") ==
        Lines{"macros/centsToDollars.sql:1:10: warn: the macro name centsToDollars is not in snake_case" + kStyle});
  CHECK(project.option(R"({"pattern": "cents.*|test_.*"})").lint("macro-name") ==
        Lines{"macros/default__cents.sql:1:10: warn: the macro name default__cents does not match 'cents.*|test_.*'" +
              kConvention});
  CHECK(TestProject().macro("macro.shop.cents", "{% macro cents() %}{% endmacro %}").lint("macro-name") == Lines{});
}

TEST_CASE("staging-name-source-entity") {
  TestProject project;
  project.model("staging/stg_orders", kSql).model("staging/stg_shop__orders", kSql).model("staging/orders", kSql);
  project.model("marts/stg_payments", kSql);   // staging by its prefix
  project.model("staging/base_orders", kSql);  // base by its prefix
  project.model("marts/fct_orders", kSql).model("staging/int_orders", kSql);
  project.model("staging/stg_off", kSql, R"({"config": {"enabled": false}})");
  const Lines found = project.lint("staging-name-source-entity");
  REQUIRE(found.size() == 3);
  CHECK(
      found[0] ==
      "models/marts/stg_payments.sql:1:1: warn: the staging model's name stg_payments does not match 'stg_.+__.+': it "
      "does not tell the source that its rows come from, and a second source with such a table needs another name");
  CHECK(found[1].starts_with("models/staging/orders.sql"));
  CHECK(found[2].starts_with("models/staging/stg_orders.sql"));
  CHECK(project.option(R"({"pattern": "(stg_)?[a-z_]+"})").lint("staging-name-source-entity") == Lines{});
}

TEST_CASE("model-name-no-abbreviations") {
  TestProject project;
  project.model("fct_cust_ord", kSql).model("fct_customers", kSql).model("dim_custom_orders", kSql);
  project.add("seed.shop.cust").model("stg_QTY", kSql);
  CHECK(
      project.lint("model-name-no-abbreviations") ==
      Lines{"models/fct_cust_ord.sql:1:1: warn: the model name fct_cust_ord abbreviates cust (customer), ord (order): "
            "whoever searches for the word does not find it",
            "models/stg_QTY.sql:1:1: warn: the model name stg_QTY abbreviates qty (quantity): whoever searches for the "
            "word does not find it"});
  CHECK(
      project.option(R"({"words": {"Dim": ""}})").lint("model-name-no-abbreviations") ==
      Lines{
          "models/dim_custom_orders.sql:1:1: warn: the model name dim_custom_orders abbreviates dim: whoever searches "
          "for the word does not find it"});
}

TEST_CASE("model-name-no-abbreviations: words that only begin like one, and what is no model") {
  TestProject project;
  project.model("fct_customers", kSql).model("stg_custom_orders", kSql).model("dim_accounts", kSql);
  project.model("empty_amounts", kSql).model("fct_orders", kSql);
  project.model("cust_off", kSql, R"({"config": {"enabled": false}})");
  project.add("seed.shop.cust_ord").add("snapshot.shop.cust_snapshot").add("model.other.cust");
  CHECK(project.lint("model-name-no-abbreviations") == Lines{});
  project.model("fct_cust", kSql);
  CHECK(project.lint("model-name-no-abbreviations").size() == 1);
  // (Words of the project's own take the place of the usual ones.)
  CHECK(project.option(R"({"words": {"dim": "", "cus": "customer"}})").lint("model-name-no-abbreviations").size() == 1);
}

TEST_CASE("model-file-name") {
  TestProject project;
  project.model("dim_customers_new", kSql).model("dim_customers_v2", kSql);
  project.add("model.shop.dim_dates", R"({"original_file_path": "models\\core\\dim_dates.py"})");
  CHECK(project.lint("model-file-name") == Lines{});
  CHECK(project.option(R"j({"pattern": "dim_[a-z]+(_v[0-9]+)?\\.(sql|py)"})j").lint("model-file-name") ==
        Lines{"models/dim_customers_new.sql:1:1: warn: the file name dim_customers_new.sql does not match "
              "'dim_[a-z]+(_v[0-9]+)?\\.(sql|py)' as a whole: whoever looks for the model's file by the project's "
              "convention does not find it"});
}

TEST_CASE("model-alias") {
  TestProject project;
  project.model("fct_orders", kSql)
      .model("fct_items", "{{ config(alias='items') }}\n", R"({"config": {"alias": "items"}})");
  project.model("int_orders", kSql, R"({"config": {"materialized": "ephemeral"}})");
  CHECK(project.lint("model-alias") == Lines{});
  SUBCASE("no alias of its own") {
    CHECK(project.option(R"({"require_explicit": true})").lint("model-alias") ==
          Lines{"models/fct_orders.sql:1:1: warn: fct_orders has no alias of its own: its table is called fct_orders "
                "after its file, and is another one once the file is renamed"});
  }
  SUBCASE("the alias, where it is written") {
    CHECK(
        project.option(R"({"pattern": "fct_.*"})").lint("model-alias") ==
        Lines{"models/fct_items.sql:1:11: warn: the alias items does not match 'fct_.*' as a whole: whoever looks for "
              "the table by the project's convention does not find it"});
  }
}

TEST_CASE("model-schema-name") {
  TestProject project;
  project.model("orders", "{{ config(schema='playground') }}\n", R"({"config": {"schema": "playground"}})");
  project.model("items", kSql, R"({"config": {"schema": "marts"}})");
  project.model("joined", kSql, R"({"config": {"materialized": "ephemeral", "schema": "playground"}})");
  CHECK(project.lint("model-schema-name") == Lines{});
  CHECK(
      project.option(R"({"pattern": "analytics_marts"})").lint("model-schema-name") ==
      Lines{
          "models/orders.sql:1:11: warn: the schema analytics_playground of orders does not match 'analytics_marts' as "
          "a whole: the table lies where the project's convention does not expect it, and whoever was granted the "
          "right schemas cannot read it"});
}

TEST_CASE("project-name") {
  TestProject project;
  CHECK(project.lint("project-name") == Lines{});
  CHECK(project.option(R"({"pattern": "shop"})").lint("project-name") == Lines{});
  CHECK(
      project.option(R"({"pattern": "acme_.*"})").lint("project-name") ==
      Lines{
          "dbt_project.yml:1:1: warn: the project's name shop does not match 'acme_.*' as a whole: among the company's "
          "projects, nobody can tell whose it is"});
}
