// Shares of tested models and columns, tests that a column's name asks for, and what tests themselves have to have.
#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr std::string_view kColumns =
    R"({"patch_path": "shop://models/orders.yml",
        "columns": {"order_id": {"name": "order_id"}, "customer_id": {"name": "customer_id"}}})";
constexpr std::string_view kOrdersYaml =
    "models:\n  - name: orders\n    columns:\n      - name: order_id\n      - name: customer_id\n";

TestProject with_orders() {
  TestProject project;
  project.model("orders", "select 1 as order_id, 2 as customer_id\n", kColumns).file("models/orders.yml", kOrdersYaml);
  return project;
}

}  // namespace

TEST_CASE("test-coverage") {
  const auto two_models = [] {
    TestProject project;
    project.model("marts/fct_orders", "select 1 as id\n")
        .model("staging/stg_orders", "select 1 as id\n")
        .test("unique", "model.shop.fct_orders", "id");
    return project;
  };
  CHECK(
      two_models().lint("test-coverage") ==
      Lines{"dbt_project.yml:1:1: warn: 50 % of the models have a test (1 of 2); the target is 100 %. What goes wrong "
            "in stg_orders reaches its readers unnoticed"});
  CHECK(two_models().option(R"({"target_pct": 50})").lint("test-coverage").empty());
  CHECK(two_models().option(R"({"target_pct": 50.5})").lint("test-coverage").size() == 1);
  CHECK(
      two_models().option(R"({"target_pct": 50, "per_layer": true})").lint("test-coverage") ==
      Lines{"dbt_project.yml:1:1: warn: 0 % of the models of the layer staging have a test (0 of 1); the target is 50 "
            "%. What goes wrong in stg_orders reaches its readers unnoticed"});
  SUBCASE("what falls short is not rounded up") {
    TestProject project = two_models();
    project.model("third", "select 1 as id\n").test("unique", "model.shop.third", "id");
    project.option(R"({"target_pct": 66.67})");
    const Lines lines = project.lint("test-coverage");
    REQUIRE(lines.size() == 1);
    CHECK(lines.front().find("just below 66.67 % of the models have a test (2 of 3); the target is 66.67 %") !=
          std::string::npos);
  }
  SUBCASE("a singular test counts for the last model that it names, a relationships test for its own") {
    TestProject project = two_models();
    project.add("test.shop.sums_agree",
                R"({"depends_on": {"nodes": ["model.shop.stg_orders", "model.shop.fct_orders"], "macros": []}})");
    CHECK(project.lint("test-coverage").size() == 1);
    project.add("test.shop.ids_agree",
                R"({"depends_on": {"nodes": ["model.shop.fct_orders", "model.shop.stg_orders"], "macros": []}})");
    CHECK(project.lint("test-coverage").empty());
  }
  SUBCASE("unit tests, disabled models and packages do not count") {
    TestProject project;
    project.model("off", "select 1\n", R"({"config": {"enabled": false}})").add("model.other.theirs");
    CHECK_MESSAGE(project.lint("test-coverage").empty(), "no model at all");
    project.model("orders", "select 1\n")
        .add("unit_test.shop.orders.keeps", R"({"depends_on": {"nodes": ["model.shop.orders"], "macros": []}})");
    CHECK(
        project.lint("test-coverage") ==
        Lines{"dbt_project.yml:1:1: warn: 0 % of the models have a test (0 of 1); the target is 100 %. What goes wrong "
              "in orders reaches its readers unnoticed"});
  }
}

TEST_CASE("column-test-coverage") {
  CHECK(with_orders().test("unique", "model.shop.orders", "ORDER_ID").lint("column-test-coverage") ==
        Lines{"dbt_project.yml:1:1: warn: 50 % of the models' columns have a test (1 of 2); the target is 100 %. What "
              "goes wrong in the others goes unnoticed"});
  CHECK(with_orders()
            .test("unique", "model.shop.orders", "order_id")
            .option(R"({"target_pct": 50})")
            .lint("column-test-coverage")
            .empty());
  SUBCASE("a test of the model is no test of its columns") {
    CHECK(with_orders().test("row_count", "model.shop.orders", "").lint("column-test-coverage").size() == 1);
  }
  SUBCASE("columns of the catalog") {
    TestProject project = with_orders();
    project.test("unique", "model.shop.orders", "order_id").option(R"({"source": "catalog"})");
    CHECK_MESSAGE(project.lint("column-test-coverage").empty(), "no catalog");
    project.catalog_table("model.shop.orders",
                          {{"ORDER_ID", "int"}, {"CUSTOMER_ID", "int"}, {"DAY", "date"}, {"AMOUNT", "int"}});
    CHECK(
        project.lint("column-test-coverage") ==
        Lines{"dbt_project.yml:1:1: warn: 25 % of the models' columns have a test (1 of 4); the target is 100 %. What "
              "goes wrong in the others goes unnoticed"});
  }
  SUBCASE("compared with the state") {
    const auto state = [] {
      TestProject project = with_orders();
      project.test("unique", "model.shop.orders", "order_id").test("not_null", "model.shop.orders", "customer_id");
      return project;
    };
    const auto now = [] {
      TestProject project = with_orders();
      project.test("unique", "model.shop.orders", "order_id").option(R"({"compare_to": "state"})");
      return project;
    };
    CHECK_MESSAGE(now().lint("column-test-coverage").empty(), "without a state nothing is known");
    CHECK(now().state(state()).lint("column-test-coverage") ==
          Lines{"dbt_project.yml:1:1: warn: 50 % of the models' columns have a test (1 of 2), 100 % in the state (2 of "
                "2): this change lowers the project's coverage"});
    CHECK(now().state(now()).lint("column-test-coverage").empty());
  }
}

