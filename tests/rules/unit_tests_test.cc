// Unit tests: how many, of what, and how their rows are written.
#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

namespace {

constexpr std::string_view kOfOrders = R"({"depends_on": {"nodes": ["model.shop.orders"], "macros": []}})";

TestProject with_orders() {
  TestProject project;
  project.model("orders", "select 1 as order_id\n");
  return project;
}

// With a unit test whose name stands at 2:11.
TestProject with_formats(std::string_view given, std::string_view expect) {
  TestProject project = with_orders();
  project.file("models/unit.yml", "unit_tests:\n  - name: keeps\n    model: orders\n");
  project.add("unit_test.shop.orders.keeps", R"({"original_file_path": "models/unit.yml", "given": )" +
                                                 std::string(given) + R"(, "expect": )" + std::string(expect) +
                                                 R"(, "depends_on": {"nodes": ["model.shop.orders"], "macros": []}})");
  return project;
}

}  // namespace

TEST_CASE("model-unit-tests") {
  constexpr std::string_view kNone =
      "models/orders.sql:1:1: warn: orders has no unit test: what its query makes of a rare case is known when that "
      "case comes";
  CHECK(with_orders().test("unique", "model.shop.orders", "order_id").lint("model-unit-tests") ==
        Lines{std::string(kNone)});
  CHECK(with_orders().add("unit_test.shop.orders.keeps", kOfOrders).lint("model-unit-tests").empty());
  CHECK(
      with_orders().add("unit_test.shop.orders.keeps", kOfOrders).option(R"({"min": 2})").lint("model-unit-tests") ==
      Lines{"models/orders.sql:1:1: warn: orders has 1 of the 2 unit tests that are asked for: what its query makes of "
            "a rare case is known when that case comes"});
  SUBCASE("a model that is only an input of it") {
    TestProject project = with_orders();
    project.model("raw_orders", "select 1 as id\n")
        .add("unit_test.shop.orders.keeps",
             R"({"depends_on": {"nodes": ["model.shop.orders", "model.shop.raw_orders"], "macros": []}})");
    CHECK(project.lint("model-unit-tests") ==
          Lines{"models/raw_orders.sql:1:1: warn: raw_orders has no unit test: what its query makes of a rare case is "
                "known when that case comes"});
  }
  SUBCASE("Python models and disabled ones are not looked at, disabled unit tests do not count") {
    TestProject project;
    project.add("model.shop.scores", R"({"language": "python", "original_file_path": "models/scores.py"})")
        .model("off", "select 1\n", R"({"config": {"enabled": false}})");
    CHECK(project.lint("model-unit-tests").empty());
    CHECK(with_orders()
              .add("unit_test.shop.orders.keeps",
                   R"({"config": {"enabled": false}, "depends_on": {"nodes": ["model.shop.orders"], "macros": []}})")
              .lint("model-unit-tests") == Lines{std::string(kNone)});
  }
}

TEST_CASE("seed-unit-tests") {
  const auto with_seed = [](std::string_view input) {
    TestProject project = with_formats(R"([{"input": ")" + std::string(input) + R"(", "rows": []}])", "{}");
    project.add("seed.shop.countries").file("seeds/countries.csv", "code\nDE\n");
    return project;
  };
  CHECK(with_seed("ref('orders')").lint("seed-unit-tests") ==
        Lines{"seeds/countries.csv:1:1: warn: the seed countries has no unit test: a row that it lacks is found by the "
              "readers of the models below"});
  CHECK(with_seed("ref('countries')").lint("seed-unit-tests").empty());
  CHECK(with_seed("ref('shop', 'countries')").lint("seed-unit-tests").empty());
  CHECK_MESSAGE(with_seed("ref('other', 'countries')").lint("seed-unit-tests").size() == 1, "another package's seed");
  CHECK_MESSAGE(with_seed("source('raw', 'countries')").lint("seed-unit-tests").size() == 1, "a source of that name");
}

TEST_CASE("unit-test-coverage") {
  TestProject project = with_orders();
  project.model("refunds", "select 1\n")
      .add("model.shop.scores", R"({"language": "python", "original_file_path": "models/scores.py"})")
      .add("unit_test.shop.orders.keeps", kOfOrders);
  CHECK(
      project.lint("unit-test-coverage") ==
      Lines{"dbt_project.yml:1:1: warn: 50 % of the models have a unit test (1 of 2); the target is 100 %. A change of "
            "the others' logic breaks nothing that would show it"});
  CHECK(project.option(R"({"target_pct": 50})").lint("unit-test-coverage").empty());
}

TEST_CASE("unit-test-expect-format") {
  constexpr std::string_view kDict = R"({"formats": ["dict"]})";
  CHECK(with_formats("[]", R"({"format": "csv"})").option(kDict).lint("unit-test-expect-format") ==
        Lines{"models/unit.yml:2:11: warn: the unit test keeps writes the rows that it expects as csv, not as dict: it "
              "reads unlike the project's others"});
  CHECK(with_formats("[]", R"({"format": "dict"})").option(kDict).lint("unit-test-expect-format").empty());
  CHECK_MESSAGE(with_formats("[]", R"({"rows": []})").option(kDict).lint("unit-test-expect-format").empty(),
                "dict is dbt's default");
  CHECK_MESSAGE(with_formats("[]", R"({"format": "sql"})").lint("unit-test-expect-format").empty(), "all are allowed");
  CHECK_MESSAGE(with_formats(R"([{"input": "this", "format": "sql"}])", R"({"format": "dict"})")
                    .option(kDict)
                    .lint("unit-test-expect-format")
                    .empty(),
                "the inputs are another rule's");
}

TEST_CASE("unit-test-given-format") {
  constexpr std::string_view kTwo = R"({"formats": ["dict", "csv"]})";
  constexpr std::string_view kGiven =
      R"json([{"input": "ref('a')", "format": "sql"}, {"input": "this", "format": "csv"}, {"input": "ref('b')"}])json";
  CHECK(with_formats(kGiven, R"({"format": "sql"})").option(kTwo).lint("unit-test-given-format") ==
        Lines{"models/unit.yml:2:11: warn: the unit test keeps writes ref('a') as sql, not as dict or csv: it reads "
              "unlike the project's others"});
  CHECK(with_formats(R"([{"input": "this", "format": "csv"}])", R"({"format": "sql"})")
            .option(kTwo)
            .lint("unit-test-given-format")
            .empty());
  CHECK_MESSAGE(with_formats(kGiven, "{}").lint("unit-test-given-format").empty(), "all are allowed");
}
