// How many tests a model or source has, and which.
#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr std::string_view kOrdersYaml = "models:\n  - name: orders\n    columns:\n      - name: order_id\n";
constexpr std::string_view kPatched = R"({"patch_path": "shop://models/orders.yml"})";

// A model with an entry in models/orders.yml, whose name stands at 2:11.
TestProject with_orders() {
  TestProject project;
  project.model("orders", "select 1 as order_id\n", kPatched).file("models/orders.yml", kOrdersYaml);
  return project;
}

// A table of a source, whose name stands at 4:15.
TestProject with_source() {
  TestProject project;
  project.add("source.shop.raw.orders")
      .file("models/schema.yml", "sources:\n  - name: raw\n    tables:\n      - name: orders\n");
  return project;
}

}  // namespace

TEST_CASE("model-min-tests counts every data test that reads the model") {
  constexpr std::string_view kNone =
      "models/orders.yml:2:11: warn: orders has no test: what goes wrong in its rows reaches its readers unnoticed";
  CHECK(with_orders().lint("model-min-tests") == Lines{std::string(kNone)});
  CHECK(with_orders().test("unique", "model.shop.orders", "order_id").lint("model-min-tests").empty());
  SUBCASE("a singular test, and one that is attached to another model") {
    CHECK(with_orders()
              .add("test.shop.no_gaps", R"({"depends_on": {"nodes": ["model.shop.orders"], "macros": []}})")
              .lint("model-min-tests")
              .empty());
    TestProject project = with_orders();
    project.model("refunds", "select 1 as order_id\n");
    project.test("relationships", "model.shop.refunds", "order_id",
                 R"({"depends_on": {"nodes": ["model.shop.orders", "model.shop.refunds"]}})");
    CHECK(project.lint("model-min-tests").empty());
  }
  SUBCASE("a disabled test, a unit test and a test of another model do not count") {
    TestProject project = with_orders();
    project.test("unique", "model.shop.orders", "order_id", R"({"config": {"enabled": false}})")
        .add("unit_test.shop.orders.keeps", R"({"depends_on": {"nodes": ["model.shop.orders"], "macros": []}})")
        .model("refunds", "select 1 as id\n")
        .test("unique", "model.shop.refunds", "id");
    CHECK(project.lint("model-min-tests") == Lines{std::string(kNone)});
    CHECK(
        project.option(R"({"types": ["generic", "unit"], "min": 2})").lint("model-min-tests") ==
        Lines{"models/orders.yml:2:11: warn: orders has 1 generic or unit test of the 2 that are asked for: what goes "
              "wrong in its rows reaches its readers unnoticed",
              "models/refunds.sql:1:1: warn: refunds has 1 generic or unit test of the 2 that are asked for: what goes "
              "wrong in its rows reaches its readers unnoticed"});
  }
  SUBCASE("ephemeral models on request, disabled ones and those of packages never") {
    TestProject project;
    project.model("parts", "select 1 as id\n", R"({"config": {"materialized": "ephemeral"}})")
        .model("off", "select 1 as id\n", R"({"config": {"enabled": false}})")
        .add("model.other.theirs");
    CHECK(project.lint("model-min-tests").empty());
    CHECK(project.option(R"({"include_ephemeral": true})").lint("model-min-tests") ==
          Lines{"models/parts.sql:1:1: warn: parts has no test: what goes wrong in its rows reaches its readers "
                "unnoticed"});
  }
  SUBCASE("each version has tests of its own") {
    TestProject project;
    project.add("model.shop.customers.v1", R"({"original_file_path": "models/customers_v1.sql"})")
        .add("model.shop.customers.v2", R"({"original_file_path": "models/customers_v2.sql"})")
        .test("unique", "model.shop.customers.v2", "id");
    CHECK(project.lint("model-min-tests") ==
          Lines{"models/customers_v1.sql: warn: customers.v1 has no test: what goes wrong in its rows reaches its "
                "readers unnoticed"});
  }
}

TEST_CASE("source-min-tests") {
  CHECK(with_source().lint("source-min-tests") ==
        Lines{"models/schema.yml:4:15: warn: raw.orders has no test: what goes wrong in its rows reaches its readers "
              "unnoticed"});
  CHECK(with_source()
            .test("unique", "source.shop.raw.orders", "id", R"({"attached_node": null})")
            .lint("source-min-tests")
            .empty());
  CHECK(with_source()
            .add("test.shop.fresh", R"({"depends_on": {"nodes": ["source.shop.raw.orders"], "macros": []}})")
            .lint("source-min-tests")
            .empty());
}

