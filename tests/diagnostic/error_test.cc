#include "diagnostic/error.h"

#include <doctest/doctest.h>

using namespace plowline;

TEST_CASE("an error's text has the file, the position, the reason and the next step") {
  Error error{ExitStatus::kInput, "target/manifest.json", {"$.nodes", 12}, "expected an object", "run dbt parse"};
  CHECK(to_text(error) == "target/manifest.json: at $.nodes (byte 12): expected an object\n  run dbt parse");

  SUBCASE("line and column for text files") {
    error = {ExitStatus::kUsage, "plowline.yml", {{}, {}, 3, 7}, "a tab in the indentation", ""};
    CHECK(to_text(error) == "plowline.yml:3:7: a tab in the indentation");
  }
  SUBCASE("a byte without a path") {
    error.position.path.clear();
    CHECK(to_text(error) == "target/manifest.json: at byte 12: expected an object\n  run dbt parse");
  }
  SUBCASE("a path without a byte") {
    error.position.offset.reset();
    CHECK(to_text(error) == "target/manifest.json: at $.nodes: expected an object\n  run dbt parse");
  }
  SUBCASE("no file at all") {
    error = usage_error("no selector given", "see plowline help command").error();
    CHECK(error.status == ExitStatus::kUsage);
    CHECK(to_text(error) == "no selector given\n  see plowline help command");
  }
}

TEST_CASE("an input error ends with exit status 3") {
  CHECK(static_cast<int>(input_error("f", {}, "r").error().status) == 3);
}

TEST_CASE("a warning's text has its code, and its details only when asked for") {
  const Warning warning{"dangling-depends-on", "2 edges", "run dbt parse", {"a depends on b", "c depends on d"}};
  CHECK(to_text(warning, false) == "2 edges [dangling-depends-on]\n  run dbt parse");
  CHECK(to_text(warning, true) ==
        "2 edges [dangling-depends-on]\n  run dbt parse\n    a depends on b\n    c depends on d");
}

TEST_CASE("text from a file cannot drive a terminal") {
  CHECK(printable("plain text, größe 表 😀") == "plain text, größe 表 😀");
  CHECK(printable("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(printable("\x1b[31mred\x07") == "\\x1b[31mred\\x07");
  CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(printable("\x7f") == "\\x7f");
  CHECK(printable("\xc2\x9b") == "\\xc2\\x9b");  // U+009B: a control sequence in one character
  CHECK(printable("a\xe2\x80\xae"
                  "b") == "a\\xe2\\x80\\xaeb");  // U+202E turns the text around
  CHECK(printable("\xe2\x81\xa6") == "\\xe2\\x81\\xa6");
  for (const char* unseen :
       {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbb\xbf", "\xd8\x9c", "\xe2\x80\x8b", "\xe2\x81\xa0"})
    CHECK(printable(unseen).starts_with("\\x"));
  CHECK(printable("\xe2\x80\x8d") == "\xe2\x80\x8d");  // joins emoji

  SUBCASE("broken UTF-8 is shown byte by byte") {
    CHECK(printable("\xff") == "\\xff");
    CHECK(printable("caf\xe9") == "caf\\xe9");
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");           // overlong
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
    CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
    CHECK(printable("\xe2\x82") == "\\xe2\\x82");  // cut off
  }
  SUBCASE("messages use it") {
    const Error error{ExitStatus::kInput, "a\x1b.json", {"$[\"\x1b\"]", 1}, "found \x1b", ""};
    CHECK(to_text(error).find('\x1b') == std::string::npos);
    const Warning warning{"code", "\x1b", "", {"\x1b"}};
    CHECK(to_text(warning, true).find('\x1b') == std::string::npos);
  }
}