TEST_CASE("column-required-test") {
  CHECK_MESSAGE(with_orders().lint("column-required-test").empty(), "nothing is asked for");
  constexpr std::string_view kIds = R"({"pattern": "_id$", "test": "not_null"})";
  CHECK(
      with_orders().option(kIds).test("not_null", "model.shop.orders", "Order_Id").lint("column-required-test") ==
      Lines{"models/orders.yml:5:15: warn: the column customer_id of orders has no not_null test, which its name asks "
            "for: what the test would find goes unnoticed; add not_null below the column [column customer_id]"});
  CHECK(with_orders()
            .option(R"({"pattern": "^customer_", "test": "not_null"})")
            .test("not_null", "model.shop.orders", "customer_id")
            .lint("column-required-test")
            .empty());
  CHECK_MESSAGE(with_orders()
                        .option(R"({"pattern": "^customer_", "test": "not_null"})")
                        .test("unique", "model.shop.orders", "customer_id")
                        .lint("column-required-test")
                        .size() == 1,
                "another test");
  SUBCASE("columns of the catalog, which YAML need not have") {
    TestProject project = with_orders();
    project.option(R"({"pattern": "(?i)^is_", "test": "not_null", "source": "catalog"})")
        .catalog_table("model.shop.orders", {{"ORDER_ID", "int"}, {"IS_PAID", "boolean"}});
    CHECK(project.lint("column-required-test") ==
          Lines{"models/orders.yml:2:11: warn: the column IS_PAID of orders has no not_null test, which its name asks "
                "for: what the test would find goes unnoticed; add not_null below the column [column IS_PAID]"});
    CHECK(project.test("not_null", "model.shop.orders", "is_paid").lint("column-required-test").empty());
  }
}

TEST_CASE("column-relationship-test") {
  CHECK_MESSAGE(with_orders().lint("column-relationship-test").empty(), "nothing is asked for");
  const auto with_target = [](std::string_view to, std::string_view field) {
    TestProject project = with_orders();
    project.option(R"({"pattern": "^customer_id$"})")
        .test("relationships", "model.shop.orders", "customer_id",
              R"({"test_metadata": {"kwargs": {"to": ")" + std::string(to) + R"(", "field": ")" + std::string(field) +
                  R"("}}})");
    return project;
  };
  CHECK(
      with_orders()
          .option(R"({"pattern": "^customer_id$"})")
          .test("relationships", "model.shop.orders", "order_id",
                R"json({"test_metadata": {"kwargs": {"to": "ref('x')"}}})json")
          .lint("column-relationship-test") ==
      Lines{"models/orders.yml:5:15: warn: nothing tests that the values of customer_id exist in the model that orders "
            "refers to: joins lose the rows of those that do not; add a `relationships` test below the column [column "
            "customer_id]"});
  CHECK(with_target("ref('customers')", "id").lint("column-relationship-test").empty());
  SUBCASE("the target") {
    constexpr std::string_view kTarget = R"({"target_model": "^customers$", "target_column": "^id$"})";
    CHECK(with_target("ref('customers')", "id").option(kTarget).lint("column-relationship-test").empty());
    CHECK(
        with_target("ref('shop', 'customers', v='2')", "id").option(kTarget).lint("column-relationship-test").empty());
    CHECK(with_target("source('crm', 'customers')", "id").option(kTarget).lint("column-relationship-test").empty());
    CHECK(
        with_target("ref('stg_customers')", "key").option(kTarget).lint("column-relationship-test") ==
        Lines{"models/orders.yml:5:15: warn: the relationships test of customer_id compares it with the column key of "
              "stg_customers, which is not what its name asks for: values that do not exist there go unnoticed [column "
              "customer_id]"});
    CHECK_MESSAGE(with_target("{{ var('customers') }}", "id").option(kTarget).lint("column-relationship-test").empty(),
                  "a target that nobody can tell");
  }
  SUBCASE("other packages' words for it") {
    TestProject project = with_orders();
    project.option(R"({"pattern": "^customer_id$", "target_model": "^customers$"})")
        .test(
            "relationships_where", "model.shop.orders", "customer_id",
            R"json({"test_metadata": {"namespace": "dbt_utils", "kwargs": {"to": "ref('customers')", "field": "id"}}})json");
    CHECK(project.lint("column-relationship-test").empty());
  }
}

