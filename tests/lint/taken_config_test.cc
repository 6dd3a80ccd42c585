#include "lint/taken_config.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <iterator>
#include <set>

#include "lint/bouncer_checks.h"
#include "lint/config.h"
#include "lint/other_linters.h"
#include "support/support.h"

namespace plowline::testing {
namespace {

// A project in whose folder the other linter's file lies.
Result<TakenConfig> take_in_project(const std::string& name, const std::string& text) {
  const TemporaryFolder folder;
  for (const char* file : {"models/marts/fct_orders.sql", "models/marts/legacy/old_orders.sql", "models/marts/old.sql",
                           "models/staging/crm/stg_accounts.sql", "models/legacy/a.sql", "models/old/b.sql",
                           "models/my_date_spine.sql", "macros/cents.sql"}) {
    folder.write(file, "");
  }
  return take_config(folder.write(name, text), {folder.path(), {{.path = {}, .name = "shop"}}});
}

TakenConfig taken_from(const std::string& name, const std::string& text) {
  const auto taken = take_in_project(name, text);
  REQUIRE_MESSAGE(taken, (taken ? "" : to_text(taken.error())));
  return *taken;
}

TakenConfig taken_hooks(const std::string& hooks, const std::string& top = "") {
  return taken_from(".pre-commit-config.yaml",
                    top + "repos:\n  - repo: https://github.com/dbt-checkpoint/dbt-checkpoint\n    hooks:\n" + hooks);
}

// Why nothing is taken at all: a usage error.
std::string refusal(const std::string& name, const std::string& text) {
  const auto taken = take_in_project(name, text);
  REQUIRE(!taken);
  CHECK(taken.error().status == ExitStatus::kUsage);
  return taken.error().reason;
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
      - id: check-source-childs
        args: [--max-child-cnt, "3"]
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
  CHECK(option_of(taken, "source-freshness", "need_loaded_at") == "true");  // the hook asks for it in any case
  CHECK(option_of(taken, "source-children-count", "min") == "0");           // the rule's own is 1
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
  CHECK(taken.entries[0].severity == "warn");  // the file's severity counts before that of a check
  CHECK(taken.entries[0].where == Texts{"path:models/marts"});
  CHECK(taken.entries[0].except == Texts{"path:models/legacy"});
  REQUIRE(taken.entries.size() > 2);
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
  CHECK(text.find("  model-access:\n    - severity: warn  # check_model_access, line 5\n") != std::string::npos);
  CHECK(text.find("# What has no equal in plowline:\n") != std::string::npos);
}

TEST_CASE("init --from: a hook whose argument is not understood is not taken, and listed") {
  const TakenConfig taken = taken_hooks(R"(
      - id: check-model-has-description
      - {id: check-model-name-contract, args: [--pattern, '(?!x)y']}
      - {id: check-model-has-tests, args: "--test-cnt 2"}
      - {id: check-model-tags, args: [--has-any-tags]}
      - {id: check-model-has-meta-keys, args: [--meta-keys, foo, -m, target/manifest.json]}
      - {id: check-model-has-tests-by-name, args: [--tests, unique]}
      - {id: check-model-parents-and-childs}
      - {id: check-source-has-tests, args: [--test-cnt=]}
      - {id: check-column-name-contract, args: [--pattern, is_.*, --dtype, boolean]}
)");
  REQUIRE(taken.entries.size() == 2);
  CHECK(taken.entries[0].rule == "model-description");
  CHECK(option_of(taken, "column-name-type-contract", "types") == "[boolean]");  // argparse completes --dtype
  for (const char* part : {"check-model-name-contract --pattern (?!x)y", "check-model-has-tests args",
                           "check-model-tags", "check-model-has-meta-keys -m", "check-model-has-tests-by-name --tests",
                           "check-model-parents-and-childs", "check-source-has-tests --test-cnt"}) {
    CAPTURE(part);
    CHECK(lists(taken, part));
  }
}

TEST_CASE("init --from: what stands for all hooks of a file counts for each, or is listed") {
  const TakenConfig taken = taken_hooks(R"(
      - {id: check-model-has-description, exclude: ''}
      - {id: check-model-has-tests, files: ^models/marts/fct_, stages: [manual], types_or: [sql]}
)",
                                        "default_stages: [manual]\nfiles: ^models/marts/\nexclude: ^models/legacy/\n");
  REQUIRE(taken.entries.size() == 2);
  CHECK(taken.entries[0].where == Texts{"path:models/marts"});
  CHECK(taken.entries[0].except == Texts{"path:models/legacy"});
  CHECK(taken.entries[1].where == Texts{"path:models/marts,path:models/marts/fct_*"});
  CHECK(taken.entries[1].except == Texts{"path:models/legacy"});
  CHECK(lists(taken, "default_stages"));
  CHECK(lists(taken, "check-model-has-tests stages"));
  CHECK(lists(taken, "check-model-has-tests types_or"));
  CHECK(taken.untaken.size() == 3);
}

TEST_CASE("init --from: hooks of dbt-checkpoint in repo: local are taken, those of other repositories listed") {
  const TakenConfig taken = taken_from(".pre-commit-config.yaml", R"(
repos:
  - repo: local
    hooks:
      - {id: all-columns, name: x, entry: check-model-has-all-columns, language: system}
      - {id: tests, name: y, entry: check-model-has-tests --test-cnt 2, language: system, args: [--exclude, ^models/old/]}
      - {id: check-model-has-contract, name: z, entry: ./contract.sh, language: script}
      - {id: ours, entry: ./ours.sh, language: script}
  - repo: https://github.com/acme/hooks
    hooks: [{id: check-source-has-loader}]
)");
  REQUIRE(taken.entries.size() == 2);
  CHECK(taken.entries[0].rule == "model-columns-match-catalog");
  CHECK(option_of(taken, "model-min-tests", "min") == "2");
  CHECK(taken.entries[1].except == Texts{"path:models/old"});
  CHECK(lists(taken, "check-model-has-contract"));
  CHECK(lists(taken, "check-source-has-loader"));
  CHECK(taken.untaken.size() == 2);
}

TEST_CASE("init --from: files and folders do not narrow rules about macros") {
  const TakenConfig hooks = taken_hooks("      - {id: check-macro-has-description, files: ^macros/old/}\n");
  CHECK(hooks.entries[0].where.empty());
  CHECK(lists(hooks, "check-macro-has-description files: ^macros/old/"));
  const TakenConfig checks = taken_from("dbt-bouncer.yml", R"(
manifest_checks:
  - {name: check_macro_names, macro_name_pattern: ^a, include: ^macros/cents}
  - {name: check_model_max_upstream_dependencies, include: ^models/marts/}
)");
  CHECK(entry_of(checks, "macro-name")->where.empty());
  CHECK(lists(checks, "check_macro_names include: ^macros/cents"));
  CHECK(entry_of(checks, "macro-dependency-count")->where == Texts{"path:models/marts"});  // about models
  CHECK(checks.untaken.size() == 1);
}

TEST_CASE("init --from: a file without a check of its linter is a usage error, not an empty configuration") {
  CHECK(refusal("a.yaml", "repos: [{repo: https://github.com/pre-commit/pre-commit-hooks, hooks: [{id: x}]}]\n")
            .find("holds no check of dbt-checkpoint") != std::string::npos);
  const std::string listed =
      refusal("b.yaml", "repos: [{repo: dbt-checkpoint, hooks: [{id: dbt-parse}, {id: check-model-tags}]}]\n");
  CHECK(listed.find("dbt-parse") != std::string::npos);
  CHECK(listed.find("lacks --tags") != std::string::npos);
  CHECK(refusal("c.yaml", "repos: 5\n") == "repos is no list");
  CHECK(refusal("d.yml", "manifest_checks: nope\n") == "manifest_checks is no list of checks");
  CHECK(refusal("e.yml", "manifest_checks: []\n").find("holds no check of dbt-bouncer") != std::string::npos);
  CHECK(refusal("dbt_project.yml", "name: shop\nprofile: shop\n").find("dbt_project_evaluator") != std::string::npos);
}

TEST_CASE("init --from: dbt-bouncer's keys below keys, and lists that hold more than texts") {
  const TakenConfig taken = taken_from("dbt-bouncer.yml", R"(
manifest_checks:
  - name: check_model_has_meta_keys
    keys: [maturity, {contact: [email, {slack: channel}]}, owner]
  - {name: check_seed_has_meta_keys, criteria: any, keys: [{contact: [email, slack]}, owner]}
  - {name: check_snapshot_has_meta_keys, criteria: any, keys: [{contact: [email]}, owner]}
  - {name: check_source_has_tags, tags: [{a: b}]}
  - {name: check_model_has_tags, tags: [daily, [x]]}
)");
  CHECK(option_of(taken, "model-meta-keys", "keys") == "[maturity, contact.email, contact.slack.channel, owner]");
  CHECK(option_of(taken, "snapshot-meta-keys", "keys") == "[contact.email, owner]");
  CHECK(entry_of(taken, "seed-meta-keys") == nullptr);  // both of contact, or owner: three keys cannot say that
  CHECK(lists(taken, "check_seed_has_meta_keys keys"));
  CHECK(lists(taken, "check_source_has_tags tags"));
  CHECK(lists(taken, "check_model_has_tags tags"));
  CHECK(taken.entries.size() == 2);
}

TEST_CASE("init --from: dbt-bouncer's patterns match from the start, and a rule that searches is told so") {
  const TakenConfig taken = taken_from("dbt-bouncer.yml", R"(
manifest_checks:
  - {name: check_model_description_contains_regex_pattern, regexp_pattern: ".*orders.*Owner.*"}
  - {name: check_macro_code_does_not_contain_regexp_pattern, regexp_pattern: .*foo}
  - {name: check_model_code_does_not_contain_regexp_pattern, regexp_pattern: .*foo}
  - {name: check_test_has_where_config, regexp_pattern: date}
  - {name: check_lineage_permitted_upstream_models, upstream_path_pattern: ^models/staging}
  - {name: check_model_names, model_name_pattern: 'stg_|base_'}
  - {name: check_model_column_names, column_name_pattern: '[a-z_]+'}
  - {name: check_model_columns_have_relationship_tests, column_name_pattern: _id$}
)");
  CHECK(option_of(taken, "model-description-pattern", "pattern") == yaml_text(R"((?s)\A(?:.*orders.*Owner.*))"));
  CHECK(option_of(taken, "macro-forbidden-pattern", "pattern") == yaml_text(R"((?s)\A(?:.*foo))"));
  CHECK(option_of(taken, "code-forbidden-pattern", "patterns") == yaml_list({R"((?s)\A(?:.*foo))"}));
  CHECK(option_of(taken, "test-where-config", "pattern") == yaml_text(R"(\A(?:date))"));
  CHECK(option_of(taken, "permitted-upstream", "path_pattern") == yaml_text(R"(\A(?:^models/staging))"));
  CHECK(option_of(taken, "model-name", "pattern") == yaml_text(R"((?:stg_|base_).*)"));
  CHECK(option_of(taken, "column-name", "pattern") == yaml_text(R"([a-z_]+)"));  // re.fullmatch there
  CHECK(option_of(taken, "column-relationship-test", "pattern") == yaml_text("_id$"));
  CHECK(taken.untaken.empty());
}

TEST_CASE("init --from: dbt-bouncer's codes and earlier names are its checks") {
  const TakenConfig taken = taken_from("dbt-bouncer.yml", R"(
manifest_checks:
  - {name: MO021}
  - {code: MO004, privilege: select}
  - {code: MO020, regexp_pattern: x}
  - {name: ZZ999}
  - {description: no name here}
)");
  CHECK(entry_of(taken, "model-description")->from == "MO021");
  CHECK(option_of(taken, "model-grants", "required") == "[select]");
  CHECK(entry_of(taken, "model-description-pattern") != nullptr);
  CHECK(lists(taken, "ZZ999"));
  CHECK(lists(taken, "a check"));
  CHECK(taken.entries.size() == 3);
}

TEST_CASE("init --from: what dbt-bouncer cannot be told either is listed, and not half taken") {
  const TakenConfig taken = taken_from("dbt-bouncer.yml", R"(
package_name: shop
unknown_top: 3
manifest_checks:
  - {name: check_model_has_tests_by_name, min_number_of_tests: lots, test_names: [unique]}
  - {name: check_model_has_tests_by_type, min_number_of_data_tests: x}
  - {name: check_model_has_tests_by_type}
  - {name: check_model_names}
  - {name: check_model_max_number_of_lines, max_number_of_lines: many}
  - {name: check_model_has_semi_colon, severity: info, materialization: "view,table"}
  - {name: check_model_description_populated, include: [^models/staging/, ^models/marts/fct_]}
  - {name: check_model_has_unique_test, selector: "tag:a tag:b", include: ^models/marts/}
)");
  REQUIRE(taken.entries.size() == 3);
  CHECK(taken.entries[0].rule == "trailing-semicolon");
  CHECK(taken.entries[0].severity == "error");
  CHECK(taken.entries[1].where == Texts{"path:models/staging", "path:models/marts/fct_*"});
  CHECK(taken.entries[2].where == Texts{"path:models/marts,tag:a", "path:models/marts,tag:b"});
  for (const char* part :
       {"package_name: shop", "unknown_top: 3", "check_model_has_tests_by_name test_names",
        "check_model_has_tests_by_type min_number_of_data_tests: x", "check_model_has_tests_by_type",
        "check_model_names", "check_model_max_number_of_lines max_number_of_lines: many",
        "check_model_has_semi_colon severity: info", "check_model_has_semi_colon materialization: view,table"}) {
    CAPTURE(part);
    CHECK(lists(taken, part));
  }
}

TEST_CASE("init --from: dbt-project-evaluator's variables, switched off models and exceptions") {
  const TemporaryFolder folder;
  folder.write("seeds/dbt_project_evaluator_exceptions.csv",
               "fct_name,column_name,id_to_exclude,comment\n"
               "fct_undocumented_models,resource_name,stg_%,\"staging, later\"\n"
               "fct_unused_sources,parent,raw.orders,\n"
               "fct_model_fanout,leaf_children,orders,\n"
               "fct_nothing,child,x,\n");
  folder.write("models/legacy/a.sql", "");
  const SeenProjects seen{folder.path(), {{.path = {}, .name = "shop"}}};
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
)"),
                                 seen);
  REQUIRE(taken);
  CHECK(entry_of(*taken, "model-directory") == nullptr);
  CHECK(entry_of(*taken, "root-model") == nullptr);
  CHECK(option_of(*taken, "model-fanout", "max") == "4");  // there, 5 is the first value that is too many
  CHECK(option_of(*taken, "documentation-coverage", "target_pct") == "75");
  CHECK(option_of(*taken, "primary-key-tested", "sets") ==
        "{set_1: [unique, not_null], set_2: [dbt_utils.unique_combination_of_columns]}");
  CHECK(entry_of(*taken, "model-description")->except == Texts{"file:stg_*"});
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

