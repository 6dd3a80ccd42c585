#include <algorithm>
#include <fmt/format.h>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "project/file_checksum.h"
#include "rules/documentation/described.h"
#include "source/jinja_syntax.h"

namespace plowline {
namespace {

// What the Rust engine writes in place of code that it did not keep.
constexpr std::string_view kPlaceholder = "--placeholder--";

// Whether the code may hold nothing but comments and config(): most can be told from their first letter. `raw` is JSON.
bool may_be_empty(std::string_view raw) {
  for (std::size_t at = 1; at + 1 < raw.size(); ++at) {
    const char c = raw[at];
    if (c == ' ') continue;
    if (c == '\\' && (raw[at + 1] == 'n' || raw[at + 1] == 'r' || raw[at + 1] == 't')) {
      ++at;
      continue;
    }
    return c == '\\' || c == '-' || c == '/' || c == '#' || c == '{';
  }
  return true;
}

bool is_config(std::string_view tag) {
  std::string_view inside = stripped(inside_of_tag(tag));
  if (!inside.starts_with("config")) return false;
  inside.remove_prefix(6);
  return stripped(inside).starts_with('(');
}

// Behind the comment or the config() that begins at `at`; `at` where something else does.
std::size_t skipped(std::string_view code, std::size_t at, JinjaTags& tags) {
  const auto behind = [&](std::string_view end) {
    const std::size_t found = code.find(end, at);
    return found == std::string_view::npos ? code.size() : found + end.size();
  };
  const std::string_view rest = code.substr(at);
  if (rest.starts_with("--")) return behind("\n");
  if (rest.starts_with("/*")) return behind("*/");
  if (!rest.starts_with('{') || !opens_jinja(code, at)) return at;
  const std::size_t end = tags.end_of(at);
  if (rest.starts_with("{#") || (rest.starts_with("{{") && is_config(code.substr(at, end - at)))) return end;
  return at;
}

// Nothing but comments and config().
bool has_no_query(std::string_view code) {
  JinjaTags tags(code);
  for (std::size_t at = 0; at < code.size();) {
    if (const std::size_t blank = blank_length(code.substr(at)); blank > 0) {
      at += blank;
      continue;
    }
    const std::size_t behind = skipped(code, at, tags);
    if (behind == at) return false;
    at = behind;
  }
  return true;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.raw_code.empty() || node.language == "python" || !may_be_empty(node.raw_code.bytes)) return;
    const std::string_view code = project.code(id);
    if (code == kPlaceholder) return;
    if (!has_no_query(code) || !project.project().enabled(id)) return;
    violations.push_back(
        {.node = id,
         .message = stripped(code).empty()
                        ? fmt::format("{} has no code: dbt passes it over without a word, and whatever refers to it "
                                      "reads a relation that nobody builds",
                                      readable_name(node))
                        : fmt::format("{} has no query, only comments and config(): the database refuses what dbt "
                                      "makes of it",
                                      readable_name(node)),
         .key = "code"});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "empty-model-file",
     .subject = "properties",
     .summary = "a model's file has no query in it",
     .what = "Looks for enabled SQL models whose file holds nothing, blanks, comments or config() only.",
     .why = "dbt selects no model without code and says nothing about it: the old relation stays as it was, or is "
            "missing. With comments or a config() in it, the model fails instead. Most often the query was commented "
            "out for a moment, or the file was meant to be deleted.",
     .example = R"(```sql models/orders.sql
{{ config(materialized='table') }}

-- select 1 as order_id
```)",
     .use_instead = R"(```sql models/orders.sql
{{ config(materialized='table') }}

select 1 as order_id
```)",
     .basis = "dbt-core's NodeSelector leaves out nodes that are empty (graph/selector.py, contracts/graph/nodes.py).",
     .severity = Severity::kError,
     .presets = kRecommended},
    check};

}  // namespace
}  // namespace plowline
