// What is taken from other linters is a configuration that plowline reads: every hook and check with its arguments,
// against the real rules and their options.
#include "lint/taken_config.h"

#include <doctest/doctest.h>
#include <set>

#include "lint/config.h"
#include "support/support.h"

namespace plowline::testing {
namespace {

constexpr const char* kCheckpoint = R"yaml(repos:
  - repo: https://github.com/dbt-checkpoint/dbt-checkpoint
    hooks:
      - {id: check-column-desc-are-same, args: [--ignore, id]}
      - {id: check-column-name-contract, args: [--pattern, 'is_.*', --dtypes, boolean]}
      - {id: check-database-casing-consistency, args: []}
      - {id: check-exposure-has-meta-keys, args: [--meta-keys, owner, --allow-extra-keys]}
      - {id: check-macro-arguments-have-desc, args: []}
      - {id: check-macro-has-description, args: []}
      - {id: check-macro-has-meta-keys, args: [--meta-keys, owner, --allow-extra-keys]}
      - {id: check-model-columns-have-desc, args: []}
      - {id: check-model-columns-have-meta-keys, args: [--meta-keys, owner, --allow-extra-keys]}
      - {id: check-model-has-all-columns, args: []}
      - {id: check-model-has-columns-with-types, args: ['--columns', '[{"name": "a", "type": "text"}]']}
      - {id: check-model-has-constraints, args: [--constraints, '[{"type": "primary_key", "columns": ["a", "b"]}]']}
      - {id: check-model-has-contract, args: []}
      - {id: check-model-has-description, args: []}
      - {id: check-model-has-generic-constraints, args: [--constraints, primary_key, unique]}
      - {id: check-model-has-labels-keys, args: [--labels-keys, a]}
      - {id: check-model-has-meta-keys, args: [--meta-keys, owner, --allow-extra-keys]}
      - {id: check-model-has-properties-file, args: []}
      - {id: check-model-has-tests, args: [--test-cnt, '2']}
      - {id: check-model-has-tests-by-group, args: [--tests, unique, not_null, --test-cnt, '2']}
      - {id: check-model-has-tests-by-name, args: [--tests, unique=1]}
      - {id: check-model-has-tests-by-type, args: [--tests, schema=1, data=1, unit=1]}
      - {id: check-model-materialization-by-childs, args: [--threshold-childs, '3']}
      - {id: check-model-name-contract, args: [--pattern, 'stg_.*']}
      - {id: check-model-parents-database, args: [--whitelist, a]}
      - {id: check-model-parents-name-prefix, args: [--blacklist, stg_]}
      - {id: check-model-parents-schema, args: [--whitelist, a]}
      - {id: check-model-parents-and-childs, args: [--min-parent-cnt, '1', --max-parent-cnt, '4', --min-child-cnt, '1', --max-child-cnt, '9']}
      - {id: check-model-tags, args: [--tags, a, --has-all-tags]}
      - {id: check-script-has-no-table-name, args: [--ignore-dotless-table]}
      - {id: check-script-ref-and-source, args: []}
      - {id: check-script-semicolon, args: []}
      - {id: check-seed-has-meta-keys, args: [--meta-keys, owner, --allow-extra-keys]}
      - {id: check-snapshot-has-meta-keys, args: [--meta-keys, owner, --allow-extra-keys]}
      - {id: check-source-childs, args: [--min-child-cnt, '1', --max-child-cnt, '2']}
      - {id: check-source-columns-have-desc, args: []}
      - {id: check-source-has-all-columns, args: []}
      - {id: check-source-has-description, args: []}
      - {id: check-source-has-freshness, args: [--freshness, warn_after]}
      - {id: check-source-has-labels-keys, args: [--labels-keys, a]}
      - {id: check-source-has-loader, args: []}
      - {id: check-source-has-meta-keys, args: [--meta-keys, owner, --allow-extra-keys]}
      - {id: check-source-has-tests, args: [--test-cnt, '1']}
      - {id: check-source-has-tests-by-group, args: [--tests, unique, --test-cnt, '1']}
      - {id: check-source-has-tests-by-name, args: [--tests, unique=1]}
      - {id: check-source-has-tests-by-type, args: [--tests, schema=1]}
      - {id: check-source-table-has-description, args: []}
      - {id: check-source-tags, args: [--tags, a]}
      - {id: check-test-has-meta-keys, args: [--meta-keys, owner, --allow-extra-keys]}
      - {id: check-test-tags, args: [--tags, a]}
)yaml";

constexpr const char* kBouncer = R"yaml(manifest_checks:
  - {name: check_model_access, access: public}
  - {name: check_model_contract_enforced_for_public_model}
  - {name: check_model_grant_privilege, privilege_pattern: '^[a-z_]+'}
  - {name: check_model_grant_privilege_required, privilege: select}
  - {name: check_model_has_contracts_enforced}
  - {name: check_model_number_of_grants, min_number_of_privileges: 3, max_number_of_privileges: 3}
  - {name: check_model_code_does_not_contain_regexp_pattern, regexp_pattern: '^[a-z_]+'}
  - {name: check_model_does_not_use_cartesian_join, allow_explicit_cross_join: true}
  - {name: check_model_does_not_use_select_star}
  - {name: check_model_hard_coded_references}
  - {name: check_model_has_semi_colon}
  - {name: check_model_incremental_has_unique_key}
  - {name: check_model_materialization_permitted, permitted_materializations: [table]}
  - {name: check_model_max_number_of_lines, max_number_of_lines: 3}
  - {name: check_model_columns_have_relationship_tests, column_name_pattern: '^[a-z_]+', target_column_pattern: '^[a-z_]+', target_model_pattern: '^[a-z_]+'}
  - {name: check_model_columns_have_meta_keys, keys: [a, b]}
  - {name: check_model_columns_have_types}
  - {name: check_model_has_constraints, required_constraint_types: [primary_key]}
  - {name: check_model_single_primary_key}
  - {name: check_model_column_has_specified_test, column_name_pattern: '^[a-z_]+', test_name: not_null}
  - {name: check_model_column_description_populated, min_description_length: 8}
  - {name: check_column_descriptions_are_consistent}
  - {name: check_model_description_contains_regexp_pattern, regexp_pattern: '^[a-z_]+'}
  - {name: check_model_description_populated, min_description_length: 8}
  - {name: check_model_documentation_coverage, min_model_documentation_coverage_pct: 3}
  - {name: check_model_documented_in_same_directory}
  - {name: check_model_directories, include: ^models/staging/, permitted_sub_directories: [a, b]}
  - {name: check_model_file_name, file_name_pattern: '^[a-z_]+'}
  - {name: check_model_has_properties_file}
  - {name: check_model_property_file_location, layout: per_model}
  - {name: check_model_schema_name, schema_name_pattern: '^[a-z_]+'}
  - {name: check_model_depends_on_macros, required_macros: [dbt.x], criteria: any}
  - {name: check_model_depends_on_multiple_sources}
  - {name: check_model_does_not_directly_join_to_source}
  - {name: check_model_does_not_rejoin_upstream_concepts}
  - {name: check_model_has_exposure}
  - {name: check_model_has_no_upstream_dependencies}
  - {name: check_model_materialization_by_fanout, min_downstream_models: 3}
  - {name: check_model_max_chained_views, max_chained_views: 3, materializations_to_include: [view]}
  - {name: check_model_max_fanout, max_downstream_models: 3}
  - {name: check_model_max_upstream_dependencies, max_upstream_macros: 3, max_upstream_models: 3, max_upstream_sources: 3}
  - {name: check_model_min_downstream_models, min_number_of_models: 3}
  - {name: check_model_has_labels_keys, keys: [a, b]}
  - {name: check_model_has_meta_keys, keys: [owner], criteria: any}
  - {name: check_model_names, model_name_pattern: '^[a-z_]+'}
  - {name: check_model_has_tests_by_name, test_names: [a, b]}
  - {name: check_model_has_unique_test, accepted_uniqueness_tests: [a, b]}
  - {name: check_model_has_unit_tests, min_number_of_unit_tests: 3}
  - {name: check_model_test_coverage, min_model_test_coverage_pct: 3}
  - {name: check_model_latest_version_specified}
  - {name: check_model_version_allowed, version_pattern: '^[a-z_]+'}
  - {name: check_model_version_pinned_in_ref}
  - {name: check_lineage_permitted_upstream_models, upstream_path_pattern: '^[a-z_]+'}
  - {name: check_lineage_seed_cannot_be_used}
  - {name: check_lineage_source_cannot_be_used}
  - {name: check_column_names, column_name_pattern: '[a-z_]+'}
  - {name: check_model_column_names, column_name_pattern: '[a-z_]+'}
  - {name: check_column_has_specified_test, column_name_pattern: '^[a-z_]+', test_name: not_null}
  - {name: check_column_description_populated, min_description_length: 8}
  - {name: check_columns_are_all_documented, case_sensitive: true}
  - {name: check_columns_are_documented_in_public_models}
  - {name: check_seed_columns_are_all_documented, case_sensitive: true}
  - {name: check_source_columns_are_all_documented, case_sensitive: true}
  - {name: check_seed_max_bytes, max_bytes: 3, byte_stat_keys: [a, b]}
  - {name: check_seed_max_row_count, max_row_count: 3, row_stat_keys: [a, b]}
  - {name: check_exposure_based_on_model, maximum_number_of_models: 3, minimum_number_of_models: 3}
  - {name: check_exposure_based_on_view}
  - {name: check_exposure_based_on_non_public_models}
  - {name: check_exposure_description_populated, min_description_length: 8}
  - {name: check_exposure_has_meta_keys, keys: [owner], criteria: any}
  - {name: check_exposure_has_owner, required_fields: [email]}
  - {name: check_macro_arguments_description_populated, min_description_length: 8}
  - {name: check_macro_code_does_not_contain_regexp_pattern, regexp_pattern: '^[a-z_]+'}
  - {name: check_macro_description_populated, min_description_length: 8}
  - {name: check_macro_has_meta_keys, keys: [owner], criteria: any}
  - {name: check_macro_max_number_of_arguments, max_number_of_arguments: 3}
  - {name: check_macro_max_number_of_lines, max_number_of_lines: 3}
  - {name: check_macro_name_matches_file_name}
  - {name: check_macro_names, macro_name_pattern: '^[a-z_]+'}
  - {name: check_macro_property_file_location}
  - {name: check_macro_is_used}
  - {name: check_project_name, project_name_pattern: '^[a-z_]+'}
  - {name: check_seed_column_names, seed_column_name_pattern: '^[a-z_]+'}
  - {name: check_seed_columns_have_types}
  - {name: check_seed_description_populated, min_description_length: 8}
  - {name: check_seed_has_meta_keys, keys: [owner], criteria: any}
  - {name: check_seed_has_unit_tests, min_number_of_unit_tests: 3}
  - {name: check_seed_names, seed_name_pattern: '^[a-z_]+'}
  - {name: check_semantic_model_based_on_non_public_models}
  - {name: check_snapshot_description_populated, min_description_length: 8}
  - {name: check_snapshot_has_meta_keys, keys: [owner], criteria: any}
  - {name: check_snapshot_has_tags, tags: [a, b], criteria: any}
  - {name: check_snapshot_has_unique_key}
  - {name: check_snapshot_names, snapshot_name_pattern: '^[a-z_]+'}
  - {name: check_snapshot_strategy, allowed_strategies: [check]}
  - {name: check_test_has_meta_keys, keys: [owner], criteria: any}
  - {name: check_test_has_tags, tags: [a, b], criteria: any}
  - {name: check_test_has_where_config, regexp_pattern: '^[a-z_]+'}
  - {name: check_unit_test_coverage, min_unit_test_coverage_pct: 3}
  - {name: check_unit_test_expect_format, permitted_formats: [csv]}
  - {name: check_unit_test_given_formats, permitted_formats: [csv]}
  - {name: check_source_description_populated, min_description_length: 8}
  - {name: check_source_top_level_description_populated, min_description_length: 8}
  - {name: check_source_property_file_location}
  - {name: check_source_file_name, file_name_pattern: '^[a-z_]+'}
  - {name: check_source_freshness_populated}
  - {name: check_duplicate_sources}
  - {name: check_source_min_downstream_models, min_number_of_models: 3}
  - {name: check_source_not_orphaned}
  - {name: check_source_used_by_models_in_same_directory}
  - {name: check_source_used_by_only_one_model}
  - {name: check_source_loader_populated}
  - {name: check_source_has_labels_keys, keys: [a, b]}
  - {name: check_source_has_meta_keys, keys: [owner], criteria: any}
  - {name: check_source_pii_meta, column_name_pattern: '^[a-z_]+', meta_key: pii}
  - {name: check_source_names, source_name_pattern: '^[a-z_]+'}
  - {name: check_source_has_tags, tags: [a, b], criteria: any}
  - {name: check_source_has_tests, min_number_of_tests: 3}
  - {name: check_run_results_max_execution_time, max_execution_time_seconds: 3}
  - {name: check_run_results_max_gigabytes_billed, max_gigabytes_billed: 3}
  - {name: check_column_name_complies_to_column_type, column_name_pattern: '^is_', types: [BOOLEAN]}
  - {name: check_column_type_complies_to_column_name, column_name_pattern: '^is_', types: [BOOLEAN]}
  - {name: check_model_column_name_complies_to_column_type, column_name_pattern: '^is_', types: [BOOLEAN]}
  - {name: check_model_column_type_complies_to_column_name, column_name_pattern: '^is_', types: [BOOLEAN]}
  - {name: check_model_has_tags, tags: [a], criteria: one}
  - {name: check_model_has_tests_by_type, min_number_of_data_tests: 1, min_number_of_schema_tests: 2}
)yaml";

