#include <fmt/format.h>
#include <optional>

#include "artifact/warehouse.h"
#include "lint/rule.h"
#include "rules/snowplow/tagged_models.h"
#include "snowplow/guard.h"

namespace plowline {
namespace {

// Where a backslash in a string begins an escape.
bool has_escapes(Warehouse warehouse) {
  return warehouse == Warehouse::kBigQuery || warehouse == Warehouse::kSnowflake || warehouse == Warehouse::kSpark;
}

// What is wrong with the name and what follows from that; nothing where the name is safe. `package` counts the model.
std::optional<std::string> trouble_with(std::string_view name, Warehouse warehouse, const SnowplowPackage& package) {
  if (name.find('\'') != std::string_view::npos) {
    return fmt::format(
        "a ' in its name, which ends the string where {} asks its manifest for the models' rows by name: every run "
        "that counts the model fails with a syntax error",
        printable(package.name));
  }
  if (has_escapes(warehouse) && name.find('\\') != std::string_view::npos) {
    return fmt::format(
        "a backslash in its name, which is an escape where {} asks its manifest for the models' rows by name: its row "
        "is never found, or the query fails",
        printable(package.name));
  }
  if (!can_be_named(name)) {
    return fmt::format(
        "a blank in its name, and models_to_run is split at blanks: no value can name the model, so {} does not count "
        "it in a run that is limited to some models and writes no row for it",
        printable(package.name));
  }
  return std::nullopt;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const Warehouse warehouse = warehouse_from(project.project().metadata().adapter_type);
  for (const TaggedModel& model : tagged_models(project, scope)) {
    const std::string_view name = project.node(model.id).name;
    const auto trouble = trouble_with(name, warehouse, *model.packages.front());
    if (!trouble) continue;
    violations.push_back(
        {.node = model.id, .message = fmt::format("`{}` has {}", printable(name), *trouble), .at = {}, .key = "name"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-unsafe-name",
     .subject = "snowplow",
     .summary = "a tagged model's name breaks models_to_run or the package's SQL",
     .what = "Finds models with a Snowplow package's tag whose name has a blank or a `'` in it, or a backslash on "
             "BigQuery, Databricks, Spark and Snowflake, where it is an escape. Other characters (`-`, `.`, letters of "
             "any alphabet) are safe.",
     .why = "The packages know their models by name and nothing else. They take the names of models_to_run apart at "
            "blanks, and write the names of the models that they count between single quotes into the query on their "
            "manifest, as they are.",
     .example = "```\nmodels/my views.sql\n```",
     .use_instead = "```\nmodels/my_views.sql\n```",
     .basis = "snowplow_utils: `get_enabled_snowplow_models` splits models_to_run at single blanks; `print_list` puts "
              "the names between single quotes for `get_incremental_manifest_status`.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
