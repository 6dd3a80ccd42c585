#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

#include "graph/walk.h"
#include "lint/rule.h"
#include "rules/snowplow/tagged_models.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

NodeSet set_of(const LintProject& project, const std::vector<NodeId>& nodes) {
  NodeSet set(project.project().size());
  for (const NodeId node : nodes) set.insert(node);
  return set;
}

std::vector<NodeId> own_tagged_models(const LintProject& project, const RuleScope& scope) {
  std::vector<NodeId> models;
  for (const TaggedModel& model : tagged_models(project, scope)) {
    if (project.is_own(model.id) && !is_package_node(project, model.id)) models.push_back(model.id);
  }
  return models;
}

// The target's catalog tells that it is there.
bool is_built(const LintProject& project, NodeId seed) {
  return project.catalog() != nullptr && project.catalog()->find(project.node(seed).unique_id) != nullptr;
}

// The packages' seeds that the models are built on and that are not known to be there, by package.
std::map<std::string_view, std::vector<NodeId>> seeds_above(const LintProject& project,
                                                            const std::vector<NodeId>& models) {
  std::map<std::string_view, std::vector<NodeId>> seeds;
  ancestors(project.project(), set_of(project, models)).for_each([&](NodeId id) {
    if (project.project().type(id) != ResourceType::kSeed || project.is_own(id)) return;
    if (!project.project().enabled(id) || is_built(project, id)) return;
    seeds[project.node(id).package_name].push_back(id);
  });
  return seeds;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const std::vector<NodeId> models = own_tagged_models(project, scope);
  for (const auto& [package, seeds] : seeds_above(project, models)) {
    const NodeSet below = descendants(project.project(), set_of(project, seeds));
    std::vector<NodeId> built_on;
    for (const NodeId model : models) {
      if (below.contains(model)) built_on.push_back(model);
    }
    std::vector<std::string> names;
    for (const NodeId seed : seeds) names.push_back(printable(project.node(seed).name));
    violations.push_back(
        {.message = fmt::format("{} {} built on {} of {}, which dbt run does not build: a run in a schema without {} "
                                "fails; run first, with the same target, dbt seed --select {}",
                                name_list(project.project(), built_on), built_on.size() == 1 ? "is" : "are",
                                seeds.size() == 1 ? std::string("a seed") : fmt::format("{} seeds", seeds.size()),
                                printable(package), seeds.size() == 1 ? "it" : "them", fmt::join(names, " ")),
         .at = Anchor::packages_file(std::string(package)),
         .key = std::string(package)});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-seeds-not-built",
     .subject = "snowplow",
     .summary = "custom models are built on a package's seeds, which a new schema does not have",
     .what = "Names the seeds of packages that stand upstream of the project's own models with a Snowplow package's "
             "tag, and the command that builds them: one finding per package of the seeds. Seeds that the target's "
             "catalog.json holds are there and not named. It is no mistake of the project, and without a catalog it "
             "holds for nearly every one with such models: the rule runs on request only, for whoever sets up a new "
             "target.",
     .why = "The packages look up countries, languages and traffic sources in seeds. `dbt run` builds models only, so "
            "the first run in a staging schema, a backfill's for example, ends with a missing relation.",
     .example = "```sh\ndbt run --target staging --select +my_views\n```",
     .use_instead = "```sh\ndbt seed --target staging --select snowplow_unified_dim_geo_country_mapping\n"
                    "dbt run --target staging --select +my_views\n```",
     .basis = "dbt: `dbt run` selects models, `dbt seed` and `dbt build` seeds. The packages' `seeds/` folders.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
