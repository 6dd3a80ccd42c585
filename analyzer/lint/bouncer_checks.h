// dbt-bouncer's checks, and the rules and options of plowline that ask for the same.
//
// What the parameters mean, and what they are by default, is from the checks' signatures and documentation.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plowline {

// How a parameter's value becomes an option's.
enum class BouncerValue {
  kNumber,
  kText,
  kPattern,
  kList,
  kBool,
  kLessOne,    // at least n stands for more than n - 1
  kOneInList,  // a text as a list of one
  kPatternList,
  kAnywhere,  // a list of what is permitted in every folder
  kNames,     // a list of names, each asked for once
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

// All of them. One that stands for several rules is there several times.
const std::vector<BouncerCheck>& bouncer_checks();

}  // namespace plowline
