#include "rules/naming/letter_case.h"

#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/error.h"

namespace plowline {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
// A byte of a letter outside of ASCII.
bool is_other_letter(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::vector<std::string> letter_cases() {
  return {"snake_case", "kebab-case", "camelCase", "PascalCase", "UPPER_SNAKE_CASE", "any"};
}

std::vector<std::string> letter_cases_and_auto() {
  std::vector<std::string> all = letter_cases();
  all.insert(all.begin(), "auto");
  return all;
}

bool has_letter_case(std::string_view name, std::string_view letter_case) {
  const auto all_are = [&](auto fits) {
    return std::ranges::all_of(name, [&](char c) { return is_digit(c) || is_other_letter(c) || fits(c); });
  };
  const char first = name.empty() ? 'a' : name.front();
  if (letter_case == "snake_case") return all_are([](char c) { return is_lower(c) || c == '_'; });
  if (letter_case == "kebab-case") return all_are([](char c) { return is_lower(c) || c == '-'; });
  if (letter_case == "UPPER_SNAKE_CASE") return all_are([](char c) { return is_upper(c) || c == '_'; });
  if (letter_case == "camelCase") return !is_upper(first) && all_are([](char c) { return is_lower(c) || is_upper(c); });
  if (letter_case == "PascalCase")
    return !is_lower(first) && all_are([](char c) { return is_lower(c) || is_upper(c); });
  return true;
}

NameDemand::NameDemand(const Pattern& pattern, std::string_view letter_case)
    : pattern_(pattern), letter_case_(letter_case) {
  if (letter_case_ == "auto") letter_case_ = pattern_.empty() ? "snake_case" : "any";
}

bool NameDemand::met_by(std::string_view name) const {
  return (pattern_.empty() || pattern_.matches(name)) && has_letter_case(name, letter_case_);
}

std::string NameDemand::failure(std::string_view name) const {
  if (!pattern_.empty() && !pattern_.matches(name)) {
    return fmt::format(
        "does not match '{}' as a whole: whoever looks for it by the project's convention does not find it",
        printable(pattern_.text()));
  }
  return fmt::format("is not in {}: where names are written in several ways, each one has to be looked up",
                     letter_case_);
}

}  // namespace plowline
