#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "lint/rule.h"
#include "rules/governance/meta.h"
#include "source/source_files.h"

namespace plowline {
namespace {

struct ConceptMappingOptions {
  std::vector<std::string> concepts;
  std::string concepts_file;
  std::string key = "concept";
  std::vector<std::string> layers = {"marts"};
};

using Names = std::set<std::string, std::less<>>;

// `concepts:` is a map with the names as keys, or a list of names or of maps with a `name`.
void add_concepts(const PlacedValue& concepts, Names& names) {
  for (const PlacedValue::Member& member : concepts.members) names.insert(member.key.text);
  for (const PlacedValue& item : concepts.items) {
    const PlacedValue* name = item.kind == PlacedValue::Kind::kMap ? item.get("name") : &item;
    if (name != nullptr && name->kind == PlacedValue::Kind::kText) names.insert(name->text);
  }
}

Result<void> read_concepts(const LintProject& project, const std::string& path, Names& names) {
  SourceFiles files(project.project(), project.location(), {});
  const SourceFile* file = files.file(path);
  if (file == nullptr) {
    return usage_error(fmt::format("concept-mapping: {} is no file of the project that can be read", printable(path)),
                       "`concepts_file` is relative to the project's folder, and lies in it");
  }
  const auto value = placed_value_from_yaml(file->text(), path);
  if (!value) return std::unexpected(value.error());
  const PlacedValue* concepts = value->get("concepts");
  if (concepts == nullptr) {
    return input_error(path, value->position, "there is no `concepts:` at the top",
                       "list the business concepts there, by name");
  }
  add_concepts(*concepts, names);
  return {};
}

// The concepts that a model names: a text, or a list.
std::vector<std::string> concepts_of(const Meta& meta, const std::string& key) {
  const auto value = meta.find(key);
  return value ? value->strings() : std::vector<std::string>{};
}

bool needs_concept(const LintProject& project, NodeId id, const ConceptMappingOptions& options) {
  return project.in_layers(id, options.layers);
}

void check_model(const LintProject& project, NodeId id, const ConceptMappingOptions& options, const Names& known,
                 Violations& violations) {
  const std::string name = printable(project.node(id).name);
  const std::vector<std::string> mapped = concepts_of(Meta::of(project, id), options.key);
  if (mapped.empty() && needs_concept(project, id, options)) {
    violations.push_back({.node = id,
                          .message = fmt::format("{} names no business concept (meta.{}): nobody who thinks in the "
                                                 "business's words finds it",
                                                 name, printable(options.key)),
                          .at = Anchor::config("meta"),
                          .key = "missing"});
  }
  for (const std::string& concept_name : mapped) {
    if (known.contains(concept_name)) continue;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} is mapped to the concept {}, which is not defined: the model is in "
                                "no one's picture of the business",
                                name, printable(concept_name)),
         .at = Anchor::config("meta." + options.key.substr(0, options.key.find('.'))),
         .key = "concept " + concept_name});
  }
}

Result<void> check_concepts(const LintProject& project, const RuleScope& scope, const ConceptMappingOptions& options,
                            Violations& violations) {
  Names known(options.concepts.begin(), options.concepts.end());
  if (!options.concepts_file.empty()) {
    if (auto read = read_concepts(project, options.concepts_file, known); !read) return read;
  }
  if (known.empty() || options.key.empty()) return {};
  scope.for_each_enabled(ResourceType::kModel,
                         [&](NodeId id) { check_model(project, id, options, known, violations); });
  return {};
}

const RegisterRule<ConceptMappingOptions> rule{
    {.name = "concept-mapping",
     .subject = "governance",
     .summary = "a model is mapped to no business concept, or to one that is not defined",
     .what = "Holds `meta.concept` of models, a text or a list, against the concepts of the business: `concepts`, and "
             "those in `concepts_file` (a YAML file of the project with `concepts:` at its top, a map by name or a "
             "list). Models in `layers` have to name one. Does nothing until concepts are given.",
     .why = "People ask for customers and orders, not for `fct_ord_cust_v2`. The mapping answers which tables hold a "
            "concept, as long as it is complete and spelt like the concept.",
     .example = R"(```sql models/marts/fct_orders.sql
select 1 as order_id
```
```yaml models/marts/orders.yml
models:
  - name: fct_orders
    config:
      meta: {concept: oder}
```
```yaml plowline.yml
rules:
  concept-mapping: {severity: warn, concepts: [customer, order]}
```)",
     .use_instead = R"(```sql models/marts/fct_orders.sql
select 1 as order_id
```
```yaml models/marts/orders.yml
models:
  - name: fct_orders
    config:
      meta: {concept: order}
```
```yaml plowline.yml
rules:
  concept-mapping: {severity: warn, concepts: [customer, order]}
```)",
     .basis = "dbt-conceptual: `validate`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ConceptMappingOptions::concepts>("concepts", "The concepts of the business."),
     option<&ConceptMappingOptions::concepts_file>("concepts_file",
                                                   "A YAML file with more of them, relative to the project's folder."),
     option<&ConceptMappingOptions::key>("key", "The key of `meta` that names the concept."),
     option<&ConceptMappingOptions::layers>("layers", "Layers whose models have to name one.")},
    check_concepts};

}  // namespace
}  // namespace plowline
