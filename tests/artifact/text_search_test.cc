#include "artifact/text_search.h"

#include <doctest/doctest.h>

using namespace plowline;

TEST_CASE("a word is found wherever it stands in a text") {
  CHECK(has_text("plowline", "plowline"));
  CHECK(has_text("pplowline: ignore", "plowline"));
  CHECK_FALSE(has_text("plow line", "plowline"));
  CHECK_FALSE(has_text("plow", "plowline"));
  CHECK(has_text(std::string_view("a\0b", 3), "b"));
}

TEST_CASE("an empty text holds nothing but the empty word") {
  CHECK_FALSE(has_text({}, "plowline"));
  CHECK(has_text({}, {}));
  CHECK(has_text("text", {}));
}
