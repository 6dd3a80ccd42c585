#include "backfill/run_log_pairing.h"

#include <algorithm>
#include <functional>

namespace plowline {
namespace {

bool all_equal(const std::vector<RunState>& states) {
  return std::ranges::adjacent_find(states, std::not_equal_to<>()) == states.end();
}

}  // namespace

LoggedPackage& StatePairing::package_of(std::string_view name) {
  const auto found = std::ranges::find(packages_, name, &LoggedPackage::package);
  if (found != packages_.end()) return *found;
  LoggedPackage& added = packages_.emplace_back();
  added.package = name;
  return added;
}

std::vector<std::string> StatePairing::waiting() const {
  std::vector<std::string> names;
  for (const std::string& name : running_) {
    const auto found = std::ranges::find(packages_, name, &LoggedPackage::package);
    if (found != packages_.end() && !found->state) names.push_back(name);
  }
  return names;
}

void StatePairing::started(std::string_view package) {
  resolve();  // what is pending came before this one
  (void)package_of(package);
  if (std::ranges::find(running_, package) == running_.end()) running_.emplace_back(package);
}

void StatePairing::ended(std::string_view package, bool well) {
  LoggedPackage& logged = package_of(package);
  std::erase(running_, package);
  if (logged.state) return;
  if (!well) {
    one_failed_ = one_failed_ || !pending_.empty();
  } else if (pending_.size() == 1) {  // it ran to its end, so its state was logged
    logged.state = pending_.front();
    pending_.clear();
  }
}

void StatePairing::state(RunState state, std::string_view package) {
  if (!package.empty()) {
    package_of(package).state = state;
    return;
  }
  const std::vector<std::string> open = waiting();
  if (open.size() == 1 && pending_.empty()) {
    package_of(open.front()).state = state;
    return;
  }
  pending_.push_back(state);
  resolve();
}

void StatePairing::window(const LoggedWindow& window, std::string_view package) {
  std::string name(package.empty() ? window.package : package);
  if (name.empty() && running_.size() == 1) name = running_.front();
  LoggedPackage& logged = package_of(name);
  logged.lower_limit = window.lower_limit;
  logged.upper_limit = window.upper_limit;
  if (logged.state || pending_.empty()) return;
  if (pending_.size() == 1 || all_equal(pending_)) {
    logged.state = pending_.back();
    pending_.pop_back();
  }
  resolve();
}

void StatePairing::resolve() {
  const std::vector<std::string> open = waiting();
  if (one_failed_ || pending_.empty() || pending_.size() != open.size() || !all_equal(pending_)) return;
  for (const std::string& name : open) package_of(name).state = pending_.front();
  pending_.clear();
}

void StatePairing::finish() {
  resolve();
  for (const RunState state : pending_) {
    LoggedPackage& unnamed = packages_.emplace_back();
    unnamed.state = state;
  }
  pending_.clear();
}

}  // namespace plowline
