#include "source/jinja_syntax.h"

#include <fmt/format.h>
#include <string>

#include "lint/parallel.h"
#include "lint/rule.h"

namespace plowline {
namespace {

using PartKind = SqlText::PartKind;

struct JinjaMistake {
  std::string message;
  std::size_t offset = 0;
  std::size_t length = 0;
};

// The first word of a statement: `if`, `endif`.
std::string_view keyword_of(std::string_view statement) {
  std::string_view inside = inside_of_tag(statement);
  while (!inside.empty() && is_jinja_blank(inside.front())) inside.remove_prefix(1);
  std::size_t end = 0;
  while (end < inside.size() && is_name_byte(inside[end])) ++end;
  return inside.substr(0, end);
}

// Goes through the parts of a text and notes what does not balance.
class JinjaBalance {
 public:
  explicit JinjaBalance(const SqlText& sql) : sql_(sql) {}

  std::vector<JinjaMistake> mistakes() {
    for (const SqlText::Part& part : sql_.parts()) look_at(part);
    for (const Block& block : blocks_) {
      note(block.offset, block.length, fmt::format("{{% {} %}} has no {{% end{} %}}", block.word, block.word));
    }
    return std::move(mistakes_);
  }

 private:
  struct Block {
    std::string word;
    std::size_t offset = 0;
    std::size_t length = 0;
    bool branch = false;  // if, for
  };

  void look_at(const SqlText::Part& part) {
    switch (part.kind) {
      case PartKind::kJinjaExpression:
        closed(part, "{{", "}}");
        break;
      case PartKind::kJinjaComment:
        closed(part, "{#", "#}");
        break;
      case PartKind::kJinjaStatement:
        if (closed(part, "{%", "%}")) statement(part);
        break;
      case PartKind::kSql:
        stray(part);
        break;
      default:
        break;
    }
  }

  bool closed(const SqlText::Part& part, std::string_view open, std::string_view close) {
    if (sql_.text_of(part).ends_with(close)) return true;
    note(part.offset, open.size(), fmt::format("{} is not closed by {}", open, close));
    return false;
  }

  void statement(const SqlText::Part& part) {
    const std::string_view text = sql_.text_of(part);
    const std::string_view word = keyword_of(text);
    const JinjaBranching branching = block_of(text);
    if (branching == JinjaBranching::kBranch || branching == JinjaBranching::kText) {
      blocks_.push_back({std::string(word), part.offset, part.length, branching == JinjaBranching::kBranch});
    } else if (branching == JinjaBranching::kOtherwise) {
      if (blocks_.empty() || !blocks_.back().branch)
        note(part.offset, part.length, fmt::format("{{% {} %}} stands in no {{% if %}}", word));
    } else if (branching == JinjaBranching::kEndBranch || branching == JinjaBranching::kEndText) {
      end(part, word, branching == JinjaBranching::kEndBranch);
    }
  }

  void end(const SqlText::Part& part, std::string_view word, bool branch) {
    const bool fits =
        !blocks_.empty() && blocks_.back().branch == branch && (!branch || word == "end" + blocks_.back().word);
    if (!fits) {
      note(part.offset, part.length, fmt::format("{{% {} %}} ends nothing that is open there", word));
      return;
    }
    blocks_.pop_back();
  }

  // `}}` in SQL, unless SQL's own braces (structs, dictionaries) are open.
  void stray(const SqlText::Part& part) {
    const std::string_view text = sql_.text_of(part);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '{') ++braces_;
      const bool two = i + 1 < text.size() && text[i + 1] == '}';
      if (braces_ == 0 && two && (text[i] == '}' || text[i] == '%' || text[i] == '#')) {
        const std::string_view sign = text.substr(i, 2);
        note(part.offset + i, 2, fmt::format("{} closes nothing", sign));
        ++i;
      } else if (text[i] == '}' && braces_ > 0) {
        --braces_;
      }
    }
  }

  void note(std::size_t offset, std::size_t length, std::string message) {
    mistakes_.push_back({std::move(message), offset, length});
  }

  const SqlText& sql_;
  std::size_t braces_ = 0;
  std::vector<Block> blocks_;
  std::vector<JinjaMistake> mistakes_;
};

// The first mistake: those behind it mostly come of it.
void look_at(std::string_view code, std::string_view name, const Violation& at, Violations& found) {
  const SqlText sql(code);
  const std::vector<JinjaMistake> mistakes = JinjaBalance(sql).mistakes();
  if (mistakes.empty()) return;
  const JinjaMistake* first = &mistakes.front();
  for (const JinjaMistake& mistake : mistakes) {
    if (mistake.offset < first->offset) first = &mistake;
  }
  Violation violation = at;
  violation.message = fmt::format("in the code of {} {}: dbt takes it for text, or cannot read the file at all",
                                  printable(name), printable(first->message));
  violation.at = Anchor::code(first->offset, first->length);
  violation.key = "jinja";
  found.push_back(std::move(violation));
}

bool has_own_code(const NodeRecord& node) {
  if (node.raw_code.empty() || node.language == "python" || !node.test_metadata.empty()) return false;
  return node.raw_code.bytes.find_first_of("{}") != std::string_view::npos;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  std::vector<NodeId> nodes;
  scope.nodes().for_each([&](NodeId id) {
    if (project.project().enabled(id) && has_own_code(project.node(id))) nodes.push_back(id);
  });
  violations = collect_in_parallel<Violation>(nodes, [&](NodeId id, Violations& found) {
    look_at(project.code(id), project.node(id).name, {.node = id}, found);
  });
  scope.for_each_macro(
      [&](const MacroRecord& macro) { look_at(project.code(macro), macro.name, {.macro = &macro}, violations); });
  return {};
}

const RegisterRule<> rule{
    {.name = "jinja-syntax",
     .subject = "code",
     .summary = "Jinja's brackets or blocks do not balance",
     .what =
         "Looks in the code of models, snapshots, singular tests, analyses and macros for `{{`, `{%` and `{#` that are "
         "not closed, for `}}`, `%}` and `#}` that close nothing, and for `{% if %}`, `{% for %}` and the like "
         "without their end. SQL's strings and braces of its own (`{'a': {'b': 1}}`) are no Jinja. Of each node, "
         "the first such place.",
     .why =
         "dbt says of an open tag no more than that the template ended too early. A closing one too many is not even "
         "an error to dbt: it goes to the database as it is, where the message speaks of compiled SQL.",
     .example = R"(```sql models/orders.sql
select id }} from {{ ref('stg_orders') }}
```
```sql models/stg_orders.sql
select 1 as id
```
)",
     .use_instead = R"(```sql models/orders.sql
select id, '{"a": {"b": 1}}' as example from {{ ref('stg_orders') }}
```
```sql models/stg_orders.sql
select 1 as id
```
)",
     .basis = "Jinja's template syntax; dbt-doctor: `jinja-syntax-valid`.",
     .presets = kStrict},
    check};

}  // namespace
}  // namespace plowline