constexpr const char* kEvaluator = R"yaml(name: shop
vars:
  documentation_coverage_target: 75
  dbt_project_evaluator:
    test_coverage_target: 50
    models_fanout_threshold: 4
    too_many_joins_threshold: 9
    chained_views_threshold: 6
    enforced_primary_key_node_types: [model, snapshot]
    primary_key_test_macros: [["dbt.test_unique", "dbt.test_not_null"]]
    staging_folder_name: stage
)yaml";

// The rules that the configuration made of `text` runs; nothing is left over.
std::set<std::string> rules_of(const std::string& name, const char* text) {
  const TemporaryFolder folder;
  const auto taken = take_config(folder.write(name, text));
  REQUIRE_MESSAGE(taken, (taken ? "" : to_text(taken.error())));
  for (const UntakenPart& part : taken->untaken) FAIL_CHECK(part.from << ": " << part.reason);
  const auto config = read_lint_config(folder.write("plowline.yml", config_text(*taken, {})));
  REQUIRE_MESSAGE(config, (config ? "" : to_text(config.error())));
  const auto choices = choose_rules(*config, nullptr, true, {});
  REQUIRE_MESSAGE(choices, (choices ? "" : to_text(choices.error())));
  std::set<std::string> rules;
  for (const RuleChoice& choice : *choices) rules.insert(choice.rule->info().name);
  return rules;
}

}  // namespace

TEST_CASE("init --from: every hook of dbt-checkpoint is a rule with options that it has") {
  CHECK(rules_of(".pre-commit-config.yaml", kCheckpoint).size() >= 45);
}

TEST_CASE("init --from: every check of dbt-bouncer is a rule with options that it has") {
  CHECK(rules_of("dbt-bouncer.yml", kBouncer).size() >= 100);
}

TEST_CASE("init --from: every model of dbt-project-evaluator is a rule with options that it has") {
  CHECK(rules_of("dbt_project.yml", kEvaluator).size() == 29);
}

}  // namespace plowline::testing
