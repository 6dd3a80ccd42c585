#include "selection/fnmatch.h"

#include <chrono>
#include <doctest/doctest.h>
#include <string>
#include <vector>

namespace plowline {
namespace {

struct Case {
  std::string pattern;
  std::string text;
  bool matches;
};

// The answers are those of Python 3.11's fnmatch.fnmatchcase.
TEST_CASE("globs match as Python's fnmatch does") {
  const std::vector<Case> cases{
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "a.b/c\nd", true},
      {"stg_*", "stg_orders", true},
      {"stg_*", "xstg_orders", false},
      {"*_this_run", "events_this_run", true},
      {"*_this_run", "events_this_run2", false},
      {"ab*ba", "aba", false},
      {"ab*ba", "abba", true},
      {"a*b*c", "axxbyybzzc", true},
      {"s?g", "stg", true},
      {"s?g", "sg", false},
      {"?", "\xC3\xA9", true},
      {"??", "\xC3\xA9", false},
      {"[\xC3\xA9]x", "\xC3\xA9x", true},
      {"[a-c]", "b", true},
      {"[a-c]", "d", false},
      {"[!a-c]", "d", true},
      {"[!a-c]", "a", false},
      {"[c-a]", "b", false},
      {"[!c-a]", "b", true},
      {"[]]", "]", true},
      {"[!]]", "]", false},
      {"[!]]", "x", true},
      {"[]", "[]", true},
      {"[!]", "[!]", true},
      {"[a", "[a", true},
      {"a]", "a]", true},
      {"[-a]", "-", true},
      {"[a-]", "-", true},
      {"[^a]", "^", true},
      {"[^a]", "b", false},
      {"[[]", "[", true},
      {"[a&&b]", "&", true},
      {"[\\]", "\\", true},
      {"[*]", "*", true},
      {"[*]", "a", false},
      {"dim_customers_v[12].sql", "dim_customers_v2.sql", true},
      {"dim_customers_v[12].sql", "dim_customers_v3.sql", false},
      {"ABC", "abc", false},
      {"\xFF?", "\xFF\xFE", true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.pattern);
    CAPTURE(c.text);
    CHECK(Glob(c.pattern).matches(c.text) == c.matches);
  }
}

TEST_CASE("a pattern without wildcards is literal, one with a lone ] too") {
  CHECK(Glob("stg_orders").literal());
  CHECK(Glob("a]").literal());
  CHECK_FALSE(Glob("a[").literal());
  CHECK_FALSE(Glob("a?").literal());
}

TEST_CASE("a hostile pattern cannot hang") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*[a-z]*a";
  pattern += "b";
  const std::string text(5'000, 'a');
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(Glob(pattern).matches(text));
  CHECK_FALSE(Glob(pattern).matches(text + "cb"));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

}  // namespace
}  // namespace plowline
