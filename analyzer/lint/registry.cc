#include <algorithm>
#include <set>

#include "lint/rule.h"

namespace plowline {
namespace {

std::vector<std::unique_ptr<Rule>>& owned_rules() {
  static std::vector<std::unique_ptr<Rule>> rules;
  return rules;
}

std::vector<const Rule*>& sorted_rules() {
  static std::vector<const Rule*> rules;
  return rules;
}

bool by_name(const Rule* rule, std::string_view name) {
  return rule->info().name < name;
}

}  // namespace

const std::vector<const Rule*>& all_rules() {
  return sorted_rules();
}

const Rule* find_rule(std::string_view name) {
  const auto& rules = sorted_rules();
  const auto found =
      std::ranges::lower_bound(rules, name, {}, [](const Rule* rule) -> std::string_view { return rule->info().name; });
  return found != rules.end() && (*found)->info().name == name ? *found : nullptr;
}

std::vector<std::string_view> rule_subjects() {
  std::set<std::string_view> subjects;
  for (const Rule* rule : sorted_rules()) subjects.insert(rule->info().subject);
  return {subjects.begin(), subjects.end()};
}

std::string rule_url(std::string_view rule) {
  return std::string(PLOWLINE_DOCS_URL "rules/README.md#") + std::string(rule);
}

namespace rule_detail {

void add_to_registry(std::unique_ptr<Rule> rule) {
  auto& rules = sorted_rules();
  rules.insert(std::lower_bound(rules.begin(), rules.end(), std::string_view(rule->info().name), by_name), rule.get());
  owned_rules().push_back(std::move(rule));
}

}  // namespace rule_detail
}  // namespace plowline
