// The rules that ask for descriptions of nodes, columns and macros.
#include <doctest/doctest.h>

#include "rules/documentation/macro_parts.h"
#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

TEST_CASE("model-description: at the entry in the YAML file, or at the model's file") {
  constexpr const char* kRule = "model-description";
  TestProject project;
  project.file("models/_models.yml", "models:\n  - name: orders\n  - name: payments\n    description: ' '\n");
  project.model("orders", "select 1 as id\n", R"({"patch_path": "shop://models/_models.yml"})");
  // What a doc block of blanks renders to is no description.
  project.model("payments", "select 1 as id\n",
                R"({"patch_path": "shop://models/_models.yml", "description": " \n\t"})");
  project.model("refunds", "select 1 as id\n");
  project.model("customers", "select 1 as id\n", R"({"description": "One row per customer."})");
  CHECK(project.lint(kRule) ==
        Lines{"models/_models.yml:2:11: warn: orders has no description: whoever finds it in the documentation has to "
              "read its code to know what one row is",
              "models/_models.yml:3:11: warn: payments has no description: whoever finds it in the documentation has "
              "to read its code to know what one row is",
              "models/refunds.sql:1:1: warn: refunds has no description: whoever finds it in the documentation has to "
              "read its code to know what one row is"});
}

TEST_CASE("model-description: versions one by one, neither disabled models nor packages nor other nodes") {
  constexpr const char* kRule = "model-description";
  TestProject project;
  project.add("model.shop.orders.v1", R"({"description": "Orders."})");
  project.add("model.shop.orders.v2", R"({"original_file_path": "models\\marts\\orders_v2.sql"})");
  project.add("model.shop.off", R"({"config": {"enabled": false}})");
  project.disabled("model.shop.gone");
  project.add("model.other.theirs");
  project.add("seed.shop.countries");
  CHECK(project.lint(kRule) ==
        Lines{"models/marts/orders_v2.sql: warn: orders.v2 has no description: whoever finds it in the documentation "
              "has to read its code to know what one row is"});
  CHECK(project.lint_packages().lint(kRule).size() == 2);
}

TEST_CASE("model-description: options") {
  constexpr const char* kRule = "model-description";
  const auto project = [](std::string_view description, std::string_view option) {
    TestProject made;
    made.model("staging/stg_orders", "select 1 as id\n",
               R"({"config": {"materialized": "ephemeral"}, "description": ")" + std::string(description) + "\"}");
    made.option(option);
    return made;
  };
  CHECK(project("Grün", R"({"min_length": 5})").lint(kRule) ==
        Lines{"models/staging/stg_orders.sql:1:1: warn: stg_orders has a description of 4 characters, where 5 are "
              "asked for: whoever finds it in the documentation has to read its code to know what one row is"});
  CHECK(project("Grün", R"({"min_length": 4})").lint(kRule) == Lines{});
  CHECK(project("Todo: what is it", R"({"forbidden": ["tbd", "TODO"]})").lint(kRule) ==
        Lines{"models/staging/stg_orders.sql:1:1: warn: stg_orders has `TODO` in its description: whoever finds it in "
              "the documentation has to read its code to know what one row is"});
  // A word that has the phrase in it is another word.
  CHECK(project("What todos are open", R"({"forbidden": ["TODO"]})").lint(kRule) == Lines{});
  CHECK(project("", R"({"layers": ["marts"]})").lint(kRule) == Lines{});
  CHECK(project("", R"({"layers": ["marts", "staging"]})").lint(kRule).size() == 1);
  CHECK(project("", R"({"ephemeral": false})").lint(kRule) == Lines{});
  CHECK(project("", R"({"ephemeral": true})").lint(kRule).size() == 1);
}

TEST_CASE("seed-, snapshot-, exposure-, semantic-model-, unit-test- and source-table-description") {
  struct Case {
    const char* rule;
    const char* unique_id;
    const char* finding;
  };
  const Case cases[] = {
      {"seed-description", "seed.shop.countries",
       "seeds/countries.csv: warn: countries has no description: nobody can tell where its rows come from and who "
       "keeps them"},
      {"snapshot-description", "snapshot.shop.history",
       "snapshots/history.sql: warn: history has no description: whoever finds it in the documentation cannot know "
       "whose history it keeps"},
      {"exposure-description", "exposure.shop.kpis",
       "models/schema.yml: warn: kpis has no description: whoever changes a model cannot know what it is that depends "
       "on it"},
      {"semantic-model-description", "semantic_model.shop.orders",
       "semantic_models/schema.yml: warn: orders has no description: whoever queries its metrics cannot know what they "
       "are measured on"},
      {"unit-test-description", "unit_test.shop.orders.counts",
       "unit_tests/schema.yml: warn: counts has no description: whoever sees it fail cannot know what it guards"},
      {"source-table-description", "source.shop.raw.orders",
       "models/schema.yml: warn: raw.orders has no description: whoever finds it in the documentation cannot know what "
       "was loaded into it"},
  };
  for (const Case& a_case : cases) {
    CHECK(TestProject().add(a_case.unique_id).lint(a_case.rule) == Lines{a_case.finding});
    CHECK(TestProject().add(a_case.unique_id, R"({"description": null})").lint(a_case.rule).size() == 1);
    CHECK(TestProject().add(a_case.unique_id, R"({"description": "What it is."})").lint(a_case.rule) == Lines{});
    CHECK(TestProject()
              .add(a_case.unique_id, R"({"description": "It."})")
              .option(R"({"min_length": 4})")
              .lint(a_case.rule)
              .size() == 1);
    // A node of another type, a package's node, a disabled one.
    TestProject others;
    others.model("orders", "select 1 as id\n");
    others.disabled(a_case.unique_id);
    CHECK(others.lint(a_case.rule) == Lines{});
  }
}

TEST_CASE("exposure-description: the owner, where that is asked for") {
  constexpr const char* kRule = "exposure-description";
  const auto project = [](std::string_view owner) {
    TestProject made;
    made.add("exposure.shop.kpis", R"({"description": "Weekly.", "owner": )" + std::string(owner) + "}");
    return made;
  };
  CHECK(project(R"({"name": " ", "email": null})").lint(kRule) == Lines{});
  CHECK(
      project(R"({"name": " ", "email": null})").option(R"({"owner": true})").lint(kRule) ==
      Lines{"models/schema.yml: warn: kpis has neither a name nor an e-mail address of its owner: nobody can be asked "
            "before a model changes under it"});
  CHECK(project(R"({"email": "a@b.example"})").option(R"({"owner": true})").lint(kRule) == Lines{});
  CHECK(project(R"({"name": "Finance"})").option(R"({"owner": true})").lint(kRule) == Lines{});
}

TEST_CASE("source-description: once for a source, at its first table") {
  constexpr const char* kRule = "source-description";
  TestProject project;
  project.file("models/_sources.yml",
               "sources:\n  - name: crm\n    tables:\n      - name: leads\n      - name: campaigns\n  - name: raw\n"
               "    description: The shop.\n    tables:\n      - name: orders\n");
  project.add("source.shop.crm.leads", R"({"original_file_path": "models/_sources.yml", "description": "Leads."})");
  project.add("source.shop.crm.campaigns", R"({"original_file_path": "models/_sources.yml"})");
  project.add("source.shop.raw.orders",
              R"({"original_file_path": "models/_sources.yml", "source_description": "The shop."})");
  CHECK(
      project.lint(kRule) ==
      Lines{"models/_sources.yml:5:15: warn: the source crm has no description: nobody can tell what system its tables "
            "come from and who loads them"});
  CHECK(TestProject().add("source.shop.crm.leads", R"({"config": {"enabled": false}})").lint(kRule) == Lines{});
  CHECK(TestProject()
            .add("source.shop.crm.leads", R"({"source_description": "CRM"})")
            .option(R"({"min_length": 4})")
            .lint(kRule)
            .size() == 1);
}

TEST_CASE("model-column-description: each column, where it is declared") {
  constexpr const char* kRule = "model-column-description";
  TestProject project;
  project.file("models/_models.yml",
               "models:\n  - name: orders\n    columns:\n      - name: id\n      - name: Amount\n        description: "
               "In cents.\n      - name: note\n");
  constexpr const char* kColumns =
      R"({"patch_path": "shop://models/_models.yml", "columns": {"id": {"name": "id", "description": ""},
          "Amount": {"name": "Amount", "description": "In cents."}, "note": {"name": "note", "description": " "}}})";
  project.model("orders", "select 1 as id\n", kColumns);
  CHECK(project.lint(kRule) ==
        Lines{"models/_models.yml:4:15: warn: the column id of orders has no description: whoever queries it has to "
              "guess what is in it [column id]",
              "models/_models.yml:7:15: warn: the column note of orders has no description: whoever queries it has to "
              "guess what is in it [column note]"});
  CHECK(project.option(R"({"column_pattern": "i."})").lint(kRule).size() == 1);
  CHECK(project.option(R"({"column_pattern": "i"})").lint(kRule) == Lines{});

  // Nobody can query an ephemeral model; a model that declares nothing has nothing to describe.
  TestProject others;
  others.model("stg", "select 1 as id\n",
               R"({"config": {"materialized": "ephemeral"}, "columns": {"id": {"name": "id"}}})");
  others.model("none", "select 1 as id\n");
  others.add("seed.shop.countries", R"({"columns": {"code": {"name": "code"}}})");
  CHECK(others.lint(kRule) == Lines{});
  CHECK(others.option(R"({"ephemeral": true})").lint(kRule).size() == 1);
}

