// Which package a state belongs to, where the line does not say it.
//
// The line with the state comes while a package's limits model is compiled, the line with the window from its
// post-hook. On the console neither node nor thread is known, but their order is: a model's START line, its state, its
// window, its end. A state is given to a package only where that order leaves no other; else it stays with none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backfill/run_log.h"
#include "backfill/run_log_words.h"

namespace plowline {

class StatePairing {
 public:
  explicit StatePairing(std::vector<LoggedPackage>& packages) : packages_(packages) {}

  // The package's limits model started, or ended.
  void started(std::string_view package);
  void ended(std::string_view package, bool well);
  // Empty `package`: not known.
  void state(RunState state, std::string_view package);
  void window(const LoggedWindow& window, std::string_view package);
  // No more lines. States that are left over become packages without a name.
  void finish();

  LoggedPackage& package_of(std::string_view name);

 private:
  std::vector<std::string> waiting() const;  // started, not ended, no state yet
  void resolve();

  std::vector<LoggedPackage>& packages_;
  std::vector<std::string> running_;
  std::vector<RunState> pending_;
  bool one_failed_ = false;  // while states were pending: one of them may be its own
};

}  // namespace plowline
