#include "artifact/text_search.h"

#include <doctest/doctest.h>
#include <random>
#include <string>

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

TEST_CASE("a word is found as a plain search finds it, however often its bytes stand in the text") {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    const std::size_t length = random() % 3'000;
    for (std::size_t i = 0; i < length; ++i) text += "wxyz"[random() % (round % 2 == 0 ? 4 : 2)];
    std::string word;
    for (std::size_t i = 1 + random() % 12; i > 0; --i) word += "wxyz"[random() % (round % 3 == 0 ? 4 : 2)];
    const std::size_t from = random() % 20;
    CAPTURE(text);
    CAPTURE(word);
    CHECK(find_text(text, word, from) == text.find(word, from));
  }
  const std::string many(100'000, 'w');
  CHECK(find_text(many + "plow", "plow") == many.size());
  CHECK(find_text(many + "wwwx", "wwx") == many.size() + 1);
  CHECK(find_text(many, "wx") == std::string_view::npos);
}