TEST_CASE("model-tests-by-name") {
  CHECK_MESSAGE(with_orders().lint("model-tests-by-name").empty(), "nothing is asked for");
  const auto asked = [](std::string_view tests) {
    TestProject project = with_orders();
    project.option(tests);
    return project;
  };
  CHECK(asked(R"({"tests": {"unique": 1, "not_null": 2}})")
            .test("not_null", "model.shop.orders", "order_id")
            .lint("model-tests-by-name") ==
        Lines{"models/orders.yml:2:11: warn: orders lacks the tests not_null (1 of 2) and unique: what they would find "
              "goes unnoticed"});
  CHECK(asked(R"({"tests": {"unique": 1}})")
            .test("unique", "model.shop.orders", "order_id")
            .lint("model-tests-by-name")
            .empty());
  SUBCASE("a name with a package is that package's test, a name alone is any package's") {
    constexpr std::string_view kUtils = R"({"test_metadata": {"namespace": "dbt_utils"}})";
    CHECK(asked(R"({"tests": {"accepted_range": 1}})")
              .test("accepted_range", "model.shop.orders", "order_id", kUtils)
              .lint("model-tests-by-name")
              .empty());
    CHECK(asked(R"({"tests": {"dbt_utils.accepted_range": 1}})")
              .test("accepted_range", "model.shop.orders", "order_id", kUtils)
              .lint("model-tests-by-name")
              .empty());
    CHECK(
        asked(R"({"tests": {"dbt_utils.accepted_range": 1}})")
            .test("accepted_range", "model.shop.orders", "order_id")
            .lint("model-tests-by-name") ==
        Lines{"models/orders.yml:2:11: warn: orders lacks the test dbt_utils.accepted_range: what they would find goes "
              "unnoticed"});
  }
}

TEST_CASE("source-tests-by-name") {
  CHECK(with_source().option(R"({"tests": {"unique": 1}})").lint("source-tests-by-name") ==
        Lines{"models/schema.yml:4:15: warn: raw.orders lacks the test unique: what they would find goes unnoticed"});
  CHECK(with_source()
            .option(R"({"tests": {"unique": 1}})")
            .test("unique", "source.shop.raw.orders", "id")
            .lint("source-tests-by-name")
            .empty());
}

TEST_CASE("model-tests-by-type") {
  CHECK_MESSAGE(with_orders().lint("model-tests-by-type").empty(), "nothing is asked for");
  const auto with_tests = [] {
    TestProject project = with_orders();
    project.test("unique", "model.shop.orders", "order_id")
        .add("test.shop.no_gaps", R"({"depends_on": {"nodes": ["model.shop.orders"], "macros": []}})");
    return project;
  };
  CHECK(
      with_tests().option(R"({"tests": {"generic": 2, "singular": 1, "unit": 1}})").lint("model-tests-by-type") ==
      Lines{"models/orders.yml:2:11: warn: orders has 1 of 2 generic and 0 of 1 unit tests: what the others would find "
            "goes unnoticed"});
  CHECK(with_tests()
            .option(R"({"tests": {"generic": 1, "singular": 1, "unit": 0}})")
            .lint("model-tests-by-type")
            .empty());
  CHECK_MESSAGE(with_tests().option(R"({"tests": {"schema": 1, "data": 1}})").lint("model-tests-by-type").empty(),
                "dbt's older words");
  CHECK(
      with_tests().option(R"({"tests": {"generc": 1}})").lint("model-tests-by-type") ==
      Lines{"failed: 'generc' is no type of test\n  what may stand in `tests` of this rule: generic, singular, unit"});
}

TEST_CASE("source-tests-by-type") {
  CHECK(with_source().option(R"({"tests": {"generic": 1}})").lint("source-tests-by-type") ==
        Lines{"models/schema.yml:4:15: warn: raw.orders has 0 of 1 generic tests: what the others would find goes "
              "unnoticed"});
  CHECK(with_source()
            .option(R"({"tests": {"generic": 1}})")
            .test("unique", "source.shop.raw.orders", "id")
            .lint("source-tests-by-type")
            .empty());
}

