// The rules that ask for a description of a node: one check for all resource types.
#include <algorithm>
#include <fmt/format.h>

#include "lint/node_name.h"
#include "lint/record_member.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"

namespace plowline {
namespace {

struct NodeDescriptionOptions {
  std::int64_t min_length = 1;
  std::vector<std::string> forbidden;
  std::vector<std::string> layers;  // model-description only
  bool ephemeral = true;            // model-description only
  bool owner = false;               // exposure-description only
};

struct DescribedKind {
  ResourceType type;
  std::string_view consequence;  // what follows from a missing description
};

constexpr DescribedKind kModels = {
    ResourceType::kModel, "whoever finds it in the documentation has to read its code to know what one row is"};
constexpr DescribedKind kSourceTables = {ResourceType::kSource,
                                         "whoever finds it in the documentation cannot know what was loaded into it"};
constexpr DescribedKind kSeeds = {ResourceType::kSeed, "nobody can tell where its rows come from and who keeps them"};
constexpr DescribedKind kSnapshots = {ResourceType::kSnapshot,
                                      "whoever finds it in the documentation cannot know whose history it keeps"};
constexpr DescribedKind kExposures = {ResourceType::kExposure,
                                      "whoever changes a model cannot know what it is that depends on it"};
constexpr DescribedKind kSemanticModels = {ResourceType::kSemanticModel,
                                           "whoever queries its metrics cannot know what they are measured on"};
constexpr DescribedKind kUnitTests = {ResourceType::kUnitTest, "whoever sees it fail cannot know what it guards"};

bool is_asked_for(const LintProject& project, NodeId id, const NodeDescriptionOptions& options) {
  if (!options.layers.empty() && !project.in_layers(id, options.layers)) {
    return false;
  }
  return options.ephemeral || project.config(id).materialized != "ephemeral";
}

bool has_owner(const LintProject& project, NodeId exposure) {
  static const RecordMember kOwner("owner");
  const RawJson owner = kOwner.of(project, exposure);
  return has_description(member_of(owner, "name")) || truthy(member_of(owner, "email"));
}

template <const DescribedKind& kKind>
Result<void> check(const LintProject& project, const RuleScope& scope, const NodeDescriptionOptions& options,
                   Violations& violations) {
  const DescriptionDemand demand{options.min_length, options.forbidden};
  scope.for_each_enabled(kKind.type, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    const auto fault = description_fault(description_text(node.description), demand);
    if (fault && is_asked_for(project, id, options)) {
      violations.push_back({.node = id,
                            .message = fmt::format("{} {}: {}", readable_name(node), *fault, kKind.consequence),
                            .at = Anchor::properties(),
                            .key = "description"});
    }
    if (options.owner && !has_owner(project, id)) {
      violations.push_back({.node = id,
                            .message = fmt::format("{} has neither a name nor an e-mail address of its owner: nobody "
                                                   "can be asked before a model changes under it",
                                                   readable_name(node)),
                            .at = Anchor::properties(),
                            .key = "owner"});
    }
  });
  return {};
}

constexpr auto kMinLength = "The fewest characters that count as a description, blanks around it apart.";
constexpr auto kForbidden =
    "Phrases that show that it is none yet, `TODO` for example. They count as whole words, letter case apart.";

std::vector<OptionSpec> description_options(std::vector<OptionSpec> more = {}) {
  std::vector<OptionSpec> options = {option<&NodeDescriptionOptions::min_length>("min_length", kMinLength),
                                     option<&NodeDescriptionOptions::forbidden>("forbidden", kForbidden)};
  std::ranges::move(more, std::back_inserter(options));
  return options;
}

const RegisterRule<NodeDescriptionOptions> of_models{
    {.name = "model-description",
     .subject = "documentation",
     .summary = "a model has no description",
     .what = "Looks at the description of every enabled model, each version of a versioned one by itself. A text of "
             "blanks only, also one that a `doc()` block rendered, is none.",
     .why = "The description is what a catalog, the documentation site and an editor show of a model. Without it "
            "readers take the model for what its name suggests, and build on it.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_models.yml
models:
  - name: orders
    columns:
      - name: order_id
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_models.yml
models:
  - name: orders
    description: One row per order that was paid, cancelled ones included.
    columns:
      - name: order_id
```)",
     .basis = "The manifest's `description`; dbt-project-evaluator's fct_undocumented_models finds the same models.",
     .presets = kStrict},
    description_options(
        {option<&NodeDescriptionOptions::layers>("layers", "Only models of these layers; empty: of all."),
         option<&NodeDescriptionOptions::ephemeral>("ephemeral", "Whether ephemeral models need one, too.")}),
    check<kModels>};

const RegisterRule<NodeDescriptionOptions> of_source_tables{
    {.name = "source-table-description",
     .subject = "documentation",
     .summary = "a table of a source has no description",
     .what = "Looks at the description of every enabled table of every source. That of the source itself is another "
             "rule's matter (source-description).",
     .why = "Nobody in the project wrote the table, so there is no code to look into: what its rows are and which "
            "deletes and updates it gets is known only to those who load it, or written here.",
     .example = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: payments
```)",
     .use_instead = R"(```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: payments
        description: One row per attempt to pay, appended by the payment service; never updated.
```)",
     .basis = "The manifest's `description` of sources; dbt-project-evaluator's fct_undocumented_source_tables.",
     .presets = kStrict},
    description_options(),
    check<kSourceTables>};

const RegisterRule<NodeDescriptionOptions> of_seeds{
    {.name = "seed-description",
     .subject = "documentation",
     .summary = "a seed has no description",
     .what = "Looks at the description of every enabled seed.",
     .why = "A CSV file has no place for a comment. Who made it, from what, and when it has to be renewed is forgotten "
            "unless the properties say it.",
     .example = R"(```csv seeds/countries.csv
code,name
de,Germany
```)",
     .use_instead = R"(```csv seeds/countries.csv
code,name
de,Germany
```
```yaml seeds/_seeds.yml
seeds:
  - name: countries
    description: The countries that we deliver to, kept by the logistics team.
```)",
     .basis = "The manifest's `description` of seeds.",
     .presets = kStrict},
    description_options(),
    check<kSeeds>};

const RegisterRule<NodeDescriptionOptions> of_snapshots{
    {.name = "snapshot-description",
     .subject = "documentation",
     .summary = "a snapshot has no description",
     .what = "Looks at the description of every enabled snapshot.",
     .why = "A snapshot is the one table that cannot be built again. Since when it is kept, and what counts as a "
            "change, is needed by everybody who reads its history.",
     .example = R"(```sql models/customers.sql
select 1 as customer_id, current_timestamp as updated_at
```
```yaml snapshots/customers_history.yml
snapshots:
  - name: customers_history
    relation: ref('customers')
    config:
      unique_key: customer_id
      strategy: timestamp
      updated_at: updated_at
```)",
     .use_instead = R"(```sql models/customers.sql
select 1 as customer_id, current_timestamp as updated_at
```
```yaml snapshots/customers_history.yml
snapshots:
  - name: customers_history
    description: Every state of a customer since 2024, as of each morning.
    relation: ref('customers')
    config:
      unique_key: customer_id
      strategy: timestamp
      updated_at: updated_at
```)",
     .basis = "The manifest's `description` of snapshots.",
     .presets = kStrict},
    description_options(),
    check<kSnapshots>};

const RegisterRule<NodeDescriptionOptions> of_exposures{
    {.name = "exposure-description",
     .subject = "documentation",
     .summary = "an exposure has no description",
     .what = "Looks at the description of every enabled exposure and, where `owner` is set, at its owner's name and "
             "e-mail address.",
     .why = "An exposure stands for something outside of dbt: a dashboard, an export, an application. Its name alone "
            "does not tell who looks at it and how bad it is when it stands still.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/exposures.yml
exposures:
  - name: weekly_kpis
    type: dashboard
    owner: {name: Finance}
    depends_on: [ref('orders')]
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/exposures.yml
exposures:
  - name: weekly_kpis
    type: dashboard
    description: What the board looks at every Monday at nine.
    owner: {name: Finance}
    depends_on: [ref('orders')]
```)",
     .basis = "The manifest's `description` and `owner` of exposures.",
     .presets = kStrict},
    description_options({option<&NodeDescriptionOptions::owner>(
        "owner", "Whether an exposure also needs a name or an e-mail address of its owner.")}),
    check<kExposures>};

