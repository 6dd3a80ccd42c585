// The rules that compare two manifests, over pairs that dbt made.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <memory>

#include "lint/config.h"
#include "lint/engine.h"
#include "rules/test_project.h"
#include "support/support.h"

namespace plowline {
namespace {

using testing::Lines;

const std::vector<std::string> kRules = {"schema-access-changed",
                                         "schema-clustering-changed",
                                         "schema-column-removed",
                                         "schema-column-renamed",
                                         "schema-column-retyped",
                                         "schema-constraints-changed",
                                         "schema-contract-changed",
                                         "schema-custom-schema-missing",
                                         "schema-hard-coded-database",
                                         "schema-hard-coded-schema",
                                         "schema-incremental-strategy-changed",
                                         "schema-materialization-changed",
                                         "schema-on-schema-change-changed",
                                         "schema-partitioning-changed",
                                         "schema-relation-moved",
                                         "schema-same-relation",
                                         "schema-target-mapping",
                                         "schema-two-nodes-one-relation",
                                         "schema-unique-key-changed",
                                         "schema-version-changed",
                                         "snowplow-hard-coded-schema",
                                         "snowplow-manifest-shared",
                                         "snowplow-schema-not-matching"};

std::unique_ptr<Project> open(const std::filesystem::path& manifest) {
  Warnings warnings;
  auto read = read_manifest(manifest, warnings);
  REQUIRE_MESSAGE(read, (read ? "" : to_text(read.error())));
  auto built = Project::build(std::move(*read), warnings);
  REQUIRE_MESSAGE(built, (built ? "" : to_text(built.error())));
  return std::make_unique<Project>(std::move(*built));
}

// `rule: unique_id` of every finding on a node of the root project, sorted by rule.
Lines findings(const std::filesystem::path& manifest, const std::filesystem::path& earlier) {
  const auto before = open(earlier);
  const auto now = open(manifest);
  const LintProject state({.project = before.get()});
  const LintProject project({.project = now.get(), .state = &state});
  NodeSet own(now->size());
  for (std::uint32_t i = 0; i < now->size(); ++i) {
    if (project.is_own(NodeId{i})) own.insert(NodeId{i});
  }
  const auto chosen = choose_rules(LintConfig{}, nullptr, true, kRules);
  REQUIRE(chosen);
  Lines lines;
  for (const RuleChoice& choice : *chosen) {
    if (!missing_for(choice.rule->info(), project).empty()) continue;
    const auto found = run_rules(project, {{choice.configured, choice.severity, own, true}});
    REQUIRE_MESSAGE(found, (found ? "" : to_text(found.error())));
    for (const RawFinding& finding : found->found) {
      lines.push_back(
          fmt::format("{}: {}", choice.rule->info().name,
                      finding.violation->node ? now->node(*finding.violation->node).unique_id : "the project"));
    }
  }
  return lines;
}

}  // namespace

TEST_CASE("the shop's production has no findings against itself, and its staging none but the mapping") {
  const auto shop = testing::source_dir() / "samples" / "snowplow_shop";
  const auto production = shop / "production" / "manifest.json";
  CHECK(findings(production, production) == Lines{});
  CHECK(findings(shop / "target" / "manifest.json", production) ==
        Lines{"schema-target-mapping: model.snowplow_shop.daily_orders",
              "schema-target-mapping: model.snowplow_shop.shop_sessions",
              "schema-target-mapping: model.snowplow_shop.stg_customers",
              "schema-target-mapping: seed.snowplow_shop.checkout_steps"});
}

TEST_CASE("real pairs: what was changed in them is found, and nothing else") {
  const auto shared = testing::shared_or_skip("real pairs of manifests");
  if (shared.empty()) return;
  const auto oracle = shared / "oracle";
  const auto large = shared / "corpus" / "large";
  const auto pair = [](const std::filesystem::path& folder, const char* earlier = "state") {
    return findings(folder / "target" / "manifest.json", folder / earlier / "manifest.json");
  };
  CHECK(pair(oracle / "snowplow_unified_demo", "production") ==
        Lines{"schema-target-mapping: model.snowplow_unified_demo.custom_sessions",
              "schema-target-mapping: model.snowplow_unified_demo.daily_sessions"});
  CHECK(pair(oracle / "big_features") == Lines{"schema-column-retyped: model.big_features.fct_orders",
                                               "schema-contract-changed: model.big_features.fct_orders",
                                               "schema-materialization-changed: model.big_features.finance_report",
                                               "schema-relation-moved: model.big_features.stg_campaigns"});
  CHECK(pair(large / "ol") ==
        Lines{"schema-materialization-changed: model.open_learning.int__edxorg__mitx_courserun_grades",
              "schema-materialization-changed: model.open_learning.int__salesforce__opportunity",
              "schema-relation-moved: model.open_learning.int__mitxresidential__user_courseactivities_daily",
              "schema-relation-moved: model.open_learning.stg__mitxonline__app__postgres__courses_courserunenrollment",
              "schema-version-changed: model.open_learning.stg__mitxpro__app__postgres__cms_signatorypage.v1"});
  CHECK(pair(large / "cerebro") ==
        Lines{"schema-access-changed: model.gnosis_dbt.api_consensus_staked_daily",
              "schema-custom-schema-missing: model.gnosis_dbt.int_execution_gnosis_app_events_chain_unified",
              "schema-relation-moved: model.gnosis_dbt.contracts_circles_v2_BaseGroup_calls",
              "schema-version-changed: model.gnosis_dbt.api_execution_tokens_balances_daily.v1"});
  CHECK(pair(large / "tuva") == Lines{});
}

}  // namespace plowline
