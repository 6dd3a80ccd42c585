// The functions that plowline puts in the place of SQLite's: they give the same, and the time limit reaches them.
#include "query/functions.h"

#include <chrono>
#include <sqlite3.h>

#include "query_project.h"

using namespace plowline;
using namespace plowline::testing;
using Lines = std::vector<std::string>;

namespace {

// The rows of SQLite itself, as QueryProject::rows() writes them.
Lines rows_of_sqlite(const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(":memory:", &database) == SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  REQUIRE_MESSAGE(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK,
                  sqlite3_errmsg(database));
  Lines lines;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    std::string line;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      line += (line.empty() ? "" : "|") + (text == nullptr ? std::string("-") : std::string(text));
    }
    lines.push_back(std::move(line));
  }
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return lines;
}

void compare(const QueryProject& project, const std::string& sql) {
  const Lines expected = rows_of_sqlite(sql);
  const Lines found = project.rows(sql);
  CAPTURE(sql);
  REQUIRE(!expected.empty());
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i] == expected[i]);
  }
}

// Texts, numbers, broken UTF-8, zero bytes; and for those functions that take them, blobs.
const std::string kTexts =
    "(''), ('a'), ('A'), ('aA'), ('b'), ('ab'), ('aab'), ('abab'), ('é'), ('É'), ('éa'), ('aéb'), ('日本'), ('本'), "
    "('🙂'), ('🙂a'), (char(0)), ('a' || char(0) || 'b'), (char(0) || 'b'), (cast(x'a9' as text)), "
    "(cast(x'c3' as text)), (cast(x'a9c3a9' as text)), (' '), ('  a '), (12), (1.5), (-1), (null)";
const std::string kBlobs = ", (x''), (x'61'), (x'c3a9'), (x'a9'), (x'00'), (x'c3a961')";

}  // namespace

TEST_CASE("instr, replace and trim give what SQLite's give") {
  const QueryProject project("model.shop.a: {}");
  const std::string values = "with v(x) as (values " + kTexts + kBlobs + ") ";
  compare(project, values + "select hex(a.x), hex(b.x), instr(a.x, b.x), typeof(instr(a.x, b.x)) from v a, v b");
  compare(project,
          values +
              "select hex(a.x), hex(b.x), hex(c.x), hex(replace(a.x, b.x, c.x)), replace(a.x, b.x, c.x) is null "
              "from v a, v b, v c");
  for (const std::string name : {"trim", "ltrim", "rtrim"}) {
    compare(project, values + "select hex(x), hex(" + name + "(x)), typeof(" + name + "(x)) from v");
    compare(project, values + "select hex(a.x), hex(b.x), hex(" + name + "(a.x || b.x || a.x, b.x)), " + name +
                         "(a.x, b.x) is null from v a, v b");
  }
}

TEST_CASE("like and glob give what SQLite's give") {
  const QueryProject project("model.shop.a: {}");
  const std::string texts = "with t(x) as (values " + kTexts + "), p(x) as (values " + kTexts;
  compare(project, texts +
                       ", ('%'), ('_'), ('%%'), ('a%'), ('%a'), ('%b%'), ('_%'), ('%_'), ('a_b'), ('%a%b'), ('__'), "
                       "('É%'), ('%本'), ('a%a%b')) select hex(t.x), hex(p.x), t.x like p.x from t, p");
  compare(project, texts +
                       ", ('a!%'), ('!a'), ('%!%'), ('!'), ('a!'), ('!_%'), ('é%'), ('!!')) select hex(t.x), hex(p.x), "
                       "t.x like p.x escape '!', t.x like p.x escape '%', t.x like p.x escape 'é' from t, p");
  compare(project, texts +
                       ", ('*'), ('?'), ('a*'), ('*a'), ('*b*'), ('[a-b]'), ('[^a]*'), ('[a'), ('[]a]'), ('[^]a]'), "
                       "('[a-]'), ('[-a]'), ('[z-a]'), ('[a-b-c]*'), ('*[b]'), ('[]'), ('[^'), ('[é本]*'), ('a?b')) "
                       "select hex(t.x), hex(p.x), t.x glob p.x from t, p");
  CHECK(project.error("select 'a' like 'b' escape 'xy'") == "query: ESCAPE expression must be a single character");
  CHECK(project.error("select 'a' like 'b' escape ''") == "query: ESCAPE expression must be a single character");
  CHECK(project.rows("select 'a' like 'b' escape null, x'61' like 'a', 'a' glob x'61'") == Lines{"-|0|0"});
}

TEST_CASE("what one function does for two long texts ends, too") {
  const QueryProject project("model.shop.a: {}");
  using namespace std::chrono_literals;
  const auto start = std::chrono::steady_clock::now();
  // In proportion to the text, whatever stands in it.
  CHECK(project.rows("select instr(hex(zeroblob(3000000)), hex(zeroblob(1500000)) || '1')") == Lines{"0"});
  CHECK(project.rows("select length(replace(hex(zeroblob(3000000)), hex(zeroblob(1500000)) || '1', ''))") ==
        Lines{"6000000"});
  // What takes longer is looked at while it goes on.
  for (const char* sql :
       {"select hex(zeroblob(8000000)) like '%' || hex(zeroblob(240)) || '1'",
        "select hex(zeroblob(8000000)) glob '*' || hex(zeroblob(240)) || '1'",
        "select trim(hex(zeroblob(4000000)), (with recursive t(x) as (select 100 union all select x + 1 from t where "
        "x < 40000) select group_concat(char(x), '') from t) || '0')"}) {
    CAPTURE(sql);
    CHECK(project.error(sql, {.time = 200ms}).find("query: the query took longer than 0.2 s") == 0);
  }
  CHECK(std::chrono::steady_clock::now() - start < 20s);
}