TEST_CASE("model-tests-by-group") {
  constexpr std::string_view kGroup =
      R"({"groups": {"uniqueness": ["unique", "dbt_utils.unique_combination_of_columns"]}})";
  CHECK_MESSAGE(with_orders().lint("model-tests-by-group").empty(), "nothing is asked for");
  CHECK(with_orders().option(kGroup).test("not_null", "model.shop.orders", "order_id").lint("model-tests-by-group") ==
        Lines{"models/orders.yml:2:11: warn: orders has none of the tests unique and "
              "dbt_utils.unique_combination_of_columns (uniqueness): what they would find goes unnoticed"});
  CHECK(with_orders()
            .option(kGroup)
            .test("unique_combination_of_columns", "model.shop.orders", "",
                  R"({"test_metadata": {"namespace": "dbt_utils"}})")
            .lint("model-tests-by-group")
            .empty());
  SUBCASE("each name of the group counts once") {
    CHECK(with_orders()
              .option(kGroup)
              .option(R"({"min": 2})")
              .test("unique", "model.shop.orders", "order_id")
              .test("unique", "model.shop.orders", "number")
              .lint("model-tests-by-group") ==
          Lines{"models/orders.yml:2:11: warn: orders has 1 of the 2 asked for of the tests unique and "
                "dbt_utils.unique_combination_of_columns (uniqueness): what they would find goes unnoticed"});
  }
}

TEST_CASE("source-tests-by-group") {
  constexpr std::string_view kGroup = R"({"groups": {"keys": ["unique", "not_null"]}})";
  CHECK(with_source().option(kGroup).lint("source-tests-by-group") ==
        Lines{"models/schema.yml:4:15: warn: raw.orders has none of the tests unique and not_null (keys): what they "
              "would find goes unnoticed"});
  CHECK(with_source()
            .option(kGroup)
            .test("not_null", "source.shop.raw.orders", "id")
            .lint("source-tests-by-group")
            .empty());
}

TEST_CASE("model-unique-test") {
  constexpr std::string_view kMissing =
      "models/orders.yml:2:11: warn: nothing tests that the rows of orders are unique: a duplicate multiplies the rows "
      "of every join with it; test its key, or the columns that make it up, as unique";
  CHECK(with_orders().test("not_null", "model.shop.orders", "order_id").lint("model-unique-test") ==
        Lines{std::string(kMissing)});
  CHECK(with_orders().test("unique", "model.shop.orders", "order_id").lint("model-unique-test").empty());
  CHECK(with_orders()
            .test("unique_combination_of_columns", "model.shop.orders", "",
                  R"({"test_metadata": {"namespace": "dbt_utils"}})")
            .lint("model-unique-test")
            .empty());
  CHECK_MESSAGE(with_orders()
                        .add("test.shop.unique", R"({"depends_on": {"nodes": ["model.shop.orders"], "macros": []}})")
                        .lint("model-unique-test") == Lines{std::string(kMissing)},
                "a singular test of that name");
  CHECK(with_orders()
            .option(R"({"accepted": ["one_row_per_order"]})")
            .test("unique", "model.shop.orders", "order_id")
            .lint("model-unique-test") == Lines{std::string(kMissing)});
}

