// test_type: `generic` (or `schema`), `singular`, `data` (both), `unit`.
//
// dbt asks whether the value is a part of the words `data`, `singular`, `unit`, in that order, so that `test_type:sing`
// means singular tests, and an empty value, which is part of everything, all data tests. It is no glob.
#include <fmt/format.h>

#include "selection/method.h"

namespace plowline {
namespace {

bool is_part_of(std::string_view value, std::string_view word) {
  return word.find(value) != std::string_view::npos;
}

}  // namespace

Result<NodeSet> select_by_test_type(MethodContext& context, const Criterion& criterion) {
  const std::string_view value = criterion.value.text;
  SelectionIndex& index = context.index;
  if (value == "generic" || value == "schema") return index.generic_tests();
  if (is_part_of(value, "data")) return index.of_type(ResourceType::kTest);
  if (is_part_of(value, "singular")) {
    NodeSet singular = index.of_type(ResourceType::kTest);
    singular -= index.generic_tests();
    return singular;
  }
  if (is_part_of(value, "unit")) return index.of_type(ResourceType::kUnitTest);
  return usage_error(fmt::format("Invalid test type selector {}", value),
                     "expected 'generic', 'singular', 'unit' or 'data'");
}

}  // namespace plowline
