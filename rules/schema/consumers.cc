#include "rules/schema/consumers.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rules/schema/relation.h"
#include "rules/schema/sql_words.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

using Kind = ColumnConsumer::Kind;

// How many models that hand all columns on are followed in a row.
constexpr int kMostSteps = 4;

// Whether a JSON text has the column as a string of its own, or (with `as_word`) as a word.
bool mentions(RawJson value, std::string_view column, bool as_word) {
  const std::string_view text = value.bytes;
  const auto same = [](char a, char b) { return ascii_lower(a) == ascii_lower(b); };
  const auto is_word = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
  };
  for (auto at = text.begin(); !column.empty();) {
    const auto found = std::search(at, text.end(), column.begin(), column.end(), same);
    if (found == text.end()) return false;
    const auto end = found + static_cast<std::ptrdiff_t>(column.size());
    const char before = found == text.begin() ? ' ' : *(found - 1);
    const char after = end == text.end() ? ' ' : *end;
    if (as_word ? !is_word(before) && !is_word(after) : before == '"' && after == '"') return true;
    at = found + 1;
  }
  return false;
}

// Whether the node, by its columns or its table in the warehouse, is known to have a column of that name.
bool has_column(const LintProject& project, NodeId node, std::string_view column) {
  return project.column(node, column) != nullptr;
}

// Collects the consumers of one column.
class Collector {
 public:
  Collector(const LintProject& project, std::string_view column) : project_(project), column_(column) {}

  std::vector<ColumnConsumer> run(NodeId node) {
    visit(node, kMostSteps);
    find_contract(node);
    std::ranges::sort(found_, {}, [](const ColumnConsumer& c) { return std::pair(c.kind, index_of(c.node)); });
    const auto repeated = std::ranges::unique(
        found_, [](const ColumnConsumer& a, const ColumnConsumer& b) { return a.kind == b.kind && a.node == b.node; });
    found_.erase(repeated.begin(), repeated.end());
    return std::move(found_);
  }

 private:
  void add(Kind kind, NodeId node) { found_.push_back({kind, node}); }

  void visit(NodeId node, int steps) {
    find_own_tests(node);
    for (const NodeId child : project_.project().children(node)) {
      if (project_.project().enabled(child)) visit_child(node, child, steps);
    }
  }

  void visit_child(NodeId node, NodeId child, int steps) {
    const NodeRecord& record = project_.node(child);
    switch (record.resource_type) {
      case ResourceType::kModel:
      case ResourceType::kSnapshot:
      case ResourceType::kAnalysis:
        visit_reader(node, child, steps);
        break;
      case ResourceType::kTest:
        if (test_names(node, child)) add(Kind::kTest, child);
        break;
      case ResourceType::kUnitTest:
        if (mentions(member_of(record.whole, "expect"), column_, true)) add(Kind::kUnitTest, child);
        break;
      case ResourceType::kExposure:
        add(Kind::kExposure, child);
        break;
      case ResourceType::kSemanticModel:
        if (semantic_model_names(record)) add(Kind::kSemanticModel, child);
        break;
      default:
        break;
    }
  }

  void visit_reader(NodeId node, NodeId reader, int steps) {
    const SqlWords raw = SqlWords::of_raw_code(project_, reader, node);
    find_unit_tests(node, reader);
    if (raw.reads(column_, elsewhere(node, reader)) || config_names(reader) || compiled_reads(node, reader, raw)) {
      add(Kind::kModel, reader);
    } else if (steps > 0 && raw.passes_all_on() && project_.project().parents(reader).size() == 1) {
      visit(reader, steps - 1);
    }
  }

  // What macros made of the code; those that list a table's columns by themselves need no change.
  bool compiled_reads(NodeId node, NodeId reader, const SqlWords& raw) const {
    if (project_.node(reader).compiled_code.empty() || raw.has_star() || raw.has(column_)) return false;
    return SqlWords::of_compiled_code(project_, reader, node).reads(column_, elsewhere(node, reader));
  }

  // Whether another table that the reader selects from has a column of that name.
  bool elsewhere(NodeId node, NodeId reader) const {
    return std::ranges::any_of(project_.project().parents(reader),
                               [&](NodeId parent) { return parent != node && has_column(project_, parent, column_); });
  }

  // A snapshot's key and the columns it watches.
  bool config_names(NodeId reader) const {
    if (project_.node(reader).resource_type != ResourceType::kSnapshot) return false;
    const NodeConfig& config = project_.config(reader);
    return mentions(config.unique_key, column_, true) || same_name(config.updated_at, column_, true) ||
           mentions(member_of(config.whole, "check_cols"), column_, false);
  }