TEST_CASE("primary-key-tested wants a whole set of tests on one column") {
  constexpr std::string_view kOne =
      "models/orders.yml:2:11: warn: orders has 1 test, and none of the sets that prove a primary key: nothing fails "
      "when its key is empty or comes twice, and every join with it multiplies or loses rows";
  CHECK(
      with_orders().lint("primary-key-tested") ==
      Lines{"models/orders.yml:2:11: warn: orders has no test: nothing fails when its key is empty or comes twice, and "
            "every join with it multiplies or loses rows"});
  CHECK(with_orders().test("unique", "model.shop.orders", "order_id").lint("primary-key-tested") ==
        Lines{std::string(kOne)});
  CHECK(with_orders()
            .test("unique", "model.shop.orders", "order_id")
            .test("not_null", "model.shop.orders", "order_id")
            .lint("primary-key-tested")
            .empty());
  SUBCASE("on two columns they prove nothing, nor do two of one name") {
    CHECK(with_orders()
              .test("unique", "model.shop.orders", "order_id")
              .test("not_null", "model.shop.orders", "customer_id")
              .lint("primary-key-tested") ==
          Lines{"models/orders.yml:2:11: warn: orders has 2 tests, and none of the sets that prove a primary key: "
                "nothing fails when its key is empty or comes twice, and every join with it multiplies or loses rows"});
    TestProject project = with_orders();
    project.test("not_null", "model.shop.orders", "order_id")
        .add("test.shop.not_null_again",
             R"({"attached_node": "model.shop.orders", "column_name": "order_id",
                 "test_metadata": {"name": "not_null", "kwargs": {"column_name": "order_id"}},
                 "depends_on": {"nodes": ["model.shop.orders"], "macros": []}})");
    CHECK(project.lint("primary-key-tested").size() == 1);
  }
  SUBCASE("a combination of columns") {
    CHECK(with_orders()
              .test("unique_combination_of_columns", "model.shop.orders", "",
                    R"({"test_metadata": {"namespace": "dbt_utils"}})")
              .lint("primary-key-tested")
              .empty());
    CHECK_MESSAGE(with_orders()
                          .test("unique_combination_of_columns", "model.shop.orders", "",
                                R"({"test_metadata": {"namespace": "other"}})")
                          .lint("primary-key-tested") == Lines{std::string(kOne)},
                  "another package's test of that name");
  }
  SUBCASE("a not_null constraint stands in for the test") {
    const auto with_constraint = [](std::string_view type) {
      TestProject project;
      project
          .model("orders", "select 1 as order_id\n",
                 std::string(R"({"patch_path": "shop://models/orders.yml", "columns": {"order_id": {"name": "order_id",
                                 "constraints": [{"type": ")") +
                     std::string(type) + R"("}]}}})")
          .file("models/orders.yml", kOrdersYaml)
          .test("unique", "model.shop.orders", "order_id");
      return project;
    };
    CHECK(with_constraint("not_null").lint("primary-key-tested").empty());
    CHECK(with_constraint("primary_key").lint("primary-key-tested").empty());
    CHECK(with_constraint("check").lint("primary-key-tested") == Lines{std::string(kOne)});
  }
  SUBCASE("so does one at the model") {
    const auto with_constraint = [](std::string_view constraint) {
      TestProject project;
      project.model("orders", "select 1 as order_id\n",
                    R"({"patch_path": "shop://models/orders.yml", "columns": {"order_id": {"name": "order_id"}},
                        "constraints": [)" +
                        std::string(constraint) + "]}");
      project.file("models/orders.yml", kOrdersYaml);
      return project;
    };
    const auto lint = [](TestProject project) {
      return project.test("unique", "model.shop.orders", "order_id").lint("primary-key-tested");
    };
    CHECK(lint(with_constraint(R"({"type": "not_null", "columns": ["ORDER_ID"]})")).empty());
    CHECK(lint(with_constraint(R"({"type": "primary_key", "columns": ["order_id"]})")).empty());
    CHECK(lint(with_constraint(R"({"type": "not_null", "columns": ["day"]})")) == Lines{std::string(kOne)});
    CHECK(lint(with_constraint(R"({"type": "unique", "columns": ["order_id"]})")) == Lines{std::string(kOne)});
  }
  SUBCASE("a primary key that the warehouse enforces needs no test") {
    const auto lint = [](std::string_view adapter, std::string_view enforced, std::string_view materialized) {
      TestProject project;
      project.metadata(R"({"adapter_type": ")" + std::string(adapter) + "\"}");
      project.model("orders", "select 1 as order_id\n",
                    R"({"constraints": [{"type": "primary_key", "columns": ["order_id", "day"]}],
                        "contract": {"enforced": )" +
                        std::string(enforced) + R"(}, "config": {"materialized": ")" + std::string(materialized) +
                        "\"}}");
      return project.lint("primary-key-tested").size();
    };
    CHECK(lint("postgres", "true", "table") == 0);
    CHECK(lint("postgres", "true", "view") == 1);
    CHECK(lint("postgres", "false", "table") == 1);
    CHECK(lint("snowflake", "true", "table") == 1);
  }
  SUBCASE("tests that spell the column otherwise") {
    CHECK(with_orders()
              .test("unique", "model.shop.orders", "ORDER_ID")
              .test("not_null", "model.shop.orders", "order_id")
              .lint("primary-key-tested")
              .empty());
    TestProject two;
    two.model("orders", "select 1 as id\n", R"({"columns": {"id": {"name": "id"}, "Id": {"name": "Id"}}})")
        .test("unique", "model.shop.orders", "id")
        .test("not_null", "model.shop.orders", "\"Id\"");
    CHECK_MESSAGE(two.lint("primary-key-tested").size() == 1, "two columns that differ in letter case");
  }
  SUBCASE("a test by another name that calls dbt's own") {
    TestProject project = with_orders();
    project.test("is_key", "model.shop.orders", "order_id",
                 R"({"depends_on": {"macros": ["macro.dbt.test_unique", "macro.dbt.test_not_null"]}})");
    CHECK(project.lint("primary-key-tested").empty());
  }
  SUBCASE("a relationships test that others have on it is not its own") {
    TestProject project = with_orders();
    project.model("refunds", "select 1 as order_id\n")
        .test("unique", "model.shop.refunds", "order_id",
              R"({"depends_on": {"nodes": ["model.shop.orders", "model.shop.refunds"]}})")
        .test("not_null", "model.shop.refunds", "order_id");
    CHECK(project.lint("primary-key-tested").size() == 1);
  }
  SUBCASE("sets and types of one's own") {
    TestProject project = with_source();
    project.test("one_row_each", "source.shop.raw.orders", "id");
    CHECK_MESSAGE(project.lint("primary-key-tested").empty(), "sources are not looked at");
    project.option(R"({"resource_types": ["source"]})");
    CHECK(project.lint("primary-key-tested").size() == 1);
    project.option(R"({"sets": {"ours": ["one_row_each"]}})");
    CHECK(project.lint("primary-key-tested").empty());
  }
}

