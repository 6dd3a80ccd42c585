#include "selection/expression.h"

#include <algorithm>
#include <doctest/doctest.h>

namespace plowline {
namespace {

Criterion parsed(std::string_view text) {
  Result<Criterion> criterion = parse_criterion(text, IndirectSelection::kEager);
  REQUIRE_MESSAGE(criterion.has_value(), text);
  return *criterion;
}

std::string refused(std::string_view text) {
  const Result<Criterion> criterion = parse_criterion(text, IndirectSelection::kEager);
  REQUIRE_FALSE(criterion.has_value());
  CHECK(criterion.error().status == ExitStatus::kUsage);
  return to_text(criterion.error());
}

TEST_CASE("a criterion is taken apart as dbt does") {
  const Criterion full = parsed("2+config.meta.owner:data team+10");
  CHECK(full.method == "config");
  CHECK(full.arguments == std::vector<std::string>{"meta", "owner"});
  CHECK(full.value.text == "data team");
  CHECK(full.parents);
  CHECK(full.parents_depth == 2);
  CHECK(full.children);
  CHECK(full.children_depth == 10);
  CHECK_FALSE(full.childrens_parents);

  CHECK(parsed("@stg_orders").childrens_parents);
  CHECK_FALSE(parsed("+x").parents_depth.has_value());
  CHECK(parsed("0+x").parents_depth == 0);
  CHECK(parsed("99999999999999999999+x").parents_depth == static_cast<std::size_t>(-1));
}

TEST_CASE("without a method: a path, a file, or an fqn") {
  CHECK(parsed("models/staging").method == "path");
  CHECK(parsed("+models/x.sql+").method == "path");
  CHECK(parsed("stg_orders.SQL").method == "file");
  CHECK(parsed("model.py").method == "file");
  CHECK(parsed("codes.csv+1").method == "file");
  CHECK(parsed("stg_orders").method == "fqn");
  CHECK(parsed("").method == "fqn");
  CHECK(parsed(":core").method == "fqn");
  CHECK(parsed("a-b:core").method == "fqn");
}

TEST_CASE("operators that are none stay in the value") {
  CHECK(parsed("a+b").value.text == "a+b");
  CHECK(parsed("++x").value.text == "+x");
  CHECK(parsed("x++").value.text == "x+");
  CHECK(parsed("-1+x").value.text == "-1+x");
  CHECK(parsed("+1x").value.text == "1x");
  CHECK(parsed("@@x").value.text == "@x");
  CHECK(parsed("tag:a:b").value.text == "a:b");
  const Criterion lone = parsed("+");
  CHECK(lone.parents);
  CHECK_FALSE(lone.children);
  CHECK(lone.value.text.empty());
}

TEST_CASE("what dbt refuses is refused, with what to do") {
  CHECK(refused("tagg:x") ==
        "'tagg' is not a valid method name\n  did you mean 'tag'? valid methods: access, config, exposure, file, fqn, "
        "group, metric, package, path, resource_type, result, saved_query, selector, semantic_model, source, "
        "source_status, state, tag, test_name, test_type, unit_test, version");
  CHECK(refused(".x:y").starts_with("'' is not a valid method name\n  valid methods: access"));
  CHECK(refused("@x+1") ==
        "Invalid node spec @x+1 - \"@\" prefix and \"+\" suffix are incompatible\n"
        "  `@x` holds the descendants of x already: leave the trailing `+` out");
  CHECK(refused("a\nb").starts_with("Invalid selector spec \"a\\nb\""));
}

TEST_CASE("blanks make a union, commas an intersection, and empty parts stay") {
  const Result<ExpressionPtr> tree = parse_selection({"a  b,c", "d"}, {"e"}, IndirectSelection::kCautious);
  REQUIRE(tree.has_value());
  REQUIRE((*tree)->kind == Expression::Kind::kDifference);
  CHECK((*tree)->indirect == IndirectSelection::kEager);
  const Expression& included = *(*tree)->parts[0];
  CHECK(included.kind == Expression::Kind::kUnion);
  CHECK(included.indirect == IndirectSelection::kCautious);
  REQUIRE(included.parts.size() == 4);
  CHECK(included.parts[1]->raw.empty());
  CHECK(included.parts[2]->raw == "b,c");
  CHECK(included.parts[2]->parts.size() == 2);
  CHECK(included.parts[2]->expect_exists);
  CHECK((*tree)->parts[1]->parts.size() == 1);
}

TEST_CASE("no select at all is every node, and does not warn where a kind is missing") {
  const Result<ExpressionPtr> tree = parse_selection({}, {}, IndirectSelection::kEager);
  REQUIRE(tree.has_value());
  const Expression& included = *(*tree)->parts[0];
  CHECK(included.parts.size() == 5);
  CHECK(std::ranges::none_of(included.parts, [](const ExpressionPtr& part) { return part->expect_exists; }));
}

}  // namespace
}  // namespace plowline
