#include "backfill/sql_script.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backfill/sql_script_json.h"

namespace plowline {
namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    all.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

TEST_CASE("comments above statements, each with its semicolon") {
  const SqlScript script{
      "a: copy", {"first note", "second note"}, {{"What it does.", "select 1"}, {"", "select\n  2"}}};
  CHECK(to_text(script) ==
        "-- a: copy\n--\n-- first note\n--\n-- second note\n\n-- What it does.\nselect 1;\n\nselect\n  2;\n");
  const std::vector<SqlScript> two{script, {"b", {}, {}}};
  CHECK(to_text(two) == to_text(script) + "\n-- b\n");
}

TEST_CASE("long comments go on in the next line") {
  std::string note;
  for (int i = 0; i < 60; ++i) note += "word ";
  for (const std::string& line : lines(to_text({"t", {note}, {}}))) {
    CHECK(line.starts_with("--"));
    CHECK(line.size() <= 103);
  }
  const std::string unbroken(300, 'x');
  CHECK(to_text({unbroken, {}, {}}) == "-- " + unbroken + "\n");
}

TEST_CASE("no text can leave its comment") {
  for (const std::string hostile :
       {"a\ndrop table x;", "a\r\ndrop table x",
        "a\xE2\x80\xA8"
        "drop",
        "a\xC2\x85"
        "drop",
        "a\xE2\x80\xA9"
        "drop",
        "\x1b[2J", "a\fb\vc", "x; drop table y", "<% secret %>", "{{ secret }}", "&{secret}", "*/ drop", "\xff\xfe"}) {
    CAPTURE(hostile);
    const std::string text = to_text({hostile, {hostile}, {{hostile, "select 1"}}});
    CHECK(lines(text).size() == 6);
    for (const std::string& line : lines(text)) CHECK((line.empty() || line == "select 1;" || line.starts_with("--")));
    CHECK(std::ranges::count(text, ';') == 1);
    CHECK(text.find_first_of("\r\f\v\x1b") == std::string::npos);
    for (const char* opening : {"<%", "{{", "&{", "\xE2\x80\xA8", "\xC2\x85", "\xE2\x80\xA9", "\xff"}) {
      CHECK(text.find(opening) == std::string::npos);
    }
  }
}

TEST_CASE("the document is JSON whatever the names hold") {
  const std::vector<SqlScript> scripts{{"t\xff", {"n\n"}, {{"w", "select '\xff'"}}}};
  const auto document = nlohmann::json::parse(sql_document("postgres", scripts, {}));
  CHECK(document["dialect"] == "postgres");
  CHECK(document["scripts"][0]["notes"][0] == "n\n");
  CHECK(document["scripts"][0]["statements"][0]["what"] == "w");
  CHECK(document["warnings"].empty());
}

}  // namespace
}  // namespace plowline