// dbt writes the column_name of a test on a column with `quote: true` as the warehouse quotes it.
TEST_CASE("a quoted column and its tests meet") {
  constexpr std::string_view kQuoted =
      R"({"columns": {"Id": {"name": "Id", "quote": true, "description": "The key."}}})";
  const auto with_tests = [&](std::string_view written, std::vector<std::string_view> tests) {
    TestProject project;
    project.model("orders", "select 1 as \"Id\"\n", kQuoted);
    for (const std::string_view test : tests) {
      project.test(test, "model.shop.orders", written,
                   R"json({"test_metadata": {"kwargs": {"to": "ref('x')", "field": "id"}}})json");
    }
    return project;
  };
  for (const std::string_view written : {"\"Id\"", "`Id`", "[Id]"}) {
    CAPTURE(std::string(written));
    CHECK(with_tests(written, {}).lint("column-test-coverage").size() == 1);
    CHECK(with_tests(written, {"unique"}).lint("column-test-coverage").empty());
    CHECK(with_tests(written, {"unique"})
              .option(R"({"pattern": "Id", "test": "unique"})")
              .lint("column-required-test")
              .empty());
    CHECK(
        with_tests(written, {"relationships"}).option(R"({"pattern": "Id"})").lint("column-relationship-test").empty());
    CHECK(with_tests(written, {"unique"}).lint("primary-key-tested").size() == 1);
    CHECK(with_tests(written, {"unique", "not_null"}).lint("primary-key-tested").empty());
    CHECK(with_tests(written, {"unique"}).state(with_tests(written, {"unique"})).lint("coverage-not-lower").empty());
    CHECK(with_tests(written, {"unique"}).state(with_tests("Id", {"unique"})).lint("coverage-not-lower").empty());
  }
}

TEST_CASE("test-where-config") {
  const auto with_test = [](std::string_view config) {
    TestProject project = with_orders();
    project.test("not_null", "model.shop.orders", "order_id",
                 R"({"original_file_path": "models/orders.yml", "config": )" + std::string(config) + "}");
    return project;
  };
  CHECK(with_test(R"({"where": null})").lint("test-where-config") ==
        Lines{"models/orders.yml:4:15: warn: the test not_null of orders (order_id) has no `where`: every run of it "
              "reads the whole table"});
  CHECK(with_test(R"({"where": "  "})").lint("test-where-config").size() == 1);
  CHECK(with_test(R"({"where": "day > current_date - 7"})").lint("test-where-config").empty());
  CHECK(with_test(R"({"where": "day > current_date - 7"})")
            .option(R"({"pattern": "recent_days"})")
            .lint("test-where-config") ==
        Lines{"models/orders.yml:4:15: warn: the `where` of the test not_null of orders (order_id) is `day > "
              "current_date - 7`, which is not the filter that is asked for: it may read more, or other rows, than it "
              "should"});
  CHECK(with_test(R"({"where": "{{ recent_days(7) }}"})")
            .option(R"({"pattern": "recent_days"})")
            .lint("test-where-config")
            .empty());
  CHECK_MESSAGE(with_orders()
                    .add("test.shop.no_gaps", R"({"depends_on": {"nodes": ["model.shop.orders"], "macros": []}})")
                    .lint("test-where-config")
                    .empty(),
                "a singular test");
}

