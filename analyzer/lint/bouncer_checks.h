// dbt-bouncer's checks, and the rules and options of plowline that ask for the same.
//
// What the parameters mean, and what they are by default, is from the checks' signatures and documentation.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plowline {

// How a parameter's value becomes an option's.
enum class BouncerValue {
  kNumber,
  kText,
  kList,
  kKeys,  // a list of keys, in which a map stands for keys below a key: `contact.email`
  kBool,
  kLessOne,    // at least n stands for more than n - 1
  kOneInList,  // a text as a list of one
  kAnywhere,   // a list of what is permitted in every folder
  kNames,      // a list of names, each asked for so often
  // Regular expressions. There, most have to match from the start of a text on and need not match to its end.
  kPattern,         // the rule's pattern is for the whole of a name
  kFromStart,       // the rule looks for its pattern
  kTextFromStart,   // the same in a text of many lines, in which `.` matches the end of one
  kTextsFromStart,  // and the option is a list
  kWhole,           // there, too, for the whole of a name
  kAnywhereIn,      // looked for here and there
};

struct BouncerParameter {
  std::string_view name;
  std::string_view option;
  BouncerValue as = BouncerValue::kText;
  std::string_view by_default = {};  // the option's value where the parameter is
                                     // not written; empty: the rule's own
};

struct BouncerCheck {
  std::string_view name;
  std::string_view rule;
  std::vector<BouncerParameter> parameters = {};
  std::vector<std::pair<std::string, std::string>> fixed = {};  // options that the rule has besides
};

struct BouncerCode {
  std::string_view code;  // `MO021`
  std::string_view check;
};
std::span<const BouncerCode> bouncer_codes();
// The name of today for a name, an earlier one, or a code; what is none of these as it is.
std::string_view bouncer_check_name(std::string_view name_or_code);

// All of them. One that stands for several rules is there several times.
const std::vector<BouncerCheck>& bouncer_checks();

}  // namespace plowline