TEST_CASE("init --from: exceptions of dbt-project-evaluator for exposures, sources and names that are none") {
  const TemporaryFolder folder;
  folder.write("data/more/dbt_project_evaluator_exceptions.csv",
               "\xEF\xBB\xBF"
               "fct_name,column_name,id_to_exclude,comment\r\n"
               "fct_exposure_parents_materializations,exposure_name,my_dash,\"two\nlines\"\r\n"
               "fct_sources_without_freshness,resource_name,raw.orders,\r\n"
               "fct_source_fanout,parent,raw.%,\r\n"
               "fct_unused_sources,parent,%orders,\r\n"
               "fct_undocumented_sources,source_name,raw,\r\n"
               "fct_missing_primary_key_tests,resource_name,raw.events,\r\n"
               "fct_missing_primary_key_tests,resource_name,orders.v2,\r\n"
               "fct_undocumented_models,resource_name,my model!,\r\n"
               "fct_root_models,child,\"a,b\",\r\n"
               "fct_undocumented_source_tables,resource_name,orders,\r\n");
  const auto taken = take_config(folder.write("dbt_project.yml", R"(
name: shop
profile: shop
seed-paths: [data]
vars:
  dbt_project_evaluator: {}
)"));
  REQUIRE(taken);
  CHECK(entry_of(*taken, "exposure-parent-materialization")->except == Texts{"exposure:my_dash"});
  CHECK(entry_of(*taken, "source-freshness")->except == Texts{"source:raw.orders"});
  CHECK(entry_of(*taken, "source-fanout")->except == Texts{"source:raw.*"});
  CHECK(entry_of(*taken, "unused-source")->except == Texts{"source:*.*orders"});
  CHECK(entry_of(*taken, "source-description")->except == Texts{"source:raw"});
  CHECK(entry_of(*taken, "primary-key-tested")->except == Texts{"source:raw.events", "orders.v2"});
  CHECK(entry_of(*taken, "model-description")->except.empty());
  CHECK(entry_of(*taken, "root-model")->except.empty());
  CHECK(entry_of(*taken, "source-table-description")->except.empty());
  CHECK(lists(*taken, "fct_undocumented_models resource_name my model!"));
  CHECK(lists(*taken, "fct_root_models child a,b"));
  CHECK(lists(*taken, "fct_undocumented_source_tables resource_name orders"));
  CHECK(taken->untaken.size() == 3);
}

TEST_CASE("init --from: the seed with exceptions is missed where the project says that it has one") {
  const TakenConfig taken = taken_from("dbt_project.yml", R"(
name: shop
profile: shop
seed-paths: [data]
seeds: {dbt_project_evaluator: {dbt_project_evaluator_exceptions: {+enabled: false}}}
)");
  CHECK(lists(taken, "dbt_project_evaluator_exceptions"));
  CHECK(taken.untaken.size() == 1);
}

TEST_CASE("init --from: dbt-project-evaluator's severity, what is switched off by Jinja, and paths") {
  const TakenConfig taken = taken_from("dbt_project.yml", R"(
name: shop
profile: shop
models:
  dbt_project_evaluator:
    +enabled: "{{ target.name == 'ci' }}"
    marts:
      data_tests: {+enabled: false}
data_tests:
  dbt_project_evaluator:
    +severity: error
    marts:
      structure: {+severity: warn}
      dag:
        is_empty_fct_root_models_: {+severity: WARN}
        is_empty_fct_too_many_joins_: {+enabled: false}
vars:
  dbt_project_evaluator:
    model_types: [staging, marts, other]
    test_coverage_target: 99.5
    models_fanout_threshold: 3.5
    exclude_paths_from_project: ["/models/legacy/", "/my_date_spine.sql", "models/nothing/", "raw.orders"]
)");
  CHECK(entry_of(taken, "model-fanout")->severity == "error");
  CHECK(entry_of(taken, "model-directory")->severity == "warn");
  CHECK(entry_of(taken, "root-model")->severity == "warn");
  CHECK(entry_of(taken, "too-many-joins") == nullptr);
  CHECK(option_of(taken, "test-coverage", "target_pct") == "99.5");
  CHECK(option_of(taken, "model-fanout", "max") == "not set");
  CHECK(taken.except == Texts{"path:models/legacy", "path:*/**/my_date_spine.sql"});
  REQUIRE(taken.layers.size() == 2);  // what is no type of model any more has no models
  CHECK(taken.layers[0].name == "base");
  CHECK(taken.layers[0].prefixes.empty());
  CHECK(taken.layers[1].name == "intermediate");
  CHECK(taken.layers[1].folders.empty());
  for (const char* part :
       {"models: dbt_project_evaluator: +enabled", "marts: data_tests: +enabled", "models_fanout_threshold",
        "exclude_paths_from_project: models/nothing/", "exclude_paths_from_project: raw.orders"}) {
    CAPTURE(part);
    CHECK(lists(taken, part));
  }
  CHECK(taken.untaken.size() == 5);
}

TEST_CASE("init --from: a project below the file's folder is named") {
  const TemporaryFolder root;
  root.write(".git/HEAD", "");
  root.write("analytics/models/marts/a.sql", "");
  const SeenProjects seen{root.path(), {{.path = "analytics", .name = "shop"}}};
  const auto taken = take_config(root.write(".pre-commit-config.yaml", R"(
repos:
  - repo: https://github.com/dbt-checkpoint/dbt-checkpoint
    hooks:
      - {id: check-model-has-description, files: ^analytics/models/marts/}
      - {id: check-model-has-tests, files: ^other/models/}
)"),
                                 seen);
  REQUIRE(taken);
  REQUIRE(taken->entries.size() == 1);  // the other is about another project
  CHECK(taken->entries[0].where == Texts{"path:models/marts"});
  CHECK(lists(*taken, "check-model-has-tests files: ^other/models/"));
  CHECK(config_text(*taken, seen.projects).find("projects: [analytics]\n") != std::string::npos);
  CHECK(config_text(*taken, {{.path = {}, .name = "shop"}}).find("projects:") == std::string::npos);
}

// The same is said twice: for people, and for what becomes of the arguments.
TEST_CASE("init --from: the rules that are written are those that the rules' pages tell") {
  using Pairs = std::set<std::pair<std::string, std::string>>;
  const auto taken = [](const std::vector<TakenRule>& rules) {
    Pairs pairs;
    for (const auto& [name, rule] : rules) pairs.emplace(name, rule);
    return pairs;
  };
  const auto told = [](std::string_view linter) {
    Pairs pairs;
    for (const RuleElsewhere& one : rules_elsewhere()) {
      if (one.linter == linter) pairs.emplace(bouncer_check_name(one.name), one.rule);
    }
    return pairs;
  };
  const auto without = [](const Pairs& some, const Pairs& others) {
    Pairs rest;
    std::ranges::set_difference(some, others, std::inserter(rest, rest.end()));
    return rest;
  };
  const auto differ = [&](const std::vector<TakenRule>& rules, std::string_view linter, const Pairs& told_only,
                          const Pairs& taken_only) {
    CAPTURE(linter);
    CHECK(without(told(linter), taken(rules)) == told_only);
    CHECK(without(taken(rules), told(linter)) == taken_only);
  };
  // The catalog's columns are compared with the declared ones both ways by one rule; another finds half of that.
  differ(rules_of_checkpoint(), "dbt-checkpoint", {{"check-model-has-all-columns", "stale-documented-column"}}, {});
  differ(rules_of_evaluator(), "dbt-project-evaluator", {}, {});
  // The first is no check of a release whose arguments are known, the second is nearer to model-fanout; the third is
  // one of three counts of a check.
  differ(rules_of_bouncer(), "dbt-bouncer",
         {{"check_model_alias(4.1+)", "model-alias"}, {"check_model_max_fanout", "child-count"}},
         {{"check_model_max_upstream_dependencies", "multiple-sources-joined"}});
}

TEST_CASE("init --from: every check of dbt-bouncer has one code") {
  std::set<std::string_view> codes;
  std::set<std::string_view> checks;
  for (const auto& [code, check] : bouncer_codes()) {
    codes.insert(code);
    checks.insert(check);
    CHECK(bouncer_check_name(code) == check);
  }
  CHECK(codes.size() == bouncer_codes().size());
  CHECK(checks.size() == bouncer_codes().size());
  for (const auto& [check, rule] : rules_of_bouncer()) CHECK_MESSAGE(checks.contains(check), check);
}

}  // namespace plowline::testing
