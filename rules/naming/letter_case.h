// What a naming rule asks of a name: a pattern, a letter case, or both.
//
// A pattern has to match the whole name: `stg_.*`, not `^stg_`. The letter cases are those that people have names for:
//
//   snake_case         order_items, stg_shop__orders
//   kebab-case         order-items
//   camelCase          orderItems
//   PascalCase         OrderItems
//   UPPER_SNAKE_CASE   ORDER_ITEMS
//   any                whatever there is
//   auto               snake_case, or any where a pattern is given
//
// Only the letters A to Z have a case here; others (`größe`) fit each of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/pattern.h"

namespace plowline {

// For OptionSpec::choices.
std::vector<std::string> letter_cases();           // without auto
std::vector<std::string> letter_cases_and_auto();  // all of the above

// `letter_case` is one of letter_cases().
bool has_letter_case(std::string_view name, std::string_view letter_case);

class NameDemand {
 public:
  // `pattern` must outlive this object; `letter_case` is one of letter_cases_and_auto().
  NameDemand(const Pattern& pattern, std::string_view letter_case);

  // Whether every name is right.
  bool none() const { return pattern_.empty() && letter_case_ == "any"; }
  bool met_by(std::string_view name) const;
  // What is wrong with a name that is not right, and what follows: `does not match 'stg_.*' as a whole: …`, `is not in
  // snake_case: …`.
  std::string failure(std::string_view name) const;

 private:
  const Pattern& pattern_;
  std::string_view letter_case_;
};

}  // namespace plowline
