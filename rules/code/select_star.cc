#include <fmt/format.h>

#include "lint/parallel.h"
#include "lint/rule.h"
#include "rules/code/code_survey.h"
#include "rules/code/query_names.h"
#include "rules/snowplow/query_tokens.h"

namespace plowline {
namespace {

struct SelectStarOptions {
  bool allow_final = false;
};

// The stars that stand for columns, as places in the tokens.
class StarWalk {
 public:
  explicit StarWalk(const QueryTokens& tokens) : tokens_(tokens) {}

  std::vector<std::size_t> stars() {
    frames_.push_back({});
    for (std::size_t i = 0; i < tokens_.size(); ++i) token(i);
    return std::move(stars_);
  }

 private:
  struct Frame {
    bool selects = false;  // in a select list
    bool exists = false;   // behind EXISTS: what is selected does not matter
  };

  void token(std::size_t i) {
    if (tokens_.is_sign(i, '(')) {
      frames_.push_back({.selects = false, .exists = tokens_.is(i - 1, "exists")});
    } else if (tokens_.is_sign(i, ')')) {
      if (frames_.size() > 1) frames_.pop_back();
    } else if (tokens_.is(i, "select")) {
      frames_.back().selects = true;
    } else if (tokens_.is(i, "from") && !is_distinct_from(i)) {
      frames_.back().selects = false;
    } else if (tokens_.is_sign(i, '*') && frames_.back().selects && !frames_.back().exists && is_columns(i)) {
      stars_.push_back(i);
    }
  }

  // `a is distinct from b`, and not `select distinct from t`.
  bool is_distinct_from(std::size_t i) const {
    return tokens_.is(i - 1, "distinct") && tokens_.is_any(i - 2, {"is", "not"});
  }

  // `select *`, `, *`, `t.*`; not `a * b`.
  bool is_columns(std::size_t i) const {
    return tokens_.is_sign(i - 1, ',') || tokens_.is_sign(i - 1, '.') ||
           tokens_.is_any(i - 1, {"select", "distinct", "all"}) || is_behind_modifier(i - 1);
  }

  // `distinct on (a, b)`, `as struct`, `as value`, `top 10`, `top (10) percent with ties`: what may stand between
  // SELECT and its columns, and ends at `i`.
  bool is_behind_modifier(std::size_t i) const {
    if (tokens_.is(i, "ties") && tokens_.is(i - 1, "with")) i -= 2;
    if (tokens_.is(i, "percent")) --i;
    if (tokens_.is_any(i, {"struct", "value"})) return tokens_.is(i - 1, "as") && is_select(i - 2);
    if (!tokens_.is_sign(i, ')')) return tokens_.is(i - 1, "top") && is_select(i - 2);
    for (std::size_t depth = 0; i < tokens_.size(); --i) {
      if (tokens_.is_sign(i, ')')) ++depth;
      if (tokens_.is_sign(i, '(') && --depth == 0) break;
    }
    return (tokens_.is(i - 1, "on") && tokens_.is(i - 2, "distinct")) || (tokens_.is(i - 1, "top") && is_select(i - 2));
  }
  bool is_select(std::size_t i) const { return tokens_.is_any(i, {"select", "distinct", "all"}); }

  const QueryTokens& tokens_;
  std::vector<Frame> frames_;
  std::vector<std::size_t> stars_;
};

// Whether the query ends there, or goes on with what joins nothing.
bool ends_relation(const QueryTokens& tokens, std::size_t i) {
  return tokens.is_any(i, {"where", "order", "limit", "qualify"}) || (tokens.is_sign(i, ';') && i + 1 >= tokens.size());
}

// `select * from final`, or `from final as f`, at the query's end, where `final` is a CTE of it.
bool is_final(const QueryTokens& tokens, std::size_t star, const SqlText& sql) {
  if (!tokens.is(star - 1, "select") || !tokens.is(star + 1, "from")) return false;
  std::size_t behind = star + 3;
  if (tokens.is(behind, "as")) ++behind;
  if (behind < tokens.size() && !ends_relation(tokens, behind)) ++behind;  // the alias
  const bool ends = behind >= tokens.size() || ends_relation(tokens, behind);
  return ends && tokens.at(star + 2).kind != SqlToken::Kind::kJinja && QueryNames(sql).has(tokens.name(star + 2));
}

void look_at(const LintProject& project, NodeId id, const SelectStarOptions& options, Violations& found) {
  const SqlText sql(project.code(id));
  const QueryTokens tokens(sql);
  std::vector<std::size_t> stars = StarWalk(tokens).stars();
  if (options.allow_final && !stars.empty() && is_final(tokens, stars.back(), sql)) stars.pop_back();
  if (stars.empty()) return;
  const std::string others = stars.size() == 1 ? "" : fmt::format(", {} times", stars.size());
  found.push_back({.node = id,
                   .message = fmt::format("{} selects *{}: a column that is added, renamed or dropped upstream goes "
                                          "straight through it, unseen until something behind it breaks",
                                          printable(project.node(id).name), others),
                   .at = Anchor::code(tokens.at(stars.front()).offset, 1),
                   .key = "star"});
}

Result<void> check(const LintProject& project, const RuleScope& scope, const SelectStarOptions& options,
                   Violations& violations) {
  const auto& surveys = project.index<CodeSurveys>();
  std::vector<NodeId> nodes;
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    if (surveys.of(id).star) nodes.push_back(id);
  });
  violations = collect_in_parallel<Violation>(
      nodes, [&](NodeId id, Violations& found) { look_at(project, id, options, found); });
  return {};
}

const RegisterRule<SelectStarOptions> rule{
    {.name = "select-star",
     .subject = "code",
     .summary = "a model selects * instead of columns",
     .what =
         "Finds `select *` and `t.*` in models, also in CTEs and subqueries; one finding for a model, at the first. "
         "`count(*)`, products, and `exists (select * …)` are none. With `allow_final`, a model may end with "
         "`select * from` one of its CTEs.",
     .why = "The columns of such a model are whatever the tables behind it have today. Its contract, its documentation "
            "and its readers learn of a change when it has happened.",
     .example = R"(```sql models/orders.sql
select * from {{ ref('stg_orders') }}
```
```sql models/stg_orders.sql
select 1 as id, 2 as amount
```
)",
     .use_instead = R"(```sql models/orders.sql
select id, amount from {{ ref('stg_orders') }}
```
```sql models/stg_orders.sql
select 1 as id, 2 as amount
```
)",
     .basis = "dbt-bouncer: `check_model_does_not_use_select_star`. dbt's own style guide wants `select *` in import "
              "CTEs and at the end, so that the rule is only run on request.",
     .presets = kOnRequest},
    {option<&SelectStarOptions::allow_final>("allow_final", "Allow `select * from a_cte` as the model's last query.")},
    check};

}  // namespace
}  // namespace plowline
