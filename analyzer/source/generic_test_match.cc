#include "source/generic_test_match.h"

#include <algorithm>

#include "source/sql_name.h"

namespace plowline {
namespace {

constexpr int kRefused = -1'000'000;
constexpr int kNamed = 1'000;
constexpr int kMostCompared = 64;  // candidates whose arguments are compared

bool same_value(const JsonText& json, const PlacedValue& yaml, int depth) {
  if (depth > 20) return false;
  switch (json.kind()) {
    case JsonText::Kind::kArray: {
      const auto items = json.items();
      return yaml.kind == PlacedValue::Kind::kList &&
             std::ranges::equal(items, yaml.items,
                                [&](const JsonText& a, const PlacedValue& b) { return same_value(a, b, depth + 1); });
    }
    case JsonText::Kind::kObject: {
      const auto members = json.members();
      return yaml.kind == PlacedValue::Kind::kMap && members.size() == yaml.members.size() &&
             std::ranges::all_of(members, [&](const auto& member) {
               const PlacedValue* value = yaml.get(member.first);
               return value != nullptr && same_value(member.second, *value, depth + 1);
             });
    }
    case JsonText::Kind::kNull:
      return yaml.kind == PlacedValue::Kind::kNull;
    case JsonText::Kind::kBool:
      return yaml.kind == PlacedValue::Kind::kBool && (yaml.text == "true") == *json.boolean();
    default:
      return json.scalar() == yaml.text;
  }
}

}  // namespace

GenericTest GenericTest::of(const NodeRecord& node) {
  GenericTest test;
  test.node_name = node.name;
  test.column_name = unquoted(node.column_name);  // (of a column with `quote: true` it stands in quotes)
  const auto metadata = check(node.test_metadata);
  if (!metadata) return test;
  const auto text = [&](std::string_view key) {
    const auto value = metadata->get(key);
    return value ? value->string().value_or("") : std::string();
  };
  test.name = text("name");
  const std::string name_space = text("namespace");
  test.full_name = name_space.empty() ? test.name : name_space + "." + test.name;
  if (const auto arguments = metadata->get("kwargs")) test.arguments = arguments->members();
  std::erase_if(test.arguments, [&](const auto& argument) {
    if (argument.first == "column_name" && test.column_name.empty()) {
      test.column_name = unquoted(argument.second.string().value_or(""));
    }
    return argument.first == "model" || argument.first == "column_name";
  });
  return test;
}

int GenericTestMatch::score(const PropertyTest& candidate) {
  if (candidate.name != test_.name && candidate.name != test_.full_name) return kRefused;
  int score = 0;
  if (!candidate.custom_name.empty()) {
    // (That of a versioned model's test has the version behind it.)
    if (!test_.node_name.starts_with(candidate.custom_name)) return kRefused;
    score += test_.node_name == candidate.custom_name ? 2 * kNamed : kNamed;
  }
  if (++compared_ > kMostCompared) return score;
  for (const auto& [key, value] : test_.arguments) {
    const PlacedValue* written = candidate.argument(key);
    score += written == nullptr ? -2 : same_value(value, *written, 0) ? 2 : -1;
  }
  return score;
}

void GenericTestMatch::offer(const std::vector<PropertyTest>& tests, std::string_view column) {
  for (const PropertyTest& candidate : tests) {
    if (column.empty() && !test_.column_name.empty()) {  // `column_name:` as an argument of a model's test
      const PlacedValue* written = candidate.argument("column_name");
      if (written == nullptr || !same_letters(written->text, test_.column_name)) continue;
    } else if (!same_letters(column, test_.column_name)) {
      return;
    }
    const int its_score = score(candidate);
    if (its_score == kRefused || (best_ != nullptr && its_score <= best_score_)) continue;
    best_ = &candidate;
    best_score_ = its_score;
  }
}

}  // namespace plowline
