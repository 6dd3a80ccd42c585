#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/dag/time_spine.h"
#include "rules/naming/letter_case.h"

namespace plowline {
namespace {

struct ModelNameOptions {
  Pattern pattern;
  std::string letter_case = "any";
  std::string layer_prefixes = "auto";
};

const LayerSetting* layer_setting(const LintProject& project, NodeId id) {
  const auto found = std::ranges::find(project.layers(), project.layer(id), &LayerSetting::name);
  return found == project.layers().end() ? nullptr : &*found;
}

bool has_prefix_of(const LayerSetting& layer, std::string_view name) {
  // As the layers tell it: up to and with the first underscore; a name without one is a prefix as a whole.
  const std::string prefix = std::string(name.substr(0, name.find('_'))) + "_";
  return std::ranges::any_of(layer.prefixes,
                             [&](const std::string& known) { return known == prefix || name.starts_with(known); });
}

std::string any_of(const std::vector<std::string>& prefixes) {
  std::string text;
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    if (i > 0) text += i + 1 == prefixes.size() ? " or " : ", ";
    text += printable(prefixes[i]);
  }
  return text;
}

void check_prefix(const LintProject& project, NodeId id, Violations& violations) {
  const LayerSetting* layer = layer_setting(project, id);
  const std::string_view name = project.node(id).name;
  if (layer == nullptr || layer->prefixes.empty() || has_prefix_of(*layer, name) || is_time_spine(project, id)) return;
  violations.push_back(
      {.node = id,
       .message = fmt::format("the name {} does not begin with {}, as models of the layer {} do: it does not tell what "
                              "kind of model this is",
                              printable(name), any_of(layer->prefixes), printable(layer->name)),
       .key = "prefix"});
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ModelNameOptions& options,
                   Violations& violations) {
  const NameDemand demand(options.pattern, options.letter_case);
  const bool prefixes = options.layer_prefixes == "always" || (options.layer_prefixes == "auto" && demand.none());
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const std::string_view name = project.node(id).name;
    if (!demand.met_by(name)) {
      violations.push_back({.node = id,
                            .message = fmt::format("the model name {} {}", printable(name), demand.failure(name)),
                            .key = "name"});
    }
    if (prefixes) check_prefix(project, id, violations);
  });
  return {};
}

const RegisterRule<ModelNameOptions> rule{
    {.name = "model-name",
     .subject = "naming",
     .summary = "a model's name does not follow the convention",
     .what =
         "Without options: the name has to begin with one of the prefixes of the model's layer, `stg_` in staging, "
         "`fct_` or `dim_` in marts (`layers:` in plowline.yml). Layers without prefixes ask for nothing, and neither "
         "does the time spine of the semantic layer. With a `pattern` or a `case`, these count instead, or, with "
         "`layer_prefixes: always`, as well. Each version of a model is looked at.",
     .why = "In the warehouse and in every `ref()` there is only the name. Where it tells what kind of model this is, "
            "nobody builds a report on a staging model by mistake.",
     .example = R"(```sql models/marts/orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```sql models/marts/fct_orders.sql
select 1 as order_id
```)",
     .basis =
         "dbt-project-evaluator: `fct_model_naming_conventions` with its default prefixes; dbt-checkpoint: "
         "`check-model-name-contract`; dbt-bouncer: `check_model_names` (there a pattern need not match to the end).",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&ModelNameOptions::pattern>("pattern", "A regular expression that the whole name has to match: `stg_.*`."),
     option<&ModelNameOptions::letter_case>("case", "The letter case of the name.", letter_cases()),
     option<&ModelNameOptions::layer_prefixes>(
         "layer_prefixes",
         "Whether the name has to begin with a prefix of its layer; `auto`: where "
         "neither a pattern nor a case is given.",
         {"auto", "always", "never"})},
    check};

}  // namespace
}  // namespace plowline
