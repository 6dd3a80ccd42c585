#include "lint/taken_config.h"

#include <doctest/doctest.h>

#include "lint/config.h"
#include "support/support.h"

namespace plowline::testing {
namespace {

TakenConfig taken_from(const std::string& name, const std::string& text) {
  const TemporaryFolder folder;
  const auto taken = take_config(folder.write(name, text));
  REQUIRE_MESSAGE(taken, (taken ? "" : to_text(taken.error())));
  return *taken;
}

const TakenEntry* entry_of(const TakenConfig& taken, std::string_view rule) {
  const auto found = std::ranges::find(taken.entries, rule, &TakenEntry::rule);
  return found == taken.entries.end() ? nullptr : &*found;
}

std::string option_of(const TakenConfig& taken, std::string_view rule, std::string_view option) {
  const TakenEntry* entry = entry_of(taken, rule);
  if (entry == nullptr) return "no " + std::string(rule);
  for (const auto& [name, value] : entry->options) {
    if (name == option) return value;
  }
  return "not set";
}

bool lists(const TakenConfig& taken, std::string_view from) {
  return std::ranges::any_of(taken.untaken, [&](const UntakenPart& part) {
    return part.from.find(from) != std::string::npos && !part.reason.empty();
  });
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("init --from: dbt-checkpoint's hooks and their arguments") {
  const TakenConfig taken = taken_from(".pre-commit-config.yaml", R"(
repos:
  - repo: https://github.com/pre-commit/pre-commit-hooks
    hooks: [{id: trailing-whitespace}]
  - repo: https://github.com/dbt-checkpoint/dbt-checkpoint
    rev: v2.0.7
    hooks:
      - id: dbt-parse
      - id: check-model-has-description
        files: ^models/marts/
        exclude: ^models/marts/legacy|^models/marts/old.sql$
      - id: check-model-has-tests-by-name
        args: ["--tests", "unique=1", "not_null=2", "--"]
      - id: check-model-has-meta-keys
        args: ["--meta-keys", owner, sla, "--manifest", target/manifest.json]
      - id: check-model-tags
        args: [--tags, daily, hourly, --has-any-tags]
      - id: check-model-parents-and-childs
        args: ["--min-child-cnt=1", "--max-parent-cnt=7"]
      - id: check-model-has-columns-with-types
        args: ['--columns=[{"name": "_loaded_at", "type": "timestamp"}]']
      - id: check-source-has-freshness
        args: [--freshness, error_after, warn_after]
      - id: check-model-name-contract
        args: [--pattern, "(stg|int)_.*"]
        files: (?i)marts
      - id: check-something-of-our-own
)");
  CHECK(taken.linter == "dbt-checkpoint");
  const TakenEntry* described = entry_of(taken, "model-description");
  REQUIRE(described != nullptr);
  CHECK(described->severity == "error");
  CHECK(described->where == Texts{"path:models/marts"});
  CHECK(described->except == Texts{"path:models/marts/legacy", "path:models/marts/old.sql"});
  CHECK(option_of(taken, "model-tests-by-name", "tests") == "{unique: 1, not_null: 2}");
  CHECK(option_of(taken, "model-meta-keys", "keys") == "[owner, sla]");
  CHECK(option_of(taken, "model-meta-keys", "allow_extra") == "false");
  CHECK(option_of(taken, "model-tags", "any") == "[daily, hourly]");
  CHECK(option_of(taken, "child-count", "min") == "1");
  CHECK(option_of(taken, "parent-count", "max") == "7");
  CHECK(option_of(taken, "required-columns", "columns") == "{_loaded_at: timestamp}");
  CHECK(option_of(taken, "source-freshness", "require") == "[warn, error]");
  CHECK(lists(taken, "dbt-parse"));
  CHECK(lists(taken, "check-something-of-our-own"));
  CHECK(lists(taken, "check-model-name-contract files: (?i)marts"));
  CHECK(!lists(taken, "trailing-whitespace"));
  CHECK(!lists(taken, "--manifest"));
}

TEST_CASE("init --from: dbt-bouncer's checks, several of one rule") {
  const TakenConfig taken = taken_from("dbt-bouncer.yml", R"(
severity: warn
exclude: ^models/legacy
manifest_checks:
  - name: check_model_access
    include: ^models/marts
    access: public
    severity: error
  - name: check_model_access
    include: ^models/staging
    access: protected
  - name: check_model_max_upstream_dependencies
  - name: check_model_names
    model_name_pattern: ^(?!bad_).*
  - name: check_model_has_tags
    tags: [daily]
    criteria: any
  - name: check_model_depends_on_macros
    required_macros: [dbt.is_incremental]
    materialization: incremental
  - name: check_model_directories
    include: ^models/staging
    permitted_sub_directories: [crm, payments]
  - name: check_of_ours
catalog_checks:
  - name: check_column_name_complies_to_column_type
    column_name_pattern: ^is_.*
    types: [BOOLEAN]
run_results_checks:
  - name: check_run_results_max_execution_time
    max_execution_time_seconds: 60
)");
  REQUIRE(taken.entries.size() >= 2);
  CHECK(taken.entries[0].severity == "error");
  CHECK(taken.entries[0].where == Texts{"path:models/marts"});
  CHECK(taken.entries[0].except == Texts{"path:models/legacy"});
  CHECK(taken.entries[1].severity == "warn");
  CHECK(option_of(taken, "parent-count", "max") == "5");
  CHECK(option_of(taken, "multiple-sources-joined", "max") == "1");
  CHECK(lists(taken, "check_model_names model_name_pattern"));  // RE2 has no look-ahead
  CHECK(entry_of(taken, "model-name") == nullptr);
  CHECK(option_of(taken, "model-tags", "any") == "[daily]");
  CHECK(entry_of(taken, "required-macro-dependency")->where == Texts{"config.materialized:incremental"});
  CHECK(option_of(taken, "permitted-subdirectories", "root") == "models/staging");
  CHECK(option_of(taken, "column-name-type-contract", "direction") == "type-to-name");
  CHECK(option_of(taken, "run-max-execution-time", "max") == "60");
  CHECK(lists(taken, "check_of_ours"));
  const std::string text = config_text(taken, {});
  CHECK(text.find("  model-access:\n    - severity: error  # check_model_access, line 5\n") != std::string::npos);
  CHECK(text.find("# What has no equal in plowline:\n") != std::string::npos);
}

TEST_CASE("init --from: dbt-project-evaluator's variables, switched off models and exceptions") {
  const TemporaryFolder folder;
  folder.write("seeds/dbt_project_evaluator_exceptions.csv",
               "fct_name,column_name,id_to_exclude,comment\n"
               "fct_undocumented_models,resource_name,stg_%,\"staging, later\"\n"
               "fct_unused_sources,parent,raw.orders,\n"
               "fct_model_fanout,leaf_children,orders,\n"
               "fct_nothing,child,x,\n");
  const auto taken = take_config(folder.write("dbt_project.yml", R"(
name: shop
profile: shop
models:
  dbt_project_evaluator:
    marts:
      structure: {+enabled: false}
      dag:
        fct_root_models: {+enabled: false}
vars:
  dbt_project_evaluator:
    models_fanout_threshold: 5
    documentation_coverage_target: 75
    model_types: [base, staging, intermediate, marts, other, reports]
    reports_folder_name: reports
    reports_prefixes: [rep_]
    staging_prefixes: [stg_, src_]
    exclude_paths_from_project: ["models/legacy/", "models/*.sql"]
    primary_key_test_macros: [["dbt.test_unique", "dbt.test_not_null"], ["dbt_utils.test_unique_combination_of_columns"]]
    token_costs: {and: 1}
    no_such_variable: 1
)"));
  REQUIRE(taken);
  CHECK(entry_of(*taken, "model-directory") == nullptr);
  CHECK(entry_of(*taken, "root-model") == nullptr);
  CHECK(option_of(*taken, "model-fanout", "max") == "4");  // there, 5 is the first value that is too many
  CHECK(option_of(*taken, "documentation-coverage", "target_pct") == "75");
  CHECK(option_of(*taken, "primary-key-tested", "sets") ==
        "{set_1: [unique, not_null], set_2: [dbt_utils.unique_combination_of_columns]}");
  CHECK(entry_of(*taken, "model-description")->except == Texts{"stg_*"});
  CHECK(entry_of(*taken, "unused-source")->except == Texts{"source:raw.orders"});
  CHECK(taken->except == Texts{"path:models/legacy"});
  CHECK(lists(*taken, "fct_model_fanout leaf_children"));
  CHECK(lists(*taken, "fct_nothing"));
  CHECK(lists(*taken, "models/*.sql"));
  CHECK(lists(*taken, "no_such_variable"));
  CHECK(!lists(*taken, "token_costs"));
  REQUIRE(taken->layers.size() == 2);
  CHECK(taken->layers[0].name == "staging");
  CHECK(taken->layers[0].folders == Texts{"staging"});
  CHECK(taken->layers[1].prefixes == Texts{"rep_"});
}

TEST_CASE("init --from: a file of no linter that plowline knows") {
  const TemporaryFolder folder;
  const auto other = take_config(folder.write("x.yml", "a: 1\n"));
  REQUIRE(!other);
  CHECK(other.error().status == ExitStatus::kUsage);
  CHECK(other.error().next_step.find("dbt-bouncer.yml") != std::string::npos);
  CHECK(!take_config(folder.path() / "missing.yml"));
  CHECK(!take_config(folder.write("y.yml", "a: [1\n")));
}

TEST_CASE("init --from: which patterns of paths are selectors") {
  CHECK(selectors_for_paths("^models/marts") == Texts{"path:models/marts"});
  CHECK(selectors_for_paths("^models/a/|^models/b/.*") == Texts{"path:models/a", "path:models/b"});
  CHECK(selectors_for_paths(R"(^models/x\.sql$)") == Texts{"path:models/x.sql"});
  for (const char* pattern : {"models/marts", "^models/(a|b)", "^models/[ab]", ".*", "", "^"}) {
    CAPTURE(pattern);
    CHECK(selectors_for_paths(pattern).empty());
  }
}

}  // namespace plowline::testing
