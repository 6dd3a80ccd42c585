#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "diagnostic/name_list.h"
#include "project/ls_lookup.h"
#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct PermittedUpstreamOptions {
  Pattern path_pattern;
  std::vector<std::string> name_prefixes;
  std::vector<std::string> forbidden_name_prefixes;
  std::vector<std::string> schemas;
  std::vector<std::string> forbidden_schemas;
  std::vector<std::string> databases;
  std::vector<std::string> forbidden_databases;
  std::vector<std::string> types;
  std::vector<std::string> forbidden_types;
  ListMap layers;
  bool ephemeral = false;
};

using Texts = std::vector<std::string>;

bool has(const Texts& texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

bool begins_with_any(std::string_view name, const Texts& prefixes) {
  return std::ranges::any_of(prefixes, [&](const std::string& prefix) { return name.starts_with(prefix); });
}

// `schema prod_raw, which is none of staging, marts` where the value is not permitted.
std::optional<std::string> objection(std::string_view what, std::string_view value, bool permitted, bool forbidden,
                                     const Texts& choices, std::string_view link) {
  if (!permitted) return fmt::format("its {} {} {} {}", what, printable(value), link, comma_list(choices, 6));
  if (forbidden) return fmt::format("its {} {} is forbidden", what, printable(value));
  return std::nullopt;
}

std::optional<std::string> objection_to(std::string_view what, std::string_view value, const Texts& permitted,
                                        const Texts& forbidden) {
  return objection(what, value, permitted.empty() || has(permitted, value), has(forbidden, value), permitted,
                   "is none of");
}

class UpstreamJudge {
 public:
  UpstreamJudge(const LintProject& project, const PermittedUpstreamOptions& options)
      : project_(project), options_(options) {
    // The path of a parent is matched from its beginning.
    if (!options.path_pattern.empty()) {
      if (auto anchored = Pattern::compile("^(?:" + options.path_pattern.text() + ")")) path_ = *std::move(anchored);
    }
  }

  // Why that parent may not be read by that model; the first reason.
  std::optional<std::string> reason(NodeId child, NodeId parent) const {
    const NodeRecord& node = project_.node(parent);
    const bool model = node.resource_type == ResourceType::kModel;
    if (auto type = objection_to("type", to_string(node.resource_type), options_.types, options_.forbidden_types))
      return type;
    if (model) {
      if (auto found = reason_of_model(child, parent)) return found;
    }
    if (!model && node.resource_type != ResourceType::kSource) return std::nullopt;
    if (auto schema = objection_to("schema", node.schema, options_.schemas, options_.forbidden_schemas)) return schema;
    return objection_to("database", node.database, options_.databases, options_.forbidden_databases);
  }

 private:
  std::optional<std::string> reason_of_model(NodeId child, NodeId parent) const {
    const NodeRecord& node = project_.node(parent);
    if (const auto layer = options_.layers.find(std::string(project_.layer(child))); layer != options_.layers.end()) {
      if (!has(layer->second, project_.layer(parent)))
        return fmt::format("models of the layer {} may read {} and not {}", printable(layer->first),
                           layer->second.empty() ? "no model" : comma_list(layer->second, 6),
                           printable(project_.layer(parent)));
    }
    const Texts& prefixes = options_.name_prefixes;
    if (auto name =
            objection("name", node.name, prefixes.empty() || begins_with_any(node.name, prefixes),
                      begins_with_any(node.name, options_.forbidden_name_prefixes), prefixes, "begins with none of"))
      return name;
    if (path_.empty() || !project_.is_own(parent)) return std::nullopt;
    const std::string path = with_slashes(node.original_file_path);
    if (path_.found_in(path)) return std::nullopt;
    return fmt::format("its file {} does not match {}", printable(path), printable(options_.path_pattern.text()));
  }

  const LintProject& project_;
  const PermittedUpstreamOptions& options_;
  Pattern path_;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const PermittedUpstreamOptions& options,
                   Violations& violations) {
  const UpstreamJudge judge(project, options);
  for_each_edge(project, scope, {ResourceType::kModel}, kReadableTypes, [&](NodeId child, NodeId parent) {
    const auto reason = judge.reason(child, parent);
    if (!reason) return;
    if (!options.ephemeral && project.config(child).materialized == "ephemeral") return;
    violations.push_back(
        {.node = child,
         .message = fmt::format("{} reads {}, which it may not: {}", printable(dotted_name(project.node(child))),
                                spoken_name(project.node(parent)), *reason),
         .at = place_of_reading(project, child, parent),
         .key = std::string(project.node(parent).unique_id)});
  });
  return {};
}

const std::vector<std::string> kTypeWords = {"model", "seed", "snapshot", "source"};

const RegisterRule<PermittedUpstreamOptions> rule{
    {.name = "permitted-upstream",
     .subject = "dag",
     .summary = "a model reads something that its project does not permit",
     .what = "Looks at each parent of each model: at the type of all, at schema and database of models and sources, at "
             "name, layer and path of models (the path of the project's own only). Says what one of the options "
             "forbids; without options it finds nothing. Different rules for different folders are written with "
             "`where:`. Ephemeral models are not looked at unless `ephemeral` is true.",
     .why = "Who may read whom is what keeps a big project in layers. What is only agreed upon is broken by the next "
            "join that is in a hurry, and every edge that stands is a reason for another.",
     .example = R"(```sql models/marts/fct_orders.sql
select * from {{ ref('stg_orders') }}
```
```sql models/staging/stg_orders.sql
select 1 as id
```
```yaml plowline.yml
rules:
  permitted-upstream:
    layers: {marts: [intermediate, marts]}
```
)",
     .use_instead = R"(```sql models/marts/fct_orders.sql
select * from {{ ref('int_orders') }}
```
```sql models/intermediate/int_orders.sql
select * from {{ ref('stg_orders') }}
```
```sql models/staging/stg_orders.sql
select 1 as id
```
```yaml plowline.yml
rules:
  permitted-upstream:
    layers: {marts: [intermediate, marts]}
```
)",
     .basis = "dbt-checkpoint: `check-model-parents-schema`, `-database`, `-name-prefix` (which leave out ephemeral "
              "models); dbt-bouncer: `check_lineage_permitted_upstream_models` (the path).",
     .presets = kOnRequest},
    {option<&PermittedUpstreamOptions::path_pattern>(
         "path_pattern", "What the path of a model that is read has to match, from its beginning: `models/staging`."),
     option<&PermittedUpstreamOptions::name_prefixes>("name_prefixes",
                                                      "What the name of a model that is read has to begin with."),
     option<&PermittedUpstreamOptions::forbidden_name_prefixes>("forbidden_name_prefixes",
                                                                "What it may not begin with."),
     option<&PermittedUpstreamOptions::schemas>("schemas", "The schemas that may be read, as the manifest has them."),
     option<&PermittedUpstreamOptions::forbidden_schemas>("forbidden_schemas", "The schemas that may not be read."),
     option<&PermittedUpstreamOptions::databases>("databases", "The databases that may be read."),
     option<&PermittedUpstreamOptions::forbidden_databases>("forbidden_databases",
                                                            "The databases that may not be read."),
     option<&PermittedUpstreamOptions::types>("types", "The types of nodes that may be read.", kTypeWords),
     option<&PermittedUpstreamOptions::forbidden_types>("forbidden_types", "The types that may not be read.",
                                                        kTypeWords),
     option<&PermittedUpstreamOptions::layers>("layers", "By layer, the layers whose models it may read."),
     option<&PermittedUpstreamOptions::ephemeral>("ephemeral", "Look at ephemeral models, too.")},
    check};

}  // namespace
}  // namespace plowline