TEST_CASE("test-tags") {
  const auto with_tags = [](std::string_view tags) {
    TestProject project = with_orders();
    project.test("unique", "model.shop.orders", "order_id",
                 R"({"original_file_path": "models/orders.yml", "tags": )" + std::string(tags) + "}");
    return project;
  };
  CHECK_MESSAGE(with_tags("[]").lint("test-tags").empty(), "nothing is asked for");
  SUBCASE("allowed") {
    constexpr std::string_view kAllowed = R"({"allowed": ["hourly", "nightly"]})";
    CHECK(with_tags(R"(["nightly"])").option(kAllowed).lint("test-tags").empty());
    CHECK(with_tags(R"(["nightly", "nihgtly", "x"])").option(kAllowed).lint("test-tags") ==
          Lines{"models/orders.yml:4:15: warn: the test unique of orders (order_id) has the tags nihgtly and x, which "
                "are not among those agreed upon: no job selects by them"});
    CHECK(
        with_tags("[]").option(kAllowed).lint("test-tags") ==
        Lines{"models/orders.yml:4:15: warn: the test unique of orders (order_id) has no tag: jobs that select by tag "
              "leave it out"});
    CHECK(with_tags("[]").option(kAllowed).option(R"({"allow_untagged": true})").lint("test-tags").empty());
  }
  SUBCASE("required") {
    constexpr std::string_view kRequired = R"({"required": ["hourly", "nightly"]})";
    CHECK(with_tags(R"(["hourly"])").option(kRequired).lint("test-tags") ==
          Lines{"models/orders.yml:4:15: warn: the test unique of orders (order_id) lacks the tag nightly: jobs that "
                "select by tag leave it out"});
    CHECK(with_tags(R"(["hourly", "nightly", "x"])").option(kRequired).lint("test-tags").empty());
    CHECK(with_tags(R"(["hourly"])").option(kRequired).option(R"({"criteria": "any"})").lint("test-tags").empty());
    CHECK(with_tags("[]").option(kRequired).option(R"({"criteria": "any"})").lint("test-tags") ==
          Lines{"models/orders.yml:4:15: warn: the test unique of orders (order_id) has none of the tags hourly and "
                "nightly: jobs that select by tag leave it out"});
    CHECK(
        with_tags(R"(["hourly", "nightly"])").option(kRequired).option(R"({"criteria": "one"})").lint("test-tags") ==
        Lines{"models/orders.yml:4:15: warn: the test unique of orders (order_id) has the tags hourly and nightly, of "
              "which only one may be there: each job that selects by one of them runs it"});
  }
  SUBCASE("a required tag is allowed") {
    constexpr std::string_view kBoth = R"({"required": ["owned"], "allowed": ["hourly"]})";
    CHECK(with_tags(R"(["owned", "hourly"])").option(kBoth).lint("test-tags").empty());
    CHECK(with_tags(R"(["owned", "daily"])").option(kBoth).lint("test-tags").size() == 1);
  }
}

TEST_CASE("test-meta-keys") {
  const auto with_meta = [](std::string_view meta) {
    TestProject project = with_orders();
    project.test("unique", "model.shop.orders", "order_id",
                 R"({"original_file_path": "models/orders.yml", "config": {"meta": )" + std::string(meta) + "}}");
    return project;
  };
  CHECK_MESSAGE(with_meta("{}").lint("test-meta-keys").empty(), "nothing is asked for");
  constexpr std::string_view kKeys = R"({"keys": ["owner"]})";
  CHECK(
      with_meta("{}").option(kKeys).lint("test-meta-keys") ==
      Lines{"models/orders.yml:4:15: warn: the meta of the test unique of orders (order_id) lacks owner: what is done "
            "by these keys when it fails is not done"});
  CHECK(with_meta(R"({"owner": "finance"})").option(kKeys).lint("test-meta-keys").empty());
  CHECK(with_meta(R"({"owner": "finance", "x": 1})").option(kKeys).lint("test-meta-keys").size() == 1);
  CHECK(with_meta(R"({"owner": "finance", "x": 1})")
            .option(kKeys)
            .option(R"({"allow_extra": true})")
            .lint("test-meta-keys")
            .empty());
}

TEST_CASE("recommended-test-packages") {
  TestProject project;
  project.option(R"({"packages": ["dbt_utils", "dbt_expectations"]})")
      .macro("macro.dbt_utils.star", "{% macro star() %}{% endmacro %}");
  CHECK(project.lint("recommended-test-packages") ==
        Lines{"packages.yml: warn: the package dbt_expectations is not installed: its tests have to be written by "
              "hand, or are not written at all"});
  SUBCASE("packages.yml asks for it") {
    project.file("packages.yml", "packages:\n  - package: metaplane/dbt_expectations\n    version: 0.10.4\n");
    CHECK(project.lint("recommended-test-packages").empty());
  }
  SUBCASE("packages.yml asks for it by its repository") {
    project.file("packages.yml",
                 "packages:\n  - git: https://github.com/metaplane/dbt-expectations.git\n    revision: 0.10.4\n");
    CHECK(project.lint("recommended-test-packages").empty());
  }
}
