#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "source/sql_text.h"

namespace plowline {
namespace {

// name(arguments), each argument as `keyword=text`, behind `!` where it is a literal.
std::vector<std::string> described(std::string_view text, const std::vector<SqlText::Call>& calls) {
  std::vector<std::string> described;
  for (const SqlText::Call& call : calls) {
    CHECK(call.offset + call.length <= text.size());
    std::string line = call.name;
    char separator = '(';
    for (const SqlText::Argument& argument : call.arguments) {
      line += separator;
      if (!argument.name.empty()) line += argument.name + "=";
      line += argument.literal ? "!" + *argument.literal : std::string(argument.text);
      separator = '|';
    }
    described.push_back(line + (call.arguments.empty() ? "()" : ")"));
  }
  return described;
}

std::vector<std::string> calls_of(std::string_view text) {
  return described(text, SqlText(text).calls());
}

using Lines = std::vector<std::string>;

TEST_CASE("calls come with their arguments") {
  CHECK(calls_of("select {{ f() }} from {{ ref('pkg', \"a\", v = 2) }}") == Lines{"f()", "ref(!pkg|!a|v=2)"});
  CHECK(calls_of("{{ config(materialized='table', tags=['a', 'b'], meta={'x': f(1)}, enabled=var('on', true)) }}") ==
        Lines{"config(materialized=!table|tags=['a', 'b']|meta={'x': f(1)}|enabled=var('on', true))", "f(1)",
              "var(!on|true)"});
  CHECK(calls_of("{%- set a = dbt_utils . star(\n from = ref('b'),\n) -%}") ==
        Lines{"dbt_utils.star(from=ref('b'))", "ref(!b)"});
  CHECK(calls_of("{{ f(*args, **kwargs) }}{{ f(a == b) }}{{ f(x=a == b) }}") ==
        Lines{"f(*args|**kwargs)", "f(a == b)", "f(x=a == b)"});
}

TEST_CASE("a literal is one or several strings, and nothing else") {
  CHECK(calls_of(R"({{ f('it\'s', "a\tb", 'é\u00e9\x41\q', 'a' 'b') }})") == Lines{"f(!it's|!a\tb|!é\xC3\xA9"
                                                                                   "A\\q|!ab)"});
  CHECK(calls_of("{{ f('a' ~ b, ['a'], 'a' | upper, ('a')) }}") == Lines{"f('a' ~ b|['a']|'a' | upper|('a'))"});
  CHECK(calls_of("{{ f('', ')') }}") == Lines{"f(!|!))"});
}

TEST_CASE("methods of something that has no plain name begin with a dot") {
  CHECK(calls_of("{{ ref('a').include(database=false) }}{{ \"{}\".format(x) }}{{ a['b'].get('c') }}") ==
        Lines{"ref(!a)", ".include(database=false)", ".format(x)", ".get(!c)"});
  CHECK(calls_of("{{ adapter.dispatch('a', 'pkg')(x, ref('b')) }}") == Lines{"adapter.dispatch(!a|!pkg)", "ref(!b)"});
}

TEST_CASE("filters, tests, keywords and declarations are no calls; what is called in them is") {
  CHECK(calls_of("{{ x | join(', ') | default(var('y')) }}") == Lines{"var(!y)"});
  CHECK(calls_of("{% if not (a) and b is divisibleby(f(2)) or c is not sameas(d) %}") == Lines{"f(2)"});
  CHECK(calls_of("{% macro m(a, b=var('c')) %}{{ m(1) }}") == Lines{"var(!c)", "m(1)"});
  CHECK(calls_of("{% test t(model) %}{% call(row) g() %}{% call statement('main') %}{% do log('x') %}") ==
        Lines{"g()", "statement(!main)", "log(!x)"});
}

TEST_CASE("calls are found wherever dbt evaluates Jinja, and nowhere else") {
  const SqlText text(
      "-- depends_on: {{ ref('a') }}\n'{{ b() }}' {# {{ c() }} #} {% raw %}{{ d() }}{% endraw %} {{ 'e()' }}");
  const auto calls = text.calls();
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].name == "ref");
  CHECK(calls[0].in_sql_comment);
  CHECK(text.text().substr(calls[0].offset, calls[0].length) == "ref('a')");
  CHECK(calls[1].name == "b");
  CHECK_FALSE(calls[1].in_sql_comment);
}

TEST_CASE("arguments are asked for by keyword") {
  const auto calls = SqlText("{{ f('a', b='c', d=e) }}").calls();
  REQUIRE(calls.size() == 1);
  REQUIRE(calls[0].keyword("b") != nullptr);
  CHECK(calls[0].keyword("b")->literal == "c");
  CHECK(calls[0].keyword("d")->text == "e");
  CHECK(calls[0].keyword("a") == nullptr);
  CHECK(calls[0].keyword("") == nullptr);
}

TEST_CASE("calls are asked for by name") {
  const SqlText text("{{ ref('a') }}{{ builtins.ref('b') }}{{ my_ref('c') }}{{ ref }}{{ pkg.m() }}{{ other.m() }}");
  CHECK(described(text.text(), text.calls("ref")) == Lines{"ref(!a)", "builtins.ref(!b)"});
  CHECK(described(text.text(), text.calls("pkg.m")) == Lines{"pkg.m()"});
  CHECK(text.calls("m").size() == 2);
}

TEST_CASE("broken calls end with their Jinja") {
  CHECK(calls_of("{{ f('a', g(1 }} x") == Lines{"f(!a|g(1)", "g(1)"});
  CHECK(calls_of("{{ f('a") == Lines{"f(!a)"});
  CHECK(calls_of("{{ ) f(a]) }}") == Lines{"f(a)"});
}

TEST_CASE("config keys are found with their places") {
  const SqlText text("{{ config(materialized='view') }}\n{{ config(\n  materialized = \"table\",\n  pre_hook=[x]) }}");
  const auto entry = config_entry(text, "materialized");
  REQUIRE(entry);
  CHECK(entry->literal == "table");
  CHECK(entry->offset == 47);
  CHECK(text.text().substr(entry->offset, entry->length) == "materialized");
  CHECK(config_entry(text, "pre-hook")->text == "[x]");
  CHECK_FALSE(config_entry(text, "schema"));
  CHECK_FALSE(config_entry(SqlText("{{ config.get(a='b') }}{# {{ config(a='b') }} #}"), "a"));
}

TEST_CASE("config keys may stand in a dictionary") {
  const SqlText text(
      "{{ config({'materialized': 'table', \"pre-hook\" : [a, 'b'], 'meta': {'x': f('y')}, 'alias': 'a' ~ b}) }}");
  CHECK(config_entry(text, "materialized")->literal == "table");
  CHECK(config_entry(text, "pre_hook")->text == "[a, 'b']");
  CHECK(config_entry(text, "meta")->text == "{'x': f('y')}");
  CHECK_FALSE(config_entry(text, "alias")->literal);
  CHECK_FALSE(config_entry(text, "x"));
  const auto entry = *config_entry(text, "meta");
  CHECK(text.text().substr(entry.offset, entry.length) == "'meta'");
}

}  // namespace
}  // namespace plowline
