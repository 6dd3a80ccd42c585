// Patterns, lengths, Jinja and macros: the rules about how code is written.
#include <doctest/doctest.h>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

TEST_CASE("code-forbidden-pattern") {
  TestProject project;
  project.model("orders", "select 1,\n  IFNULL(a, 0) as a\nfrom x\n");
  CHECK(project.lint("code-forbidden-pattern") == Lines{});
  CHECK(
      project.option(R"j({"patterns": ["(?i)\\bifnull\\(", "nothing"]})j").lint("code-forbidden-pattern") ==
      Lines{
          "models/orders.sql:2:1: warn: the code of orders matches (?i)\\bifnull\\(, which is not allowed in models"});
  CHECK(project.option(R"({"patterns": ["ifnull"]})").lint("code-forbidden-pattern") == Lines{});
  const Lines broken = project.option(R"j({"patterns": ["("]})j").lint("code-forbidden-pattern");
  REQUIRE(broken.size() == 1);
  CHECK(broken[0].find("'(' is no regular expression") != std::string::npos);
}

TEST_CASE("macro-forbidden-pattern") {
  TestProject project;
  project.macro("macro.shop.amount", "{% macro amount(c) %}\n  ifnull({{ c }}, 0)\n{% endmacro %}");
  CHECK(project.lint("macro-forbidden-pattern") == Lines{});
  CHECK(
      project.option(R"({"pattern": "ifnull"})").lint("macro-forbidden-pattern") ==
      Lines{
          "macros/amount.sql:2:1: warn: the code of the macro amount matches ifnull, which is not allowed in macros"});
}

TEST_CASE("code-max-lines and macro-max-lines") {
  TestProject project;
  project.model("three", "select\n  1\nfrom a\n");
  project.model("four", "select\n  1\nfrom a\n\\n\n");
  project.model("py", "a\nb\nc\nd", R"({"language": "python"})");
  project.macro("macro.shop.m", "{% macro m() %}\n1\n2\n{% endmacro %}");
  project.option(R"({"max": 3})");
  CHECK(project.lint("code-max-lines") ==
        Lines{"models/four.sql:1:1: warn: four has 4 lines, more than 3: it does several "
              "things, of which none can be tested or "
              "used alone",
              "models/py.sql:1:1: warn: py has 4 lines, more than 3: it does several "
              "things, of which none can be tested or used "
              "alone"});
  CHECK(project.lint("macro-max-lines") == Lines{"macros/m.sql:1:10: warn: the macro m has 4 lines, more than 3: what "
                                                 "it makes of its arguments is hard to foresee "
                                                 "and to test"});
  CHECK(project.option(R"({"max": 4})").lint("code-max-lines") == Lines{});
  CHECK(project.lint("macro-max-lines") == Lines{});
}

TEST_CASE("code-max-ctes") {
  TestProject project;
  project.model("orders",
                "with a as (select 1),\nb as materialized (select sum(x) over w from a window w as (partition by "
                "x))\nselect * from b\n");
  CHECK(project.lint("code-max-ctes") == Lines{});
  CHECK(project.option(R"({"max": 2})").lint("code-max-ctes") == Lines{});
  TestProject other;
  other.model("orders", "with a as -- why\n(select 1)\nselect * from a, unnest(a.x) as (b), [c]\n");
  CHECK(
      other.option(R"({"max": 0})").lint("code-max-ctes") ==
      Lines{"models/orders.sql:1:1: warn: orders has 1 CTE, more than 0: the steps between cannot be tested or looked "
            "at without the whole query"});
  CHECK(project.option(R"({"max": 1})").lint("code-max-ctes") ==
        Lines{"models/orders.sql:1:1: warn: orders has 2 CTEs, more than 1: the steps between cannot be tested or "
              "looked at "
              "without the whole query"});
}

TEST_CASE("config-block-first") {
  TestProject project;
  project.model("fine",
                "-- a comment\n{# another #}\n{% set keys = ['a'] %}\n{% set q %}select 1{% endset %}\n"
                "{{ config(materialized='table', unique_key=keys) }}\nselect 1\n");
  project.model("reads", "select '{{ config.get('x') }}' as x\n");
  project.model("none", "select 1\n");
  project.model("marked", "\xEF\xBB\xBF{{ config(materialized='table') }}\nselect 1\n");
  CHECK(project.lint("config-block-first") == Lines{});
  project.model("late", "with a as (select 1)\n{{ config(materialized='table') }}\nselect * from a\n");
  CHECK(project.lint("config-block-first") ==
        Lines{"models/late.sql:2:4: warn: config() of late stands behind the beginning of its SQL: dbt reads it all "
              "the same, "
              "but whoever opens the file sees the query and not how it is built"});
}

TEST_CASE("jinja-syntax") {
  const auto lint = [](std::string_view sql) {
    TestProject project;
    project.model("orders", sql, R"({"depends_on": {"nodes": []}})");
    return project.lint("jinja-syntax");
  };
  CHECK(lint("select id }} from x\n") == Lines{"models/orders.sql:1:11: warn: in the code of orders }} closes nothing: "
                                               "dbt takes it for text, or cannot read "
                                               "the file at all"});
  CHECK(lint("select %} from x\n").size() == 1);
  CHECK(lint("select {{ a from x\n").size() == 1);
  CHECK(lint("select {# a from x\n").size() == 1);
  CHECK(
      lint("{% if a %}select 1\n") ==
      Lines{"models/orders.sql:1:1: warn: in the code of orders {% if %} has no {% endif %}: dbt takes it for text, or "
            "cannot read the file at all"});
  CHECK(lint("{% if a %}select 1{% endfor %}\n").size() == 1);
  CHECK(lint("select 1{% else %}2{% endif %}\n").size() == 1);
  for (const char* fine : {"select '{\"a\": {\"b\": 1}}' as j, {'a': {'b': 1}} as s, 5 % 2",
                           "{% for x in y %}{% if x %}{{ x }}{% else %}2{% endif %}{% endfor %}",
                           "{% set q %}select 1{% endset %}{% set a = {'b': {'c': 1}} %}{{ q }}",
                           "{% raw %}{{ never {% endraw %} select 1", "{# }} %} #} select '}}' -- }}\n",
                           "{% call statement('x') %}select 1{% endcall %}{%- do f() -%} select 1"}) {
    CAPTURE(fine);
    CHECK(lint(fine) == Lines{});
  }
}

TEST_CASE("macro-max-arguments") {
  TestProject project;
  project.macro("macro.shop.four", "{%- macro four(a, b=[1, 2], c=f(1, 2), d=',',) -%}{{ a }}{% endmacro %}");
  project.macro("macro.shop.none", "{% macro none() %}{{ f(1, 2, 3, 4, 5) }}{% endmacro %}");
  CHECK(project.lint("macro-max-arguments") == Lines{});
  project.macro("macro.shop.five", "{% macro five(a, b, c, d, e) %}{{ a }}{% endmacro %}");
  CHECK(
      project.lint("macro-max-arguments") ==
      Lines{
          "macros/five.sql:1:1: warn: the macro five has 5 arguments, more than 4: a call of it cannot be read without "
          "looking up their order"});
}

TEST_CASE("unused-macro") {
  TestProject project;
  project.macro("macro.dbt.generate_schema_name", "{% macro generate_schema_name() %}{% endmacro %}");
  project.macro("macro.shop.generate_schema_name", "{% macro generate_schema_name() %}x{% endmacro %}");
  project.macro("macro.shop.cents", "{% macro cents(c) %}{{ c }}{% endmacro %}");
  project.macro("macro.shop.hashed", "{% macro hashed(c) %}{{ adapter.dispatch('hashed')(c) }}{% endmacro %}");
  project.macro("macro.shop.postgres__hashed", "{% macro postgres__hashed(c) %}{{ c }}{% endmacro %}");
  project.macro("macro.shop.granted", "{% macro granted() %}x{% endmacro %}");
  project.macro("macro.shop.late", "{% macro late() %}x{% endmacro %}");
  project.macro("macro.shop.overridden", "{% macro overridden() %}x{% endmacro %}");
  project.macro("macro.shop.comment", "{% macro comment() %}x{% endmacro %}");
  project.file("dbt_project.yml", "name: shop\nversion: '1.0.0'\nprofile: shop\nquery-comment: \"{{ comment() }}\"\n");
  project.model("orders", "select {{ cents('a') }}, {{ hashed('b') }}\n");
  project.model("hooked", "select 1\n", R"({"config": {"post-hook": [{"sql": "{{ granted() }}"}]}})");
  project.model("later", "select 1\n{% if execute %}\n{{late()}}{% endif %}\n",
                R"({"depends_on": {"nodes": [], "macros": []}})");
  project.add("unit_test.shop.orders.t", R"({"overrides": {"macros": {"overridden": 1}}})");
  CHECK(project.lint("unused-macro") == Lines{});
  project.macro("macro.shop.recursive", "{% macro recursive(n) %}{{ recursive(n - 1) }}{% endmacro %}",
                R"({"depends_on": {"macros": ["macro.shop.recursive"]}})");
  CHECK(project.lint("unused-macro") ==
        Lines{"macros/recursive.sql:1:10: warn: nothing calls the macro recursive: unless somebody runs it by `dbt "
              "run-operation`, it is code that is kept up for nobody"});
  CHECK(project.option(R"({"entry_points": ["recursive"]})").lint("unused-macro") == Lines{});
}
