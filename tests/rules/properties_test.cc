// The rules about properties files and where a project's files lie.
#include <doctest/doctest.h>

#include "rules/properties/file_paths.h"
#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;

TEST_CASE("model-has-properties-file") {
  constexpr const char* kRule = "model-has-properties-file";
  TestProject project;
  project.model("orders", "select 1 as id\n");
  project.model("payments", "select 1 as id\n", R"({"patch_path": "shop://models/_models.yml"})");
  project.add("model.shop.scores", R"({"original_file_path": "models/scores.py", "language": "python"})");
  project.model("stg", "select 1 as id\n", R"({"config": {"materialized": "ephemeral"}})");
  project.add("model.shop.off", R"({"config": {"enabled": false}})");
  project.add("model.other.theirs");
  project.add("snapshot.shop.history");
  CHECK(project.lint(kRule) == Lines{"models/orders.sql:1:1: warn: orders is in no properties file: it can have no "
                                     "description, no declared columns and no tests; add an entry of that name under "
                                     "`models:` of a YAML file beside it",
                                     "models/scores.py: warn: scores is in no properties file: it can have no "
                                     "description, no declared columns and no tests; add an entry of that name under "
                                     "`models:` of a YAML file beside it"});
  CHECK(project.option(R"({"ephemeral": true})").lint(kRule).size() == 3);
  CHECK(TestProject()
            .model("payments", "select 1 as id\n", R"({"patch_path": "shop://models/_models.yml"})")
            .lint(kRule) == Lines{});
}

TEST_CASE("macro-has-properties") {
  constexpr const char* kRule = "macro-has-properties";
  TestProject project;
  project.macro("macro.shop.cents", "{% macro cents(c) %}{{ c }}{% endmacro %}\n");
  project.macro("macro.shop.default__star", "{% macro default__star() %}*{% endmacro %}\n");
  project.macro("macro.dbt_utils.star", "{% macro star() %}*{% endmacro %}\n");
  project.macro("macro.shop.euros", "{% macro euros(c) %}{{ c }}{% endmacro %}\n",
                R"({"patch_path": "shop://macros/_macros.yml"})");
  CHECK(project.lint(kRule).size() == 2);
  CHECK(project.option(R"({"implementations": false})").lint(kRule) ==
        Lines{"macros/cents.sql:1:10: warn: the macro cents is in no properties file: neither it nor its arguments can "
              "have a description"});
  CHECK(TestProject()
            .macro("macro.shop.euros", "{% macro euros() %}{% endmacro %}\n",
                   R"({"patch_path": "shop://macros/_macros.yml"})")
            .lint(kRule) == Lines{});
}

TEST_CASE("source-has-properties: what is asked for, in one finding") {
  constexpr const char* kRule = "source-has-properties";
  CHECK(
      TestProject().add("source.shop.raw.orders").lint(kRule) ==
      Lines{"models/schema.yml: warn: the properties of raw.orders have no columns, no description: this project asks "
            "for them of every table that it reads but does not build"});
  constexpr const char* kBoth = R"({"description": "Orders.", "columns": {"id": {"name": "id"}}})";
  CHECK(TestProject().add("source.shop.raw.orders", kBoth).lint(kRule) == Lines{});
  CHECK(TestProject().add("source.shop.raw.orders", R"({"config": {"enabled": false}})").lint(kRule) == Lines{});

  constexpr const char* kAll = R"({"properties": ["columns", "data_tests", "description", "freshness",
      "loaded_at_field", "loader", "meta", "source_description", "tags"]})";
  CHECK(
      TestProject().add("source.shop.raw.orders", kBoth).option(kAll).lint(kRule) ==
      Lines{"models/schema.yml: warn: the properties of raw.orders have no data tests, no freshness, no "
            "loaded_at_field, no loader, no meta, no description of the source, no tags: this project asks for them of "
            "every table that it reads but does not build"});
  TestProject whole;
  whole.add("source.shop.raw.orders",
            R"({"description": "Orders.", "columns": {"id": {"name": "id"}}, "loader": "fivetran", "tags": ["x"],
                "loaded_at_field": "at", "meta": {"owner": "a"}, "source_description": "The shop.",
                "freshness": {"warn_after": {"count": 12, "period": "hour"}, "error_after": {"count": null}}})");
  whole.test("not_null", "source.shop.raw.orders", "id");
  CHECK(whole.option(kAll).lint(kRule) == Lines{});
  TestProject in_config;
  in_config.add("source.shop.raw.orders",
                R"({"config": {"loader": "fivetran", "loaded_at_field": "at", "meta": {"owner": "a"}}})");
  CHECK(in_config.option(R"({"properties": ["loader", "loaded_at_field", "meta"]})").lint(kRule) == Lines{});
}