TEST_CASE("source- and seed-column-description") {
  TestProject project;
  project.add("source.shop.raw.orders",
              R"({"columns": {"st": {"name": "st"}, "id": {"name": "id", "description": "The number."}}})");
  project.add("seed.shop.countries", R"({"columns": {"code": {"name": "code"}}})");
  CHECK(
      project.lint("source-column-description") ==
      Lines{"models/schema.yml: warn: the column st of raw.orders has no description: whoever queries it has to guess "
            "what is in it [column st]"});
  CHECK(project.lint("seed-column-description") ==
        Lines{"seeds/countries.csv: warn: the column code of countries has no description: whoever queries it has to "
              "guess what is in it [column code]"});
  TestProject described;
  described.add("source.shop.raw.orders", R"({"columns": {"id": {"name": "id", "description": "The number."}}})");
  described.add("seed.shop.countries", R"({"columns": {"code": {"name": "code", "description": "ISO 3166."}}})");
  CHECK(described.lint("source-column-description") == Lines{});
  CHECK(described.lint("seed-column-description") == Lines{});
  CHECK(described.option(R"({"min_length": 10})").lint("seed-column-description").size() == 1);
}

TEST_CASE("macro-description") {
  constexpr const char* kRule = "macro-description";
  TestProject project;
  project.macro("macro.shop.cents", "\n{% macro cents(c) %}{{ c }}{% endmacro %}\n");
  project.macro("macro.shop.default__cents", "{% macro default__cents(c) %}{{ c }}{% endmacro %}\n");
  project.macro("macro.shop.euros", "{% macro euros(c) %}{{ c }}{% endmacro %}\n", R"({"description": "Euros."})");
  project.macro("macro.dbt.star", "{% macro star() %}*{% endmacro %}\n");
  CHECK(
      project.lint(kRule) ==
      Lines{"macros/cents.sql:2:10: warn: the macro cents has no description: whoever wants to call it has to read its "
            "code, and to trust it",
            "macros/default__cents.sql:1:10: warn: the macro default__cents has no description: whoever wants to call "
            "it has to read its code, and to trust it"});
  CHECK(project.option(R"({"implementations": false})").lint(kRule).size() == 1);
  CHECK(TestProject()
            .macro("macro.shop.euros", "{% macro euros() %}{% endmacro %}\n", R"({"description": "Euros."})")
            .lint(kRule) == Lines{});
}

