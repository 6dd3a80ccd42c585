#include "diagnostic/suggest.h"

#include <array>
#include <doctest/doctest.h>

using namespace plowline;

TEST_CASE("the edit distance counts insertions, deletions, replacements and swaps") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("orders", "orders") == 0);
  CHECK(edit_distance("orders", "order") == 1);
  CHECK(edit_distance("orders", "orderss") == 1);
  CHECK(edit_distance("orders", "ordors") == 1);
  CHECK(edit_distance("orders", "oredrs") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
}

TEST_CASE("the nearest candidate is named only where it is a likely slip") {
  const std::array<std::string, 4> names{"customers", "orders", "order_items", "ordors"};
  CHECK(nearest("oders", names) == "orders");
  CHECK(nearest("customer", names) == "customers");
  CHECK(nearest("payments", names) == std::nullopt);
  CHECK(nearest("", names) == std::nullopt);
  CHECK(nearest("orders", std::span<const std::string>()) == std::nullopt);
  CHECK(nearest(std::string(1000, 'x'), names) == std::nullopt);

  SUBCASE("the first of equally near ones") {
    CHECK(nearest("ordxrs", names) == "orders");
  }
  SUBCASE("a short word allows one slip") {
    const std::array<std::string, 2> short_names{"ab", "xyz"};
    CHECK(nearest("a", short_names) == "ab");
    CHECK(nearest("q", short_names) == std::nullopt);
  }
}