TEST_CASE("single-column-uniqueness-on-column") {
  const auto combination = [](std::string_view kwargs) {
    TestProject project;
    project.model("orders", "select 1 as order_id\n", kPatched)
        .file("models/orders.yml",
              "models:\n  - name: orders\n    data_tests:\n      - dbt_utils.unique_combination_of_columns:\n"
              "          arguments: {combination_of_columns: [order_id]}\n")
        .test("unique_combination_of_columns", "model.shop.orders", "",
              std::string(R"({"original_file_path": "models/orders.yml",
                              "test_metadata": {"namespace": "dbt_utils", "kwargs": )") +
                  std::string(kwargs) + "}}");
    return project;
  };
  CHECK(
      combination(R"({"combination_of_columns": ["order_id"]})").lint("single-column-uniqueness-on-column") ==
      Lines{"models/orders.yml:4:9: warn: unique_combination_of_columns tests one column, order_id, from the level of "
            "orders: who reads the column's entry does not see that it is unique; write `unique` below the column "
            "instead [column order_id]"});
  CHECK(combination(R"({"combination_of_columns": ["order_id", "day"]})")
            .lint("single-column-uniqueness-on-column")
            .empty());
  CHECK_MESSAGE(combination(R"({"combination_of_columns": "{{ var('key') }}", "column_name": "x"})")
                    .lint("single-column-uniqueness-on-column")
                    .empty(),
                "on a column already");
  SUBCASE("an expression is no column") {
    for (const char* column : {"lower(order_id)", "a || b", "{{ var('key') }}", "order_id::text"}) {
      CAPTURE(std::string(column));
      CHECK(combination(R"({"combination_of_columns": [")" + std::string(column) + "\"]}")
                .lint("single-column-uniqueness-on-column")
                .empty());
      TestProject project = with_orders();
      project.test("unique", "model.shop.orders", "",
                   R"({"test_metadata": {"kwargs": {"column_name": ")" + std::string(column) + "\"}}}");
      CHECK(project.lint("single-column-uniqueness-on-column").empty());
    }
    CHECK_MESSAGE(combination(R"({"combination_of_columns": ["\"order_id\""]})")
                          .lint("single-column-uniqueness-on-column")
                          .size() == 1,
                  "a quoted name is one");
  }
  SUBCASE("`unique` beside the columns") {
    TestProject project = with_orders();
    project.test("unique", "model.shop.orders", "", R"({"test_metadata": {"kwargs": {"column_name": "order_id"}}})");
    CHECK(project.lint("single-column-uniqueness-on-column").size() == 1);
    CHECK(with_orders()
              .test("unique", "model.shop.orders", "order_id")
              .lint("single-column-uniqueness-on-column")
              .empty());
  }
}
