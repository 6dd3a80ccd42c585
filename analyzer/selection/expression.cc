#include "selection/expression.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <utility>

#include "diagnostic/suggest.h"

namespace plowline {
namespace {

// What dbt selects where no --select is given.
constexpr std::array<std::string_view, 5> kDefaultIncludes{"fqn:*", "source:*", "exposure:*", "metric:*",
                                                           "semantic_model:*"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// What Python's \w takes; letters beyond ASCII are not told apart from other characters there.
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// A depth as written; one too big for any graph is the biggest number. Nothing for no digits.
std::optional<std::size_t> depth_from(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  constexpr std::size_t kBiggest = std::numeric_limits<std::size_t>::max();
  std::size_t depth = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::size_t>(c - '0');
    if (depth > (kBiggest - digit) / 10) return kBiggest;
    depth = depth * 10 + digit;
  }
  return depth;
}

bool ends_in_any_case(std::string_view text, std::string_view ending) {
  if (text.size() < ending.size()) return false;
  return std::ranges::equal(text.substr(text.size() - ending.size()), ending,
                            [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

std::string_view default_method(std::string_view value) {
  if (value.find('/') != std::string_view::npos) return "path";
  const bool file =
      ends_in_any_case(value, ".sql") || ends_in_any_case(value, ".py") || ends_in_any_case(value, ".csv");
  return file ? "file" : "fqn";
}

// Takes `@`, then `N+`, off the front.
void take_leading_operators(std::string_view& rest, Criterion& criterion) {
  if (rest.starts_with('@')) {
    criterion.childrens_parents = true;
    rest.remove_prefix(1);
  }
  std::size_t digits = 0;
  while (digits < rest.size() && is_digit(rest[digits])) ++digits;
  if (digits < rest.size() && rest[digits] == '+') {
    criterion.parents = true;
    criterion.parents_depth = depth_from(rest.substr(0, digits));
    rest.remove_prefix(digits + 1);
  }
}

// Takes `+N` off the end.
void take_trailing_operator(std::string_view& rest, Criterion& criterion) {
  const std::size_t plus = rest.rfind('+');
  if (plus == std::string_view::npos) return;
  const std::string_view digits = rest.substr(plus + 1);
  if (!std::ranges::all_of(digits, is_digit)) return;
  criterion.children = true;
  criterion.children_depth = depth_from(digits);
  rest = rest.substr(0, plus);
}

ExpressionPtr leaf(Criterion criterion) {
  Expression expression;
  expression.raw = criterion.raw;
  expression.indirect = criterion.indirect;
  expression.criterion = std::move(criterion);
  return std::make_shared<const Expression>(std::move(expression));
}

// `a,b`: an intersection, also where it has one part only.
Result<ExpressionPtr> parse_intersection(std::string_view text, bool expect_exists, IndirectSelection indirect) {
  Expression expression{Expression::Kind::kIntersection, {}, {}, indirect, expect_exists, std::string(text), 1};
  for (const std::string_view part : split(text, ',')) {
    Result<Criterion> criterion = parse_criterion(part, indirect);
    if (!criterion) return std::unexpected(std::move(criterion.error()));
    expression.parts.push_back(leaf(std::move(*criterion)));
  }
  return std::make_shared<const Expression>(std::move(expression));
}

template <typename Texts>
Result<ExpressionPtr> parse_union(const Texts& texts, bool expect_exists, IndirectSelection indirect) {
  Expression expression{Expression::Kind::kUnion, {}, {}, indirect, false, {}, 2};
  for (const std::string_view text : texts) {
    for (const std::string_view between_blanks : split(text, ' ')) {
      Result<ExpressionPtr> part = parse_intersection(between_blanks, expect_exists, indirect);
      if (!part) return part;
      expression.parts.push_back(std::move(*part));
    }
  }
  return std::make_shared<const Expression>(std::move(expression));
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

Result<void> set_method(Criterion& criterion, std::string_view method) {
  const std::vector<std::string_view> parts = split(method, '.');
  if (std::ranges::find(method_names(), parts.front()) == method_names().end()) {
    const std::optional<std::string> meant = nearest(parts.front(), method_names());
    return usage_error(fmt::format("'{}' is not a valid method name", parts.front()),
                       fmt::format("{}valid methods: {}", meant ? fmt::format("did you mean '{}'? ", *meant) : "",
                                   fmt::join(method_names(), ", ")));
  }
  criterion.method = parts.front();
  criterion.arguments.assign(parts.begin() + 1, parts.end());
  return {};
}

Result<void> check_operators(const Criterion& criterion) {
  if (!criterion.children || !criterion.childrens_parents) return {};
  return usage_error(
      fmt::format("Invalid node spec {} - \"@\" prefix and \"+\" suffix are incompatible", criterion.raw),
      "`@x` holds the descendants of x already: leave the trailing `+` out");
}

Result<Criterion> parse_criterion(std::string_view text, IndirectSelection indirect) {
  Criterion criterion;
  criterion.raw = text;
  criterion.indirect = indirect;
  std::string_view rest = text;
  take_leading_operators(rest, criterion);
  std::size_t word = 0;
  while (word < rest.size() && (is_word(rest[word]) || rest[word] == '.')) ++word;
  std::string_view method;
  const bool has_method = word > 0 && word < rest.size() && rest[word] == ':';
  if (has_method) {
    method = rest.substr(0, word);
    rest.remove_prefix(word + 1);
  }
  take_trailing_operator(rest, criterion);
  if (rest.find('\n') != std::string_view::npos) {
    return usage_error(fmt::format("Invalid selector spec \"{}\"", text), "a selector holds no line break");
  }
  criterion.value.text = rest;
  Result<void> known = set_method(criterion, has_method ? method : default_method(rest));
  if (!known) return std::unexpected(std::move(known.error()));
  if (Result<void> fits = check_operators(criterion); !fits) return std::unexpected(std::move(fits.error()));
  return criterion;
}

Result<ExpressionPtr> parse_selection(const std::vector<std::string>& select, const std::vector<std::string>& exclude,
                                      IndirectSelection indirect) {
  Result<ExpressionPtr> included =
      select.empty() ? parse_union(kDefaultIncludes, false, indirect) : parse_union(select, true, indirect);
  if (!included) return included;
  Result<ExpressionPtr> excluded = parse_union(exclude, true, indirect);
  if (!excluded) return excluded;
  // dbt gives the difference no indirect selection of its own: tests come and go inside the two unions only.
  return std::make_shared<const Expression>(Expression{Expression::Kind::kDifference,
                                                       {},
                                                       {std::move(*included), std::move(*excluded)},
                                                       IndirectSelection::kEager,
                                                       false,
                                                       {},
                                                       3});
}

}  // namespace plowline
