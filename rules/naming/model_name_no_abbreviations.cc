#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

struct NoAbbreviationsOptions {
  TextMap words = {{"acct", "account"},    {"addr", "address"},    {"amt", "amount"}, {"cust", "customer"},
                   {"emp", "employee"},    {"mgr", "manager"},     {"ord", "order"},  {"qty", "quantity"},
                   {"trx", "transaction"}, {"txn", "transaction"}, {"usr", "user"}};
};

// The parts of a name between underscores, in lower case.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (c == '_' || c == '-' || c == '.') {
      words.emplace_back();
    } else {
      words.back() += ascii_lower(c);
    }
  }
  return words;
}

TextMap in_lower_case(const TextMap& words) {
  TextMap lower;
  for (const auto& [word, instead] : words) {
    std::string key = word;
    std::ranges::transform(key, key.begin(), ascii_lower);
    lower.emplace(std::move(key), instead);
  }
  return lower;
}

std::string shown(const TextMap::value_type& entry) {
  return entry.second.empty() ? printable(entry.first)
                              : fmt::format("{} ({})", printable(entry.first), printable(entry.second));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoAbbreviationsOptions& options,
                   Violations& violations) {
  const TextMap words = in_lower_case(options.words);
  if (words.empty()) return {};
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    std::string found;
    for (const std::string& word : words_of(project.node(id).name)) {
      const auto entry = words.find(word);
      if (entry != words.end()) found += (found.empty() ? "" : ", ") + shown(*entry);
    }
    if (found.empty()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the model name {} abbreviates {}: whoever searches for the word does not find it",
                                printable(project.node(id).name), found),
         .key = "name"});
  });
  return {};
}

const RegisterRule<NoAbbreviationsOptions> rule{
    {.name = "model-name-no-abbreviations",
     .subject = "naming",
     .summary = "a model's name has an abbreviation in it",
     .what =
         "Takes the names of models apart at their underscores and looks up each part, letter case apart, among the "
         "abbreviations. `words` maps each to the word that it stands for; a list of your own takes the place of "
         "the one here. Prefixes of layers (`stg_`, `fct_`, `dim_`, `int_`) are not in it.",
     .why =
         "Abbreviations multiply: `cust`, `cstmr` and `customer` are three words for a search, and one for those who "
         "have to remember which model uses which.",
     .example = R"(```sql models/fct_cust_orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```sql models/fct_customer_orders.sql
select 1 as order_id
```)",
     .basis = "dbt-doctor: `no-abbreviations-in-names`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&NoAbbreviationsOptions::words>("words", "The abbreviations, each with the word to write instead.")},
    check};

}  // namespace
}  // namespace plowline
