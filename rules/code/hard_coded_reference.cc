#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "lint/parallel.h"
#include "rules/code/code_survey.h"
#include "rules/code/query_names.h"
#include "rules/dag/neighbours.h"
#include "source/sql_relations.h"

namespace plowline {
namespace {

struct HardCodedReferenceOptions {
  bool ignore_dotless = true;
  bool variables = true;
  std::string dialect = "auto";
  std::vector<std::string> types = {"model"};
};

// Where "x" is a string, and no name.
bool quotes_are_strings(std::string_view dialect) {
  return dialect == "bigquery" || dialect == "databricks" || dialect == "spark" || dialect == "mysql" ||
         dialect == "hive";
}

std::string lower_key(const SqlText::Relation& relation) {
  std::string key;
  for (const std::string& part : relation.parts) {
    if (!key.empty()) key += '.';
    for (const char c : part) key += ascii_lower(c);
  }
  return key.empty() ? relation.name : key;
}

class ReferenceFinder {
 public:
  ReferenceFinder(const LintProject& project, const HardCodedReferenceOptions& options)
      : project_(project), ignore_dotless_(options.ignore_dotless), variables_(options.variables) {
    if (ignore_dotless_) surveys_ = &project.index<CodeSurveys>();
    const std::string_view adapter = project.project().metadata().adapter_type;
    strings_ = quotes_are_strings(options.dialect == "auto" ? adapter : std::string_view(options.dialect));
  }

  // Whether the code need not be read.
  bool may_skip(NodeId id) const {
    return surveys_ != nullptr && project_.project().type(id) == ResourceType::kModel && !surveys_->of(id).relation;
  }

  void look_at(NodeId id, Violations& found) const {
    const SqlText sql(project_.code(id));
    std::optional<QueryNames> names;  // made for the few that have a name without a dot
    std::set<std::string> seen;
    for (const SqlText::Relation& relation : all_relations(sql)) {
      if (relation.use != SqlText::Relation::Use::kRead) continue;
      if (relation.parts.size() == 1 && !names) names.emplace(sql);
      if (!is_hard_coded(relation, names) || !seen.insert(lower_key(relation)).second) continue;
      report(id, relation, found);
    }
  }

 private:
  bool is_hard_coded(const SqlText::Relation& relation, const std::optional<QueryNames>& names) const {
    if (relation.parts.empty()) return variables_ && begins_with_var(relation.name);
    if (relation.name.front() == '"' && strings_) return false;
    if (relation.parts.size() > 1) return relation.parts.size() <= 4;
    const bool quoted = std::string_view("\"`[").find(relation.name.front()) != std::string_view::npos;
    if (ignore_dotless_ && !quoted) return false;
    return !names->has(relation.parts.front());
  }

  // {{ var('orders') }}, and {{ var('schema') }}.orders.
  static bool begins_with_var(std::string_view name) {
    if (!name.starts_with("{{")) return false;
    name.remove_prefix(2);
    if (name.starts_with('-')) name.remove_prefix(1);
    name.remove_prefix(std::min(name.find_first_not_of(" \t\r\n"), name.size()));
    if (!name.starts_with("var")) return false;
    name.remove_prefix(3);
    name.remove_prefix(std::min(name.find_first_not_of(" \t\r\n"), name.size()));
    return name.starts_with('(');
  }

  void report(NodeId id, const SqlText::Relation& relation, Violations& found) const {
    found.push_back({.node = id,
                     .message = fmt::format("{} reads {} without ref() or source(): dbt does not know of it, may build "
                                            "it too late, and takes {} on every target",
                                            printable(dotted_name(project_.node(id))), printable(relation.name),
                                            relation.parts.empty() ? "whatever the variable says" : "the same table"),
                     .at = Anchor::code(relation.offset, relation.length),
                     .key = lower_key(relation)});
  }

  const LintProject& project_;
  const CodeSurveys* surveys_ = nullptr;  // null where names without a dot are looked for: it cannot tell those
  bool ignore_dotless_;
  bool variables_;
  bool strings_ = false;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const HardCodedReferenceOptions& options,
                   Violations& violations) {
  const TypesOfNodes types = TypesOfNodes::of_words(options.types);
  const ReferenceFinder finder(project, options);
  std::vector<NodeId> nodes;
  scope.nodes().for_each([&](NodeId id) {
    if (!types.has(project.project().type(id)) || !project.project().enabled(id)) return;
    const NodeRecord& node = project.node(id);
    if (node.language != "python" && !node.raw_code.empty() && !finder.may_skip(id)) nodes.push_back(id);
  });
  violations = collect_in_parallel<Violation>(nodes, [&](NodeId id, Violations& found) { finder.look_at(id, found); });
  return {};
}

const RegisterRule<HardCodedReferenceOptions> rule{
    {.name = "hard-coded-reference",
     .subject = "code",
     .summary = "a model reads a relation by its name, without ref() or source()",
     .what =
         "Finds where a model's SQL names what it reads: `raw.orders`, a quoted name that is no CTE, `{{ "
         "var('orders') }}`. Comments, strings, CTEs, functions, stages, columns that are unnested, and the FROM of "
         "`extract()`, `trim()` and `is distinct from` are no relations. Unquoted names without a dot (which a "
         "search path resolves) are found with `ignore_dotless: false`.",
     .why = "dbt builds models in the order that ref() and source() give, on the target's own tables, and shows what "
            "reads what. A name does none of that: development reads production's table, and a run may read it before "
            "it is built.",
     .example = R"(```sql models/orders.sql
select * from raw.orders
```
)",
     .use_instead = R"(```sql models/orders.sql
-- was: from raw.orders
select extract(year from o.created) as year from {{ source('raw', 'orders') }} o
```
```yaml models/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}]
```
)",
     .basis = "dbt-project-evaluator: `fct_hard_coded_references`; dbt-checkpoint: `check-script-has-no-table-name`. "
              "dbt's documentation of ref().",
     .presets = kStrict},
    {option<&HardCodedReferenceOptions::ignore_dotless>(
         "ignore_dotless",
         "Leave out unquoted names without a dot that are no CTE; quoted ones are found all the same."),
     option<&HardCodedReferenceOptions::variables>("variables",
                                                   "Whether a `{{ var(…) }}` in the place of a relation is one."),
     option<&HardCodedReferenceOptions::dialect>(
         "dialect",
         "Whose SQL it is; `auto`: the adapter's. On BigQuery, Databricks, Spark, Hive and MySQL \"x\" is a "
         "string.",
         {"auto", "ansi", "bigquery", "databricks", "spark", "hive", "mysql", "snowflake", "redshift", "postgres",
          "duckdb", "trino", "athena", "clickhouse", "sqlserver", "fabric", "oracle"}),
     option<&HardCodedReferenceOptions::types>("types", "The types of nodes that are looked at.",
                                               {"model", "snapshot", "test", "analysis"})},
    check};

}  // namespace
}  // namespace plowline
