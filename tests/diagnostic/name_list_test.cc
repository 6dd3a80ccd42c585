#include "diagnostic/name_list.h"

#include <doctest/doctest.h>

namespace plowline {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("names in a sentence: commas, an 'and', and not more than wanted") {
  CHECK(name_list(Names{}, 2) == "");
  CHECK(name_list(Names{"a"}, 2) == "a");
  CHECK(name_list(Names{"a", "b"}, 2) == "a and b");
  CHECK(name_list(Names{"a", "b", "c"}, 2) == "a, b and c");
  CHECK(name_list(Names{"a", "b", "c", "d"}, 2) == "a, b and 2 more");
  CHECK(name_list(Names{"a\nb"}, 2) == "a\\nb");
}

TEST_CASE("names behind a colon") {
  CHECK(comma_list({}) == "");
  CHECK(comma_list({"a", "b", "c"}) == "a, b, c");
  CHECK(comma_list({"a", "b", "c"}, 3) == "a, b, c");
  CHECK(comma_list({"a", "b", "c"}, 2) == "a, b and 1 more");
  CHECK(comma_list({"a\x1b[0m"}).find('\x1b') == std::string::npos);
}

}  // namespace
}  // namespace plowline
