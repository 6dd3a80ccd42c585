#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "artifact/warehouse.h"
#include "lint/parallel.h"
#include "rules/code/code_survey.h"
#include "rules/code/query_names.h"
#include "rules/code/relation_owner.h"
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

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

std::string lower_key(const SqlText::Relation& relation) {
  std::string key;
  for (const std::string& part : relation.parts) {
    if (!key.empty()) key += '.';
    key += in_lower_case(part);
  }
  return key.empty() ? relation.name : key;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// What the database says of itself: information_schema.tables, system.numbers.
bool is_of_system(const std::vector<std::string>& parts, std::string_view dialect) {
  if (parts.size() < 2) return false;
  const std::string schema = in_lower_case(parts[parts.size() - 2]);
  if (is_one_of(schema, {"information_schema", "pg_catalog"}) || in_lower_case(parts.front()) == "information_schema")
    return true;
  switch (warehouse_from(dialect)) {
    case Warehouse::kSqlServer:
    case Warehouse::kOracle:
      return schema == "sys";
    case Warehouse::kTrino:
    case Warehouse::kAthena:
    case Warehouse::kSpark:
      return in_lower_case(parts.front()) == "system";  // a catalog
    default:
      return (dialect == "clickhouse" && schema == "system") ||
             (dialect == "mysql" && is_one_of(schema, {"sys", "mysql", "performance_schema"}));
  }
}

// Spark's tables that are files: delta.`s3://bucket/orders`, json.`/mnt/orders`.
bool is_path(const std::vector<std::string>& parts) {
  return parts.size() == 2 && parts.back().find('/') != std::string::npos &&
         is_one_of(in_lower_case(parts.front()),
                   {"delta", "parquet", "json", "csv", "orc", "avro", "text", "binaryfile", "iceberg", "xml"});
}

// Whether Jinja in the name is a variable: {{ var('orders') }}, "{{ var('db') }}".raw.orders.
bool has_var(std::string_view name) {
  for (std::size_t at = name.find("{{"); at != std::string_view::npos; at = name.find("{{", at + 2)) {
    std::string_view inside = name.substr(at + 2);
    if (inside.starts_with('-')) inside.remove_prefix(1);
    inside.remove_prefix(std::min(inside.find_first_not_of(" \t\r\n"), inside.size()));
    if (!inside.starts_with("var")) continue;
    inside.remove_prefix(3);
    inside.remove_prefix(std::min(inside.find_first_not_of(" \t\r\n"), inside.size()));
    if (inside.starts_with('(')) return true;
  }
  return false;
}

// Whether a dot stands in it outside of Jinja.
bool is_dotted(std::string_view name) {
  int depth = 0;
  for (const char c : name) {
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (c == '.' && depth == 0) return true;
  }
  return false;
}

class ReferenceFinder {
 public:
  ReferenceFinder(const LintProject& project, const HardCodedReferenceOptions& options)
      : project_(project), ignore_dotless_(options.ignore_dotless), variables_(options.variables) {
    if (ignore_dotless_) surveys_ = &project.index<CodeSurveys>();
    dialect_ = options.dialect == "auto" ? project.project().metadata().adapter_type : options.dialect;
  }

  // Whether the code need not be read.
  bool may_skip(NodeId id) const {
    return surveys_ != nullptr && project_.project().type(id) == ResourceType::kModel && !surveys_->of(id).relation;
  }

  void look_at(NodeId id, Violations& found) const {
    const SqlText sql(project_.code(id));
    std::optional<QueryNames> names;  // made for the few that read a name without a dot
    std::set<std::string> seen;
    for (const SqlText::Relation& relation : all_relations(sql)) {
      if (relation.use != SqlText::Relation::Use::kRead) continue;
      if (relation.parts.size() <= 1 && !names) names.emplace(sql);
      if (!is_hard_coded(relation, names) || !seen.insert(lower_key(relation)).second) continue;
      report(id, relation, found);
    }
  }

 private:
  bool is_hard_coded(const SqlText::Relation& relation, const std::optional<QueryNames>& names) const {
    if (relation.name.front() == '"' && quotes_are_strings(dialect_)) return false;
    if (relation.parts.empty())
      return variables_ && has_var(relation.name) && (is_dotted(relation.name) || !names->has(relation.name));
    if (relation.parts.size() > 4 || is_of_system(relation.parts, dialect_) || is_path(relation.parts)) return false;
    if (relation.parts.size() > 1) return true;
    const bool quoted = std::string_view("\"`[").find(relation.name.front()) != std::string_view::npos;
    if (ignore_dotless_ && !quoted) return false;
    return !names->has(relation.parts.front());
  }

  void report(NodeId id, const SqlText::Relation& relation, Violations& found) const {
    found.push_back({.node = id,
                     .message = fmt::format("{} reads {} without ref() or source(): dbt does not know of it, may build "
                                            "it too late, and takes {} on every target{}",
                                            printable(dotted_name(project_.node(id))), printable(relation.name),
                                            relation.parts.empty() ? "whatever the variable says" : "the same table",
                                            remedy(id, relation)),
                     .at = Anchor::code(relation.offset, relation.length),
                     .key = lower_key(relation)});
  }

  // What to write instead, where one node has that relation.
  std::string remedy(NodeId id, const SqlText::Relation& relation) const {
    const auto owner = project_.index<RelationOwners>().owner_of(relation.parts);
    return owner ? "; use " + call_that_reads(project_, id, *owner) : "";
  }

  const LintProject& project_;
  const CodeSurveys* surveys_ = nullptr;  // null where names without a dot are looked for: it cannot tell those
  bool ignore_dotless_;
  bool variables_;
  std::string_view dialect_;
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
         "`extract()`, `trim()` and `is distinct from` are no relations. Left out is what no ref() could stand for: "
         "what the database says of itself (`information_schema`, `pg_catalog`, and `sys` or `system` where these are "
         "the database's own), and files (``delta.`s3://…` ``). Unquoted names without a dot (which a "
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
