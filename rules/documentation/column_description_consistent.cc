#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <unordered_map>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "project/file_checksum.h"
#include "rules/documentation/described.h"

namespace plowline {
namespace {

struct ConsistentColumnOptions {
  std::vector<std::string> ignore;
  bool case_sensitive = true;
  bool missing = true;
};

// A column of a model, with what is said of it.
struct DescribedColumn {
  NodeId model;
  std::string_view name;
  std::string_view description;  // without blanks around it; may be empty
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), ascii_lower);
  return out;
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// The columns of one name, in the order of their models.
using ColumnGroups = std::unordered_map<std::string, std::vector<DescribedColumn>, TextHash, std::equal_to<>>;

ColumnGroups columns_by_name(const LintProject& project, const RuleScope& scope,
                             const ConsistentColumnOptions& options) {
  ColumnGroups groups;
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    if (project.node(id).columns.bytes.size() <= 2) return;
    for (const Column& column : project.columns(id)) {
      const auto same = [&](const std::string& ignored) {
        return options.case_sensitive ? ignored == column.name : lower(ignored) == lower(column.name);
      };
      if (std::ranges::any_of(options.ignore, same)) continue;
      const std::string_view description = stripped(column.description);
      if (description.empty() && !options.missing) continue;
      const std::string folded = options.case_sensitive ? std::string() : lower(column.name);
      const std::string_view key = options.case_sensitive ? column.name : std::string_view(folded);
      auto group = groups.find(key);
      if (group == groups.end()) group = groups.try_emplace(std::string(key)).first;
      group->second.push_back({id, column.name, description});
    }
  });
  return groups;
}

// The description that most of them have, any before none; of several, the first.
const DescribedColumn& usual(const std::vector<DescribedColumn>& columns) {
  std::map<std::string_view, std::size_t> counts;
  for (const DescribedColumn& column : columns) ++counts[column.description];
  counts[std::string_view()] = 0;
  return *std::ranges::max_element(columns, {}, [&](const DescribedColumn& c) { return counts[c.description]; });
}

std::string message_of(const LintProject& project, const std::vector<DescribedColumn>& columns,
                       const DescribedColumn& usual_one, const DescribedColumn& odd) {
  std::vector<std::string_view> texts;
  std::size_t without = 0;
  for (const DescribedColumn& column : columns) {
    if (column.description.empty()) ++without;
    if (!column.description.empty() && std::ranges::find(texts, column.description) == texts.end())
      texts.push_back(column.description);
  }
  std::string ways = fmt::format("{} description{}", texts.size(), texts.size() == 1 ? "" : "s");
  if (without > 0) ways += fmt::format(" and {} time{} none", without, without == 1 ? "" : "s");
  return fmt::format(
      "the column {} has {} in {} models; {} {} {}: readers cannot tell whether it means the same in all",
      printable(odd.name), ways, columns.size(), readable_name(project.node(odd.model)),
      odd.description.empty() ? "lacks that of" : "differs from", readable_name(project.node(usual_one.model)));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ConsistentColumnOptions& options,
                   Violations& violations) {
  for (const auto& [name, columns] : columns_by_name(project, scope, options)) {
    if (columns.size() < 2) continue;
    const DescribedColumn& usual_one = usual(columns);
    const auto odd = std::ranges::find_if(
        columns, [&](const DescribedColumn& column) { return column.description != usual_one.description; });
    if (odd == columns.end()) continue;
    violations.push_back({.node = odd->model,
                          .message = message_of(project, columns, usual_one, *odd),
                          .at = Anchor::column(std::string(odd->name)),
                          .column = std::string(odd->name)});
  }
  return {};
}

const RegisterRule<ConsistentColumnOptions> rule{
    {.name = "column-description-consistent",
     .subject = "documentation",
     .summary = "columns of one name are described differently in different models",
     .what = "Compares the descriptions of columns that have one name in several enabled models, blanks around them "
             "apart. One finding for each name, at the first model that differs from what most say. A column without "
             "a description differs from one with a description, unless `missing` is false; that no model describes a "
             "column is all right here.",
     .why = "`customer_id` in two models is joined without a second thought. Where the one means who ordered and the "
            "other who paid, only the descriptions can tell; where both mean the same, two texts drift apart.",
     .example = R"(```sql models/orders.sql
select 1 as customer_id
```
```sql models/payments.sql
select 1 as customer_id
```
```yaml models/_models.yml
models:
  - name: orders
    columns:
      - {name: customer_id, description: Who ordered.}
  - name: payments
    columns:
      - {name: customer_id, description: The customer.}
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as customer_id
```
```sql models/payments.sql
select 1 as customer_id
```
```yaml models/_models.yml
models:
  - name: orders
    columns:
      - {name: customer_id, description: Who ordered.}
  - name: payments
    columns:
      - {name: customer_id, description: Who ordered.}
```)",
     .basis = "The manifest's `columns`. dbt-checkpoint's check-column-desc-are-same compares the same columns as they "
              "stand in the YAML files; dbt-bouncer's check passes those without a description over."},
    {option<&ConsistentColumnOptions::ignore>("ignore", "Names of columns that may differ, such as `id`."),
     option<&ConsistentColumnOptions::case_sensitive>("case_sensitive", "Whether `ID` and `id` are two names."),
     option<&ConsistentColumnOptions::missing>("missing", "Whether having no description differs from having one.")},
    check};

}  // namespace
}  // namespace plowline