const RegisterRule<NodeDescriptionOptions> of_semantic_models{
    {.name = "semantic-model-description",
     .subject = "documentation",
     .summary = "a semantic model has no description",
     .what = "Looks at the description of every enabled semantic model.",
     .why = "Whoever queries metrics sees semantic models, not SQL. What one row of it is decides how its measures may "
            "be added up.",
     .example = R"(```sql models/orders.sql
select 1 as order_id, current_date as ordered_on
```
```yaml models/_semantic.yml
semantic_models:
  - name: orders
    model: ref('orders')
    defaults: {agg_time_dimension: ordered_on}
    entities:
      - {name: order_id, type: primary}
    dimensions:
      - {name: ordered_on, type: time, type_params: {time_granularity: day}}
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id, current_date as ordered_on
```
```yaml models/_semantic.yml
semantic_models:
  - name: orders
    description: Orders, one per row, by the day on which they were placed.
    model: ref('orders')
    defaults: {agg_time_dimension: ordered_on}
    entities:
      - {name: order_id, type: primary}
    dimensions:
      - {name: ordered_on, type: time, type_params: {time_granularity: day}}
```)",
     .basis = "The manifest's `description` of semantic models.",
     .presets = kStrict},
    description_options(),
    check<kSemanticModels>};

const RegisterRule<NodeDescriptionOptions> of_unit_tests{
    {.name = "unit-test-description",
     .subject = "documentation",
     .summary = "a unit test has no description",
     .what = "Looks at the description of every enabled unit test.",
     .why = "Rows that go in and rows that come out do not tell what case they stand for. Whoever breaks the test "
            "later cannot decide whether the test or the change is wrong.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_unit_tests.yml
unit_tests:
  - name: orders_are_counted_once
    model: orders
    given: []
    expect:
      rows: [{order_id: 1}]
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_unit_tests.yml
unit_tests:
  - name: orders_are_counted_once
    description: An order that was paid in two parts is one row.
    model: orders
    given: []
    expect:
      rows: [{order_id: 1}]
```)",
     .basis = "The manifest's `description` of unit tests."},
    description_options(),
    check<kUnitTests>};

}  // namespace
}  // namespace plowline