TEST_CASE("macro-argument-description and macro-argument-type: once for a macro") {
  TestProject project;
  project.macro("macro.shop.cents", "{% macro cents(column, digits=2, sign='),') -%}{{ column }}{% endmacro %}\n",
                R"({"arguments": [{"name": "column", "type": "string", "description": "SQL."},
                    {"name": "digits", "type": null, "description": ""}]})");
  CHECK(
      project.lint("macro-argument-description") ==
      Lines{"macros/cents.sql:1:10: warn: the macro cents does not describe its argument digits: whoever calls it has "
            "to read its code to know what to pass"});
  CHECK(project.lint("macro-argument-type") ==
        Lines{"macros/cents.sql:1:10: warn: the macro cents gives no type of its argument digits: whether a name, a "
              "relation or a list is to be passed has to be tried out"});
  CHECK(project.option(R"({"undeclared": true})").lint("macro-argument-description") ==
        Lines{"macros/cents.sql:1:10: warn: the macro cents does not describe its arguments digits and sign: whoever "
              "calls it has to read its code to know what to pass"});

  TestProject whole;
  whole.macro("macro.shop.cents", "{% macro cents(column) %}{{ column }}{% endmacro %}\n",
              R"({"arguments": [{"name": "column", "type": "string", "description": "SQL."}]})");
  whole.macro("macro.shop.undeclared", "{% macro undeclared(column) %}{{ column }}{% endmacro %}\n");
  CHECK(whole.lint("macro-argument-description") == Lines{});
  CHECK(whole.lint("macro-argument-type") == Lines{});
}

TEST_CASE("parameters of macros, tests and materializations") {
  using Names = std::vector<std::string_view>;
  using plowline::macro_parameters;
  CHECK(macro_parameters("{% macro x() %}{% endmacro %}") == Names{});
  CHECK(macro_parameters("{%- macro x( a , b=[1, (2)], c={'d': ','}, **kwargs ) -%}{{ y(z) }}{% endmacro %}") ==
        Names{"a", "b", "c", "kwargs"});
  CHECK(macro_parameters("{% test positive(model, column_name) %}select 1{% endtest %}") ==
        Names{"model", "column_name"});
  CHECK(macro_parameters("{% materialization x, adapter='default' %}{{ f(1) }}{% endmaterialization %}") == Names{});
  CHECK(macro_parameters("{% macro x(a, b='unclosed") == Names{"a"});
  CHECK(macro_parameters("no macro (at, all)") == Names{});
}
