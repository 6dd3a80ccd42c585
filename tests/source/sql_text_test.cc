#include "source/sql_text.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <vector>

namespace plowline {
namespace {

// The parts, each behind a letter for its kind: s SQL, c comment, q string, n quoted name, e expression, t statement,
// j Jinja comment, r raw.
std::vector<std::string> parts_of(std::string_view text) {
  const SqlText sql(text);
  std::vector<std::string> parts;
  std::size_t at = 0;
  for (const SqlText::Part& part : sql.parts()) {
    CHECK(part.offset == at);
    at += part.length;
    parts.push_back("scqnetjr"[static_cast<int>(part.kind)] + (":" + std::string(sql.text_of(part))));
  }
  CHECK(at == text.size());
  return parts;
}

using Parts = std::vector<std::string>;

TEST_CASE("SQL, comments, strings, quoted names and Jinja are told apart") {
  CHECK(parts_of("").empty());
  CHECK(parts_of("select 1 -- one\nfrom t /* a\nb */ where x = 'y'") ==
        Parts{"s:select 1 ", "c:-- one", "s:\nfrom t ", "c:/* a\nb */", "s: where x = ", "q:'y'"});
  CHECK(parts_of("from {{ ref('a') }} \"t\"\r\n-- c\r\n{% if x %}{# n #}`z`") ==
        Parts{"s:from ", "e:{{ ref('a') }}", "s: ", "n:\"t\"", "s:\r\n", "c:-- c", "s:\r\n", "t:{% if x %}",
              "j:{# n #}", "n:`z`"});
}

TEST_CASE("nothing begins inside of a string, a comment or a name") {
  CHECK(parts_of("'a -- b' 'c /* d' \"e ' f\" -- 'g\n/* 'h */'i'") == Parts{"q:'a -- b'", "s: ", "q:'c /* d'",
                                                                            "s: ", "n:\"e ' f\"", "s: ", "c:-- 'g",
                                                                            "s:\n", "c:/* 'h */", "q:'i'"});
  CHECK(parts_of("'it''s' \"a\"\"b\"") == Parts{"q:'it''s'", "s: ", "n:\"a\"\"b\""});
  CHECK(parts_of("1 - 1 / 2 { } # x\n") == Parts{"s:1 - 1 / 2 { } # x\n"});
}

TEST_CASE("Jinja goes on inside of strings, names and comments, and what is around it is known") {
  const SqlText text("'a {{ x }} b' -- {{ ref('c') }} d\n\"{{ e }}\"");
  std::vector<SqlText::PartKind> within;
  for (const auto& part : text.parts()) {
    if (part.kind == SqlText::PartKind::kJinjaExpression) within.push_back(part.within);
  }
  CHECK(within == std::vector{SqlText::PartKind::kSqlString, SqlText::PartKind::kSqlComment,
                              SqlText::PartKind::kQuotedIdentifier});
  REQUIRE(text.parts().size() == 11);
  CHECK((text.parts()[0].opens && !text.parts()[0].closes));
  CHECK((!text.parts()[2].opens && text.parts()[2].closes));
  CHECK(parts_of("'{{ x }}'") == Parts{"q:'", "e:{{ x }}", "q:'"});
  CHECK(parts_of("-- {{ x\n }} y\nz") == Parts{"c:-- ", "e:{{ x\n }}", "c: y", "s:\nz"});
}

TEST_CASE("a Jinja tag ends where Jinja ends it") {
  CHECK(parts_of("{{ '}}' }}a") == Parts{"e:{{ '}}' }}", "s:a"});
  CHECK(parts_of("{% set x = \"a %} {{ b }} \\\" %}\" -%}a") ==
        Parts{"t:{% set x = \"a %} {{ b }} \\\" %}\" -%}", "s:a"});
  CHECK(parts_of("{{ {'a': {'b': 1}} }}a") == Parts{"e:{{ {'a': {'b': 1}} }}", "s:a"});
  CHECK(parts_of("{{{'a': 1}['a']}}b") == Parts{"e:{{{'a': 1}['a']}}", "s:b"});
  CHECK(parts_of("{# it's {{ x #}a") == Parts{"j:{# it's {{ x #}", "s:a"});
  CHECK(parts_of("{%- raw -%}{{ x }} 'y{%- endraw %}a") ==
        Parts{"t:{%- raw -%}", "r:{{ x }} 'y", "t:{%- endraw %}", "s:a"});
}

TEST_CASE("broken Jinja ends at the first closing delimiter, or with the text") {
  CHECK(parts_of("{{ f( }} a") == Parts{"e:{{ f( }}", "s: a"});
  CHECK(parts_of("{{ 'f }} a") == Parts{"e:{{ 'f }}", "s: a"});
  CHECK(parts_of("a {{ b") == Parts{"s:a ", "e:{{ b"});
  CHECK(parts_of("{%") == Parts{"t:{%"});
  CHECK(parts_of("{% raw %} x") == Parts{"t:{% raw %}", "r: x"});
  CHECK(parts_of("{% raw %}{%") == Parts{"t:{% raw %}", "r:{%"});
}

TEST_CASE("a backslash before a quote is read so that the strings of the line end") {
  CHECK(parts_of("'it\\'s', x") == Parts{"q:'it\\'s'", "s:, x"});
  CHECK(parts_of("split(x, '\\')") == Parts{"s:split(x, ", "q:'\\'", "s:)"});
  CHECK(parts_of("replace(x, '\\', '/')") == Parts{"s:replace(x, ", "q:'\\'", "s:, ", "q:'/'", "s:)"});
  CHECK(parts_of("replace(x, '\\'', '\"')") == Parts{"s:replace(x, ", "q:'\\''", "s:, ", "q:'\"'", "s:)"});
  CHECK(parts_of("'it\\'s' || 'that\\'s'") == Parts{"q:'it\\'s'", "s: || ", "q:'that\\'s'"});
  CHECK(parts_of("'a\\\\' b") == Parts{"q:'a\\\\'", "s: b"});
  CHECK(parts_of("\"say \\\"hi\\\"\" b") == Parts{"n:\"say \\\"hi\\\"\"", "s: b"});
}

TEST_CASE("dollar quotes are strings where they are closed") {
  CHECK(parts_of("as $$ don't -- $$ x") == Parts{"s:as ", "q:$$ don't -- $$", "s: x"});
  CHECK(parts_of("$f$ $$ ' $f$ x") == Parts{"q:$f$ $$ ' $f$", "s: x"});
  CHECK(parts_of("$$ {{ x }} $$ y") == Parts{"q:$$ ", "e:{{ x }}", "q: $$", "s: y"});
  CHECK(parts_of("$1 = a$b$c and $$ x") == Parts{"s:$1 = a$b$c and $$ x"});
}

TEST_CASE("# and // are comments only where a line begins with them") {
  CHECK(parts_of("#standardSQL\nselect a # b\n  // c") == Parts{"c:#standardSQL", "s:\nselect a # b\n  ", "c:// c"});
  CHECK(parts_of("a\n #>> '{b}'\n// c") == Parts{"s:a\n #>> ", "q:'{b}'", "s:\n", "c:// c"});
}

TEST_CASE("a quote that nothing closes is stray, and what follows is read on") {
  CHECK(parts_of("don't\n-- a\nfrom b") == Parts{"s:don", "s:'t\n", "c:-- a", "s:\nfrom b"});
  CHECK(parts_of("a\n\" -- b") == Parts{"s:a\n", "s:\" ", "c:-- b"});
  CHECK(parts_of("a /* b") == Parts{"s:a ", "c:/* b"});
  CHECK(parts_of("'") == Parts{"s:'"});
}

TEST_CASE("each branch of a Jinja condition goes on where the condition began") {
  CHECK(parts_of("'a{% if x %}b'{% else %}c'{% endif %} -- d") ==
        Parts{"q:'a", "t:{% if x %}", "q:b'", "t:{% else %}", "q:c'", "t:{% endif %}", "s: ", "c:-- d"});
}

TEST_CASE("a macro's body and a set block are texts of their own") {
  CHECK(parts_of("{% macro a() %}don't{% endmacro %}{% macro b() %}'x'{% endmacro %}") ==
        Parts{"t:{% macro a() %}", "s:don", "q:'t", "t:{% endmacro %}", "t:{% macro b() %}", "q:'x'",
              "t:{% endmacro %}"});
  CHECK(parts_of("'a {% set x %}'b'{% endset %} c' d") ==
        Parts{"q:'a ", "t:{% set x %}", "q:'b'", "t:{% endset %}", "q: c'", "s: d"});
  CHECK(parts_of("'a {% set x = 1 %} c' d") == Parts{"q:'a ", "t:{% set x = 1 %}", "q: c'", "s: d"});
}

TEST_CASE("sql_only keeps SQL and quoted names in their places") {
  const std::string text =
      "select 'from x' as \"Col\", \"sent from here\" -- from y\r\nfrom {{ ref('a') }} /* b\nc */ `p.d.t`\xC3\xA9";
  const std::string only = SqlText(text).sql_only();
  const auto blanks = [](std::size_t count) { return std::string(count, ' '); };
  CHECK(only == "select '" + blanks(6) + "' as \"Col\", \"" + blanks(14) + "\" " + blanks(9) + "\r\nfrom " +
                    blanks(14) + blanks(5) + "\n" + blanks(5) + "`p.d.t`\xC3\xA9");
  CHECK(only.size() == text.size());
  CHECK(SqlText("'\xC3\xA9{{ x }}y'z").sql_only() == "'          'z");
}

// Nothing that a person would write; a quadratic scan of any of them would take minutes.
TEST_CASE("hostile texts are read in linear time") {
  const auto repeated = [](std::string_view piece) {
    std::string text;
    while (text.size() < 500'000) text += piece;
    return text;
  };
  for (const std::string_view piece : {"'",
                                       "\"'",
                                       "{{ (",
                                       "{{ ' ",
                                       "{% if x %}",
                                       "{% else %}",
                                       "{% raw %}",
                                       "{{ f('\\\\', ",
                                       "'\\'\"\\\"",
                                       "$a$ ",
                                       "$$x",
                                       "/*",
                                       "--",
                                       "     #",
                                       "(",
                                       "from a.b, ",
                                       "from (",
                                       "from a.",
                                       "from [",
                                       "from `",
                                       "update a.b ",
                                       "{% macro a() %}'",
                                       "{# ",
                                       "{% set x %}{{ a.b.",
                                       "select (select x from t.a) from t ",
                                       "{{ a({'b': ",
                                       "\\",
                                       "'\\\\\\'"}) {
    const std::string text = repeated(piece);
    const SqlText sql(text);
    CHECK(sql.sql_only().size() == text.size());
    (void)sql.calls();
    (void)config_entries(sql);
    (void)sql.literal_relations();
  }
  std::string tags;
  for (int i = 0; tags.size() < 500'000; ++i) tags += "$t" + std::to_string(i) + "$ {% macro a() %}";
  CHECK(SqlText(tags + tags).parts().size() > 1000);
}

TEST_CASE("bytes that are no text are only SQL") {
  CHECK(parts_of(std::string_view("a\0b\xFF\x80'\0'", 8)) ==
        Parts{std::string("s:a\0b\xFF\x80", 7), std::string("q:'\0'", 5)});
}

}  // namespace
}  // namespace plowline
