#include <algorithm>
#include <fmt/format.h>
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

const Rule* found_in(const std::vector<const Rule*>& rules, std::string_view name) {
  const auto found = std::lower_bound(rules.begin(), rules.end(), name, by_name);
  return found != rules.end() && (*found)->info().name == name ? *found : nullptr;
}

std::vector<std::string_view> subjects_of(const std::vector<const Rule*>& rules) {
  std::set<std::string_view> subjects;
  for (const Rule* rule : rules) subjects.insert(rule->info().subject);
  return {subjects.begin(), subjects.end()};
}

}  // namespace

const std::vector<const Rule*>& all_rules() {
  return sorted_rules();
}

const Rule* find_rule(std::string_view name) {
  return found_in(sorted_rules(), name);
}

std::vector<std::string_view> rule_subjects() {
  return subjects_of(sorted_rules());
}

bool RuleSet::add(std::shared_ptr<const Rule> rule) {
  const RuleInfo& info = rule->info();
  if (find(info.name) != nullptr || find(info.subject) != nullptr || has_subject(info.name)) return false;
  if (info.name == info.subject) return false;
  rules_.insert(std::lower_bound(rules_.begin(), rules_.end(), std::string_view(info.name), by_name), rule.get());
  own_.push_back(std::move(rule));
  return true;
}

const Rule* RuleSet::find(std::string_view name) const {
  return found_in(rules_, name);
}

std::vector<std::string_view> RuleSet::subjects() const {
  return subjects_of(rules_);
}

bool RuleSet::has_subject(std::string_view name) const {
  return std::ranges::any_of(rules_, [&](const Rule* rule) { return rule->info().subject == name; });
}

std::string rule_url(std::string_view rule) {
  const Rule* found = RuleSet().find(rule);
  if (found == nullptr) return PLOWLINE_DOCS_URL "rules/README.md";
  return fmt::format(PLOWLINE_DOCS_URL "rules/{}/README.md#{}", found->info().subject, rule);
}

namespace rule_detail {

void add_to_registry(std::unique_ptr<Rule> rule) {
  auto& rules = sorted_rules();
  rules.insert(std::lower_bound(rules.begin(), rules.end(), std::string_view(rule->info().name), by_name), rule.get());
  owned_rules().push_back(std::move(rule));
}

}  // namespace rule_detail
}  // namespace plowline
