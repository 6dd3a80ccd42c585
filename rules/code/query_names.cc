#include "rules/code/query_names.h"

#include <algorithm>

#include "rules/snowplow/query_tokens.h"

namespace plowline {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// The place of the sign that opens what closes at `at`.
std::size_t opening_place(const QueryTokens& tokens, std::size_t at, char opening) {
  while (at != kNone && !tokens.is_sign(at, opening)) --at;
  return at;
}

// The place behind the name of the CTE whose query's bracket opens at `open`: `x as (`, `x (a, b) as not materialized
// (`, `[x y] as (`.
std::size_t name_end(const QueryTokens& tokens, std::size_t open) {
  std::size_t at = open - 1;
  if (tokens.is(at, "materialized")) --at;
  if (tokens.is(at, "not")) --at;
  if (!tokens.is(at, "as")) return kNone;
  return tokens.is_sign(at - 1, ')') ? opening_place(tokens, at - 1, '(') : at;
}

// Whether the bracket holds a query, and no columns (`unnest(x) as (a)`) and no window (`window w as (order by x)`).
bool holds_query(const QueryTokens& tokens, std::size_t open) {
  const std::size_t first = open + 1;
  return tokens.is_any(first, {"select", "with", "values", "from", "table", "insert", "update", "delete", "merge",
                               "pivot", "unpivot", "show", "describe", "summarize"}) ||
         tokens.is_sign(first, '(') || (first < tokens.size() && tokens.at(first).kind == SqlToken::Kind::kJinja);
}

// Whether Jinja there stands for CTEs of its own: behind WITH, or behind another one and a comma.
bool stands_for_ctes(const QueryTokens& tokens, std::size_t i) {
  return tokens.is_any(i - 1, {"with", "recursive"}) || (tokens.is_sign(i - 1, ',') && tokens.is_sign(i - 2, ')'));
}

}  // namespace

QueryNames::QueryNames(const SqlText& sql) {
  const QueryTokens tokens(sql);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens.at(i).kind == SqlToken::Kind::kJinja && stands_for_ctes(tokens, i)) unknown_ = true;
    if (i == 0 || !tokens.is_sign(i, '(') || !holds_query(tokens, i)) continue;
    const std::size_t end = name_end(tokens, i);
    if (end == kNone || end == 0) continue;
    if (tokens.is_sign(end - 1, ']')) {
      add_in_brackets(sql.text(), tokens, end - 1);
    } else {
      add(tokens, end - 1);
    }
  }
}

void QueryNames::add(const QueryTokens& tokens, std::size_t at) {
  const bool jinja = tokens.at(at).kind == SqlToken::Kind::kJinja ||
                     (at > 0 && tokens.at(at).glued && tokens.at(at - 1).kind == SqlToken::Kind::kJinja);
  if (jinja) unknown_ = true;
  if (std::string name = tokens.name(at); !name.empty()) names_.insert(std::move(name));
}

// T-SQL's [a name], which ends at `at`.
void QueryNames::add_in_brackets(std::string_view text, const QueryTokens& tokens, std::size_t at) {
  const std::size_t open = opening_place(tokens, at, '[');
  if (open == kNone) return;
  const std::size_t begin = tokens.at(open).end();
  names_.insert(lower(text.substr(begin, tokens.at(at).offset - begin)));
}

bool QueryNames::has(std::string_view name) const {
  const std::string wanted = lower(name);
  return unknown_ || wanted == "dual" || names_.contains(wanted);
}

}  // namespace plowline