  void find_own_tests(NodeId node) {
    for (const AttachedTest& test : project_.tests_of(node)) {
      if (same_name(test.column_name, column_, true) || mentions(test.kwargs, column_, false)) {
        add(Kind::kTest, test.test);
      }
    }
  }

  // Of a test that reads the node: a relationships test of another model, or a query of its own.
  bool test_names(NodeId node, NodeId test) const {
    const NodeRecord& record = project_.node(test);
    if (record.test_metadata.empty()) {
      return SqlWords::of_raw_code(project_, test, node).reads(column_, elsewhere(node, test));
    }
    const RawJson kwargs = member_of(record.test_metadata, "kwargs");
    const std::string to = unescaped_text(member_of(kwargs, "to"));
    const bool to_this = to.find(fmt::format("'{}'", project_.node(node).name)) != std::string::npos ||
                         to.find(fmt::format("\"{}\"", project_.node(node).name)) != std::string::npos;
    return to_this && mentions(member_of(kwargs, "field"), column_, false);
  }

  // Unit tests of a reader give rows of the node.
  void find_unit_tests(NodeId node, NodeId reader) {
    const std::string quoted = fmt::format("'{}'", project_.node(node).name);
    for (const NodeId test : project_.project().children(reader)) {
      if (project_.node(test).resource_type != ResourceType::kUnitTest) continue;
      const auto given = check(member_of(project_.node(test).whole, "given"));
      if (!given) continue;
      for (const JsonText& input : given->items()) {
        const auto name = input.get("input");
        const auto rows = input.get("rows");
        if (!name || !rows || name->string().value_or("").find(quoted) == std::string::npos) continue;
        if (mentions({rows->bytes()}, column_, true)) add(Kind::kUnitTest, test);
      }
    }
  }

  bool semantic_model_names(const NodeRecord& record) const {
    for (const std::string_view group : {"entities", "dimensions", "measures"}) {
      const auto all = check(member_of(record.whole, group));
      if (!all) continue;
      for (const JsonText& item : all->items()) {
        const auto expression = item.get("expr");
        const auto name = item.get("name");
        const bool has_expression = expression && !expression->is_null();
        if (!has_expression && !name) continue;
        if (mentions({has_expression ? expression->bytes() : name->bytes()}, column_, true)) return true;
      }
    }
    return false;
  }

  void find_contract(NodeId node) {
    const auto previous = project_.in_state(node);
    if (!previous) return;
    const LintProject& state = *project_.state();
    const bool enforced = truthy(member_of(state.node(*previous).contract, "enforced"));
    if (enforced && state.column(*previous, column_) != nullptr) add(Kind::kContract, node);
  }

  const LintProject& project_;
  std::string_view column_;
  std::vector<ColumnConsumer> found_;
};

std::pair<std::string_view, std::string_view> words_of(Kind kind) {
  switch (kind) {
    case Kind::kModel:
      return {"the model", "the models"};
    case Kind::kTest:
      return {"the test", "the tests"};
    case Kind::kUnitTest:
      return {"the unit test", "the unit tests"};
    case Kind::kExposure:
      return {"the exposure", "the exposures"};
    case Kind::kSemanticModel:
      return {"the semantic model", "the semantic models"};
    case Kind::kContract:
      break;
  }
  return {"", ""};
}

}  // namespace

std::vector<ColumnConsumer> consumers_of(const LintProject& project, NodeId node, std::string_view column) {
  return Collector(project, column).run(node);
}

std::string shown(const LintProject& project, const std::vector<ColumnConsumer>& consumers) {
  std::vector<std::string> groups;
  for (auto at = consumers.begin(); at != consumers.end();) {
    const Kind kind = at->kind;
    std::vector<std::string_view> names;
    for (; at != consumers.end() && at->kind == kind; ++at) names.push_back(project.node(at->node).name);
    if (kind == Kind::kContract) {
      groups.emplace_back("its enforced contract");
      continue;
    }
    const auto [one, many] = words_of(kind);
    groups.push_back(fmt::format("{} {}", names.size() == 1 ? one : many, name_list(names)));
  }
  if (groups.size() < 2) return groups.empty() ? std::string() : groups.front();
  const std::string last = std::move(groups.back());
  groups.pop_back();
  return fmt::format("{} and {}", fmt::join(groups, ", "), last);
}

}  // namespace plowline