TEST_CASE("properties-colocated: the folder of the model and that of its entry") {
  constexpr const char* kRule = "properties-colocated";
  const auto project = [](std::string_view patch_path) {
    TestProject made;
    made.model("marts/orders", "select 1 as id\n", R"({"patch_path": ")" + std::string(patch_path) + "\"}");
    return made;
  };
  CHECK(project("shop://models/staging/_models.yml").lint(kRule) ==
        Lines{"models/staging/_models.yml: warn: orders lies in models/marts, but its properties in "
              "models/staging/_models.yml and not in models/marts: who changes the one overlooks the other"});
  CHECK(project("shop://models/marts/_models.yml").lint(kRule) == Lines{});
  CHECK(project("shop://models\\\\marts\\\\_models.yml").lint(kRule) == Lines{});  // written on Windows
  CHECK(project("models/marts/_models.yml").lint(kRule) == Lines{});               // by an old dbt
  CHECK(project("").lint(kRule) == Lines{});                                       // no entry at all
  CHECK(project("other://models/_models.yml").lint(kRule) == Lines{});             // another package's file
  constexpr const char* kBelow = R"({"mode": "relative_subdirectory", "allowed_subdirectories": ["schema", "docs"]})";
  CHECK(project("shop://models/marts/docs/_models.yml").lint(kRule).size() == 1);
  CHECK(project("shop://models/marts/docs/_models.yml").option(kBelow).lint(kRule) == Lines{});
  CHECK(project("shop://models/marts/_models.yml").option(kBelow).lint(kRule) ==
        Lines{"models/marts/_models.yml: warn: orders lies in models/marts, but its properties in "
              "models/marts/_models.yml and not in models/marts/schema or docs: who changes the one overlooks the "
              "other"});
  constexpr const char* kEither = R"({"mode": "same_or_subdirectory", "allowed_subdirectories": ["docs"]})";
  CHECK(project("shop://models/marts/docs/_models.yml").option(kEither).lint(kRule) == Lines{});
  CHECK(project("shop://models/marts/_models.yml").option(kEither).lint(kRule) == Lines{});
  CHECK(project("shop://models/_models.yml").option(kEither).lint(kRule).size() == 1);
}

