#include "rules/snowplow/clock_and_dice.h"

#include <algorithm>
#include <string_view>

#include "artifact/text_search.h"

namespace plowline {
namespace {

using Part = SqlText::Part;

// The first word of `{%- if … %}`.
std::string_view keyword_of(std::string_view statement) {
  const std::size_t begin = statement.find_first_not_of("{%-+ \t\r\n");
  if (begin == std::string_view::npos) return {};
  const std::size_t end = statement.find_first_of(" \t\r\n(%-", begin);
  return statement.substr(begin, end - begin);
}

// is_incremental() and nothing else.
bool asks_is_incremental(std::string_view statement) {
  if (!has_text(statement, "is_incremental")) return false;
  return !has_text(statement, "not ") && !has_text(statement, " and ") && !has_text(statement, " or ");
}

// Where the text depends on a condition other than is_incremental().
std::vector<std::pair<std::size_t, std::size_t>> conditional_ranges(const SqlText& sql) {
  struct Block {
    std::size_t begin;
    bool known;
  };
  std::vector<Block> open;
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  const auto close = [&](const Part& at) {
    if (!open.empty() && !open.back().known) ranges.emplace_back(open.back().begin, at.offset);
    if (!open.empty()) open.pop_back();
  };
  for (const Part& part : sql.parts()) {
    if (part.kind != SqlText::PartKind::kJinjaStatement) continue;
    const std::string_view keyword = keyword_of(sql.text_of(part));
    if (keyword == "elif" || keyword == "else" || keyword == "endif") close(part);
    if (keyword == "if") open.push_back({part.offset, asks_is_incremental(sql.text_of(part))});
    if (keyword == "elif" || keyword == "else") open.push_back({part.offset, false});
  }
  return ranges;
}

}  // namespace

ClockAndDice::ClockAndDice(const SqlText& sql) : sql_(sql), query_(sql), conditional_(conditional_ranges(sql)) {}

bool ClockAndDice::is_conditional(const Place& place) const {
  const std::size_t at = query_.at(place.first).offset;
  return std::ranges::any_of(conditional_, [&](const auto& range) { return range.first <= at && at < range.second; });
}

std::optional<ClockAndDice::Place> ClockAndDice::random() const {
  for (std::size_t i = 0; i < query_.size(); ++i) {
    if (query_.is_any(i, {"random", "rand", "randn", "uuid", "uuid_string", "generate_uuid", "gen_random_uuid",
                          "uuid_generate_v4", "newid"}) &&
        !query_.is_sign(i - 1, '.') && query_.is_sign(i + 1, '(') && query_.is_sign(i + 2, ')') &&
        !is_conditional({i, i})) {
      return Place{i, i + 2};
    }
  }
  return std::nullopt;
}

std::string ClockAndDice::column_of(const Place& place) const {
  const std::size_t end = query_.item_end(place.last);
  if (end < place.last + 2) return {};
  return query_.is(end - 2, "as") || query_.is_sign(end - 2, ')') ? query_.name(end - 1) : std::string();
}

std::optional<ClockAndDice::Place> ClockAndDice::clock_as_bound() const {
  for (std::size_t i = 0; i < query_.size(); ++i) {
    const std::optional<Place> clock = clock_at(i);
    if (clock && !is_conditional(*clock) && is_lower_bound(*clock)) return clock;
  }
  return std::nullopt;
}

Anchor ClockAndDice::anchor(const Place& place) const {
  const std::size_t begin = query_.at(place.first).offset;
  return Anchor::code(begin, query_.at(place.last).end() - begin);
}

std::string ClockAndDice::shown(const Place& place) const {
  const std::size_t begin = query_.at(place.first).offset;
  return printable(sql_.text().substr(begin, query_.at(place.last).end() - begin));
}

std::optional<ClockAndDice::Place> ClockAndDice::clock_at(std::size_t i) const {
  if (query_.at(i).kind == SqlToken::Kind::kJinja) {
    const std::string_view text = query_.text(i);
    const bool clock = text.contains("current_timestamp") && text.find_first_of("('\"") != std::string_view::npos &&
                       text.find("ref(") == std::string_view::npos;
    return clock ? std::optional(Place{i, i}) : std::nullopt;
  }
  if (query_.is_sign(i - 1, '.') || query_.is(i - 1, "as")) return std::nullopt;
  const bool call = query_.is_sign(i + 1, '(') && query_.is_sign(i + 2, ')');
  if (query_.is_any(i, {"current_timestamp", "current_date", "current_datetime", "localtimestamp"}))
    return call ? Place{i, i + 2} : Place{i, i};
  if (call && query_.is_any(i, {"now", "getdate", "sysdate", "systimestamp", "unix_timestamp", "getutcdate"}))
    return Place{i, i + 2};
  return std::nullopt;
}

// `a < b` as seen from b: an upper bound of it is what stands to the left.
ClockAndDice::Bound ClockAndDice::bound_of_sign(std::size_t i, bool clock_is_right) const {
  const bool less = query_.is_sign(i, '<') && !query_.is_sign(i + 1, '>');
  const bool greater = query_.is_sign(i, '>') && !query_.is_sign(i - 1, '<');
  if (!less && !greater) return Bound::kNone;
  return less == clock_is_right ? Bound::kUpper : Bound::kLower;
}

// Goes back to the word that begins the condition.
ClockAndDice::Before ClockAndDice::look_back(std::size_t i) const {
  Before before;
  std::size_t closed = 0;
  bool other_expression = false;  // behind a comma or AND, of which the rest says nothing
  while (i-- > 0) {
    if (query_.is_sign(i, ')')) ++closed;
    if (query_.is_sign(i, '(')) {
      if (closed > 0) {
        --closed;
      } else if (!before.compared) {
        other_expression = false;  // the comma was one between arguments
      }
      continue;
    }
    if (closed > 0) continue;
    if (query_.is_any(i, {"where", "having", "qualify"})) {
      before.in_condition = true;
      return before;
    }
    if (query_.is_any(i, {"select", "from", "on", "by", "when", "then", "else", "case"})) return before;
    look_at_operator(i, other_expression, before);
  }
  return before;
}

void ClockAndDice::look_at_operator(std::size_t i, bool& other_expression, Before& before) const {
  if (query_.is_any(i, {"between"}) && !before.compared) {
    // `between x and now()`: the AND has been passed.
    before.bound = other_expression ? Bound::kUpper : Bound::kLower;
    before.compared = true;
  } else if (query_.is_sign(i, ',') || query_.is_any(i, {"and", "or"})) {
    other_expression = true;
  } else if (!other_expression && !before.compared &&
             (query_.is_sign(i, '<') || query_.is_sign(i, '>') || query_.is_sign(i, '='))) {
    // Of `<=` and `>=` the first sign decides.
    const std::size_t sign =
        query_.is_sign(i, '=') && (query_.is_sign(i - 1, '<') || query_.is_sign(i - 1, '>')) ? i - 1 : i;
    before.bound = bound_of_sign(sign, true);
    before.compared = true;
  }
}

// The operator behind the expression in which the clock stands.
ClockAndDice::Bound ClockAndDice::look_ahead(std::size_t i) const {
  std::size_t open = 0;
  for (; i < query_.size(); ++i) {
    if (query_.is_sign(i, '(')) ++open;
    if (query_.is_sign(i, ')') && open > 0) {
      --open;
      continue;
    }
    if (open > 0) continue;
    if (query_.is_any(i, {"and", "or", "group", "order", "select", "union", "limit", "from", "where", "between"}))
      return Bound::kNone;
    if (query_.is_sign(i, '<') || query_.is_sign(i, '>')) return bound_of_sign(i, false);
  }
  return Bound::kNone;
}

bool ClockAndDice::is_lower_bound(const Place& clock) const {
  const Before before = look_back(clock.first);
  if (!before.in_condition) return false;
  return (before.compared ? before.bound : look_ahead(clock.last + 1)) == Bound::kLower;
}

}  // namespace plowline
