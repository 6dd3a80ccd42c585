#include <algorithm>
#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct SeedNotAllowedUpstreamOptions {
  std::vector<std::string> layers;
  Pattern path_pattern;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const SeedNotAllowedUpstreamOptions& options,
                   Violations& violations) {
  for_each_edge(project, scope, {ResourceType::kModel}, {ResourceType::kSeed}, [&](NodeId child, NodeId parent) {
    if (!options.layers.empty() && !in_layers(project, child, options.layers)) return;
    std::string path(project.node(child).original_file_path);
    std::ranges::replace(path, '\\', '/');
    if (!options.path_pattern.empty() && !options.path_pattern.found_in(path)) return;
    violations.push_back(
        {.node = child,
         .message = fmt::format("{} reads the seed {}: what its rows are is known to git and to nobody who looks after "
                                "the warehouse, and they only change with a commit",
                                printable(dotted_name(project.node(child))), printable(project.node(parent).name)),
         .at = place_of_reading(project, child, parent),
         .key = std::string(project.node(parent).unique_id)});
  });
  return {};
}

const RegisterRule<SeedNotAllowedUpstreamOptions> rule{
    {.name = "seed-not-allowed-upstream",
     .subject = "dag",
     .summary = "a model reads a seed",
     .what = "Finds models that depend on a seed: all, or those of the layers `layers` whose path matches "
             "`path_pattern`.",
     .why = "Seeds are for short lists that hardly change. A mart on a seed often means that data which a source "
            "should deliver is kept by hand.",
     .example = R"(```sql models/marts/dim_countries.sql
select * from {{ ref('countries') }}
```
```csv seeds/countries.csv
code,name
```
```yaml plowline.yml
rules:
  seed-not-allowed-upstream:
    layers: [marts]
```
)",
     .use_instead = R"(```sql models/marts/dim_countries.sql
select * from {{ ref('stg_countries') }}
```
```sql models/staging/stg_countries.sql
select * from {{ ref('countries') }}
```
```csv seeds/countries.csv
code,name
```
```yaml plowline.yml
rules:
  seed-not-allowed-upstream:
    layers: [marts]
```
)",
     .basis = "dbt-bouncer: `check_lineage_seed_cannot_be_used`.",
     .presets = kOnRequest},
    {option<&SeedNotAllowedUpstreamOptions::layers>("layers", "The layers whose models may read no seed; none: all."),
     option<&SeedNotAllowedUpstreamOptions::path_pattern>(
         "path_pattern", "Models whose path this is found in may read no seed: `^models/marts`.")},
    check};

}  // namespace
}  // namespace plowline
