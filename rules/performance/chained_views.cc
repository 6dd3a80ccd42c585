#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/rule.h"

namespace plowline {
namespace {

struct ChainedViewsOptions {
  std::int64_t max = 5;
  std::vector<std::string> materializations = {"view", "ephemeral"};
};

// How many models without rows of their own lie in a row upstream of each node.
class ViewChains {
 public:
  ViewChains(const LintProject& project, const std::vector<std::string>& materializations)
      : project_(project), materializations_(materializations), chains_(project.project().size()) {}

  std::int64_t length_above(NodeId id) {
    measure(id);
    return chains_[index_of(id)].length;
  }

  // The longest chain, nearest first.
  std::vector<std::string> names_above(NodeId id) const {
    std::vector<std::string> names;
    for (auto next = chains_[index_of(id)].next; next; next = chains_[index_of(*next)].next)
      names.emplace_back(project_.node(*next).name);
    return names;
  }

 private:
  struct Chain {
    std::optional<bool> is_link;  // nothing: not looked at yet
    bool measured = false;
    std::int64_t length = 0;
    std::optional<NodeId> next;
  };

  bool is_link(NodeId id) {
    std::optional<bool>& known = chains_[index_of(id)].is_link;
    if (!known) {
      const Project& project = project_.project();
      known = project.type(id) == ResourceType::kModel && project.enabled(id) &&
              std::ranges::find(materializations_, project_.config(id).materialized) != materializations_.end();
    }
    return *known;
  }

  // Without recursion: chains can be as long as the project.
  void measure(NodeId start) {
    std::vector<NodeId> open = {start};
    while (!open.empty()) {
      const NodeId id = open.back();
      Chain& chain = chains_[index_of(id)];
      const std::size_t before = open.size();
      for (const NodeId parent : chain.measured ? std::span<const NodeId>() : project_.project().parents(id)) {
        if (!chains_[index_of(parent)].measured && is_link(parent)) open.push_back(parent);
      }
      if (open.size() > before) continue;
      open.pop_back();
      if (!chain.measured) finish(id, chain);
    }
  }

  void finish(NodeId id, Chain& chain) {
    chain.measured = true;
    for (const NodeId parent : project_.project().parents(id)) {
      const Chain& above = chains_[index_of(parent)];
      if (!is_link(parent) || above.length + 1 <= chain.length) continue;
      chain.length = above.length + 1;
      chain.next = parent;
    }
  }

  const LintProject& project_;
  const std::vector<std::string>& materializations_;
  std::vector<Chain> chains_;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const ChainedViewsOptions& options,
                   Violations& violations) {
  ViewChains chains(project, options.materializations);
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const std::int64_t length = chains.length_above(id);
    if (length <= options.max) return;
    constexpr std::size_t kShown = 8;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} reads {} models in a row that keep no rows, more than {} ({}): every query of the "
                                "last one computes them all, and the warehouse has to plan them as one",
                                printable(project.node(id).name), length, options.max,
                                comma_list(chains.names_above(id), kShown)),
         .at = Anchor{},
         .key = "chain"});
  });
  return {};
}

const RegisterRule<ChainedViewsOptions> rule{
    {.name = "chained-views",
     .subject = "performance",
     .summary = "a model reads a long chain of views and ephemeral models",
     .what = "Counts, upwards from each model, the views and ephemeral models that follow each other without a table "
             "between them, along every path. A model with more than `max` above it is reported; how it is "
             "materialized itself makes no difference. Models of packages count as links of a chain.",
     .why = "A view keeps no rows: whoever reads the last one computes the whole chain, each time anew, and for each "
            "of its readers again. Long chains run slowly, or the warehouse refuses to plan them.",
     .example = R"(```yaml plowline.yml
rules:
  chained-views: {max: 1}
```
```sql models/a.sql
{{ config(materialized='view') }} select 1 as id
```
```sql models/b.sql
{{ config(materialized='view') }} select id from {{ ref('a') }}
```
```sql models/c.sql
{{ config(materialized='table') }} select id from {{ ref('b') }}
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  chained-views: {max: 1}
```
```sql models/a.sql
{{ config(materialized='table') }} select 1 as id
```
```sql models/b.sql
{{ config(materialized='view') }} select id from {{ ref('a') }}
```
```sql models/c.sql
{{ config(materialized='table') }} select id from {{ ref('b') }}
```)",
     .basis = "dbt-project-evaluator: `fct_chained_views_dependencies` with `chained_views_threshold`, whose default "
              "on most warehouses is 5.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&ChainedViewsOptions::max>("max", "The most models in a row that keep no rows."),
     option<&ChainedViewsOptions::materializations>("materializations", "How such models are materialized.")},
    check};

}  // namespace
}  // namespace plowline