TEST_CASE("properties-colocated: other resources, and only what is tested") {
  constexpr const char* kRule = "properties-colocated";
  const auto project = [] {
    TestProject made;
    made.add("seed.shop.countries", R"({"patch_path": "shop://models/_seeds.yml"})");
    made.add("snapshot.shop.history", R"({"patch_path": "shop://snapshots/_s.yml"})");
    made.macro("macro.shop.cents", "{% macro cents(c) %}{{ c }}{% endmacro %}\n",
               R"({"patch_path": "shop://models/_macros.yml"})");
    made.model("marts/orders", "select 1 as id\n", R"({"patch_path": "shop://models/_models.yml"})");
    return made;
  };
  CHECK(
      project().option(R"({"resources": ["seed", "snapshot", "macro"]})").lint(kRule) ==
      Lines{"macros/cents.sql:1:10: warn: the macro cents lies in macros, but its properties in models/_macros.yml and "
            "not in macros: who changes the one overlooks the other",
            "models/_seeds.yml: warn: countries lies in seeds, but its properties in models/_seeds.yml and not in "
            "seeds: who changes the one overlooks the other"});
  CHECK(project().lint(kRule).size() == 1);
  CHECK(project().option(R"({"tested_only": true})").lint(kRule) == Lines{});
  CHECK(project().test("unique", "model.shop.orders", "id").option(R"({"tested_only": true})").lint(kRule).size() == 1);
}

TEST_CASE("properties-file-layout: one file for a folder, or one for a model") {
  constexpr const char* kRule = "properties-file-layout";
  const auto project = [](std::string_view file, std::string_view folder = "staging/crm") {
    TestProject made;
    const std::string json = R"({"patch_path": "shop://models/)" + std::string(file) + "\"}";
    made.model(std::string(folder) + "/stg_leads", "select 1 as id\n", json);
    made.model(std::string(folder) + "/stg_users", "select 1 as id\n", json);
    return made;
  };
  CHECK(project("staging/crm/schema.yml").lint(kRule) ==
        Lines{"models/staging/crm/schema.yml: warn: the properties of stg_leads are in "
              "models/staging/crm/schema.yml, where the layout `per_directory` has _stg_crm__models.yml: nobody finds "
              "them by their name"});
  for (const char* right : {"_stg_crm__models.yml", "_crm__models.yml", "_crm__models.yaml"}) {
    CHECK(project("staging/crm/" + std::string(right)).lint(kRule) == Lines{});
  }
  CHECK(project("staging/crm/stg_crm__models.yml").lint(kRule).size() == 1);
  CHECK(project("staging/crm/_crm__sources.yml").lint(kRule).size() == 1);
  CHECK(project("marts/finance/_finance__models.yml", "marts/finance").lint(kRule) == Lines{});
  CHECK(project("staging/crm/schema.yml").option(R"({"layout": "per_model"})").lint(kRule).size() == 2);
  CHECK(project("staging/crm/stg_leads.yml").option(R"({"layout": "per_model"})").lint(kRule) ==
        Lines{"models/staging/crm/stg_leads.yml: warn: the properties of stg_users are in "
              "models/staging/crm/stg_leads.yml, where the layout `per_model` has stg_users.yml: nobody finds them by "
              "their name"});
  CHECK(project("staging/crm/schema.yml").option(R"({"name_pattern": "schema\\.ya?ml"})").lint(kRule) == Lines{});
  CHECK(project("staging/crm/my_schema.yml").option(R"({"name_pattern": "schema\\.ya?ml"})").lint(kRule) ==
        Lines{"models/staging/crm/my_schema.yml: warn: the properties of stg_leads are in "
              "models/staging/crm/my_schema.yml, where the layout `name_pattern` has a name that matches "
              "`schema\\.ya?ml`: nobody finds them by their name"});
}

TEST_CASE("source-properties-location and source-file-name") {
  constexpr const char* kRule = "source-properties-location";
  const auto project = [](std::string_view file) {
    TestProject made;
    made.add("source.shop.my_app.users", R"({"original_file_path": ")" + std::string(file) + "\"}");
    made.add("source.shop.my_app.events", R"({"original_file_path": ")" + std::string(file) + "\"}");
    return made;
  };
  CHECK(project("models/staging/_sources.yml").lint(kRule) ==
        Lines{"models/staging/_sources.yml: warn: my_app.events is defined in models/staging/_sources.yml, not below a "
              "folder of its source (models/staging/my_app/_sources.yml): whoever works on the source does not find it",
              "models/staging/_sources.yml: warn: my_app.users is defined in models/staging/_sources.yml, not below a "
              "folder of its source (models/staging/my_app/_sources.yml): whoever works on the source does not find "
              "it"});
  CHECK(project("models/staging/my_app/_sources.yml").lint(kRule) == Lines{});
  CHECK(project("models/staging/my-app-2/_sources.yml").lint(kRule) == Lines{});
  CHECK(project(R"(models\\staging\\my_app\\_sources.yml)").lint(kRule) == Lines{});
  CHECK(project("models/staging/my_app.yml").lint(kRule).size() == 2);  // the file's name is no folder
  CHECK(
      project("models/staging/my_app/_sources.yml").option(R"({"naming": true})").lint(kRule) ==
      Lines{"models/staging/my_app/_sources.yml: warn: models/staging/my_app/_sources.yml defines sources, but is not "
            "called _stg_my_app__sources.yml: nobody finds them by the file's name"});
  CHECK(project("models/staging/my_app/_my_app__sources.yml").option(R"({"naming": true})").lint(kRule) == Lines{});

  CHECK(project("models/schema.yml").lint("source-file-name") == Lines{});
  constexpr const char* kPattern = R"({"pattern": "_.*__sources\\.yml"})";
  CHECK(project("models/schema.yml").option(kPattern).lint("source-file-name") ==
        Lines{"models/schema.yml: warn: models/schema.yml defines sources, but its name does not match "
              "`_.*__sources\\.yml`: nobody finds them by the file's name"});
  CHECK(project("models/_crm__sources.yml").option(kPattern).lint("source-file-name") == Lines{});
  CHECK(project("models/_crm__sources.yml.bak").option(kPattern).lint("source-file-name").size() == 1);
}

TEST_CASE("macro-properties-location and macro-name-matches-file") {
  const auto project = [](std::string_view name, std::string_view file, std::string_view patch_path = "") {
    TestProject made;
    made.macro(
        "macro.shop." + std::string(name), "{% macro " + std::string(name) + "() %}{% endmacro %}\n",
        R"({"original_file_path": ")" + std::string(file) + R"(", "patch_path": ")" + std::string(patch_path) + "\"}");
    return made;
  };
  constexpr const char* kRule = "macro-properties-location";
  CHECK(
      project("cents", "macros/cents.sql", "shop://macros/schema.yml").lint(kRule) ==
      Lines{
          "macros/cents.sql:1:10: warn: the properties of the macro cents are in macros/schema.yml, where dbt's guide "
          "has _macros.yml: nobody finds them by their name"});
  CHECK(project("cents", "macros/cents.sql", "shop://macros/_macros.yml").lint(kRule) == Lines{});
  CHECK(project("cents", "macros/crm/cents.sql", "shop://macros/crm/_macros.yml").lint(kRule).size() == 1);
  CHECK(project("cents", "macros/crm/cents.sql", "shop://macros/crm/_crm__macros.yml").lint(kRule) == Lines{});
  CHECK(project("cents", "macros/cents.sql").lint(kRule) == Lines{});
  CHECK(project("test_x", "tests/generic/x.sql", "shop://tests/generic/tests.yml").lint(kRule) == Lines{});

  constexpr const char* kName = "macro-name-matches-file";
  CHECK(project("cents_to_euros", "macros/money.sql").lint(kName) ==
        Lines{"macros/money.sql:1:10: warn: the macro cents_to_euros is in money.sql: whoever looks for it by the name "
              "that it is called by does not find it"});
  CHECK(project("cents", "macros\\\\cents.sql").lint(kName) == Lines{});
  CHECK(project("test_positive", "tests/generic/positive.sql").lint(kName) == Lines{});
  CHECK(project("snowflake__star", "macros/star.sql").lint(kName) == Lines{});
  CHECK(project("snowflake__star", "macros/stars.sql").lint(kName).size() == 1);
  CHECK(project("materialization_insert_by_period_default", "macros/insert_by_period.sql").lint(kName) == Lines{});
  CHECK(project("materialization_insert_by_period_default", "macros/insert.sql").lint(kName).size() == 1);
}

TEST_CASE("model-directory: the folder of the layer") {
  constexpr const char* kRule = "model-directory";
  const auto project = [](std::string_view name) {
    TestProject made;
    made.model(name, "select 1 as id\n");
    return made;
  };
  CHECK(
      project("marts/stg_orders").lint(kRule) ==
      Lines{
          "models/marts/stg_orders.sql:1:1: warn: stg_orders is called like a model of the layer staging, but lies in "
          "models/marts, a folder of the layer marts: who looks for it, and what is configured by folder, goes by "
          "the wrong place"});
  CHECK(project("marts/intermediate/fct_orders").lint(kRule).size() == 1);  // the innermost folder counts
  CHECK(project("intermediate/marts/fct_orders").lint(kRule) == Lines{});
  CHECK(project("marts/orders").lint(kRule) == Lines{});        // no prefix: the folder is the layer
  CHECK(project("finance/fct_orders").lint(kRule) == Lines{});  // a folder of no layer
  CHECK(project("finance/fct_orders").option(R"({"layers": {"marts": ["marts", "core"]}})").lint(kRule) ==
        Lines{"models/finance/fct_orders.sql:1:1: warn: fct_orders lies in models/finance, which is no folder of its "
              "layer marts (marts and core): who looks for it, and what is configured by folder, goes by the wrong "
              "place"});
  CHECK(project("core/fct_orders").option(R"({"layers": {"marts": ["marts", "core"]}})").lint(kRule) == Lines{});
  CHECK(project("marts/rep_orders")
            .settings("layers:\n  reports: {prefixes: [rep_], folders: [reports]}\n")
            .lint(kRule)
            .size() == 1);
}

TEST_CASE("model-directory: below the folder of the source") {
  constexpr const char* kRule = "model-directory";
  const auto project = [](std::string_view name) {
    TestProject made;
    made.add("source.shop.my_app.users");
    made.add("source.shop.crm.leads");
    made.model("base_users", "select * from {{ source('my_app', 'users') }}\n");
    made.model("fct_users", "select * from {{ source('my_app', 'users') }}\n");
    made.model(name, "select * from {{ ref('base_users') }} join {{ source('crm', 'leads') }} using (id)\n");
    made.add("model.shop.stg_alone", R"({"original_file_path": "models/stg_alone.sql"})");
    return made;
  };
  // Also through another model; the innermost of both sources are asked for.
  CHECK(
      project("staging/stg_users").lint(kRule) ==
      Lines{"models/staging/stg_users.sql:1:1: warn: stg_users is a staging model of the sources crm and my_app, but "
            "lies in models/staging, not in a folder of that name: who looks for it, and what is configured by folder, "
            "goes by the wrong place"});
  CHECK(project("staging/my_app/stg_users").lint(kRule) ==
        Lines{"models/staging/my_app/stg_users.sql:1:1: warn: stg_users is a staging model of the source crm, but lies "
              "in models/staging/my_app, not in a folder of that name: who looks for it, and what is configured by "
              "folder, goes by the wrong place"});
  CHECK(project("staging/my-app/crm/stg_users").lint(kRule) == Lines{});
  CHECK(project("staging/stg_users").option(R"({"source_subfolder": false})").lint(kRule) == Lines{});
}

TEST_CASE("permitted-subdirectories: once for a folder") {
  constexpr const char* kRule = "permitted-subdirectories";
  constexpr const char* kAllowed = R"({"allowed": ["staging", "marts"]})";
  const auto project = [] {
    TestProject made;
    made.model("temp/a", "select 1 as id\n").model("temp/b/c", "select 1 as id\n");
    made.model("marts/temp/d", "select 1 as id\n").model("top", "select 1 as id\n");
    made.add("seed.shop.countries");
    return made;
  };
  CHECK(project().lint(kRule) == Lines{});
  CHECK(project().option(kAllowed).lint(kRule) ==
        Lines{"models/temp/a.sql:1:1: warn: models has the folder temp with a in it, which is none of those that are "
              "permitted there (staging and marts): what is configured and looked for by folder leaves it out",
              "models/top.sql:1:1: warn: top lies directly in models, not in one of the folders that are permitted "
              "there (staging and marts): what is configured and looked for by folder leaves it out"});
  CHECK(project().option(kAllowed).option(R"({"files_in_root": true})").lint(kRule).size() == 1);
  CHECK(project().option(R"({"allowed": ["crm"], "path_postfix": "marts"})").lint(kRule) ==
        Lines{"models/marts/temp/d.sql:1:1: warn: models/marts has the folder temp with d in it, which is none of "
              "those that are permitted there (crm): what is configured and looked for by folder leaves it out"});
  CHECK(project().option(R"({"allowed": ["temp"], "root": "models/marts"})").lint(kRule) == Lines{});
  CHECK(project().option(R"({"allowed": ["x"], "path_prefix": "dbt"})").lint(kRule) == Lines{});
}

TEST_CASE("empty-model-file: nothing at all, or nothing that is a query") {
  constexpr const char* kRule = "empty-model-file";
  const auto lint = [](std::string_view sql, std::string_view json = "{}") {
    TestProject project;
    project.model("orders", sql, json);
    return project.lint(kRule);
  };
  CHECK(lint(" \n\n") ==
        Lines{"models/orders.sql:1:1: error: orders has no code: dbt passes it over without a word, and "
              "whatever refers to it reads a relation that nobody builds"});
  CHECK(
      lint("{{ config(materialized='table') }}\n\n-- select 1\n/* select 2 */ {# select 3 #}") ==
      Lines{"models/orders.sql:1:1: error: orders has no query, only comments and config(): the database refuses what "
            "dbt makes of it"});
  CHECK(lint("{{ config(materialized='table') }}\n-- one\nselect 1 as id") == Lines{});
  CHECK(lint("{{ everything() }}") == Lines{});
  CHECK(lint("{{ config_of('x') }}") == Lines{});
  CHECK(lint("{% set x = 1 %}") == Lines{});  // a macro may write what is not seen here
  CHECK(lint("(select 1 as id)") == Lines{});
  CHECK(lint("# def model(dbt, session):", R"({"language": "python"})") == Lines{});
  CHECK(lint("", R"({"config": {"enabled": false}})") == Lines{});
  CHECK(lint("--placeholder--") == Lines{});  // of an engine that does not keep the code
}

TEST_CASE("paths as the manifest has them") {
  using namespace plowline;
  CHECK(folder_of("models/a/b.sql") == "models/a");
  CHECK(folder_of(R"(models\a\b.sql)") == "models/a");
  CHECK(folder_of("b.sql") == "");
  CHECK(file_name_of(R"(models\a\b.sql)") == "b.sql");
  CHECK(without_ending("b.sql") == "b");
  CHECK(without_ending("b.v1.sql") == "b.v1");
  CHECK(folders_in("models/a") == std::vector<std::string>{"models", "a"});
  CHECK(folders_in("").empty());
  CHECK(properties_path(R"(shop://models\a.yml)").path == "models/a.yml");
  CHECK(properties_path("models/a.yml").package.empty());
  CHECK(like_part_of("models/my-app", "my_app"));
  CHECK(!like_part_of("models/my/app", "my_apps"));
}
