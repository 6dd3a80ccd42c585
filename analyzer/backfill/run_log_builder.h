// One run, from its lines in order.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backfill/run_log.h"
#include "backfill/run_log_line.h"
#include "backfill/run_log_pairing.h"

namespace plowline {

class RunLogBuilder {
 public:
  // At the first line of a run.
  RunLogBuilder();
  RunLogBuilder(const RunLogBuilder&) = delete;
  RunLogBuilder& operator=(const RunLogBuilder&) = delete;

  void add(const RunLogLine& line);
  const LoggedRun& run() const { return run_; }
  // `Running with dbt=…` was there: another one begins another run.
  bool has_header() const { return !run_.dbt_version.empty(); }
  // Closes the run. Nothing may be added after.
  LoggedRun take();

 private:
  void note_format(const RunLogLine& line);
  void add_message(const RunLogLine& line);
  bool take_head(std::string_view text);
  bool take_snowplow(const RunLogLine& line);
  bool take_node(const RunLogLine& line);
  bool take_end(std::string_view text);
  void take_error(const RunLogLine& line);
  void hook_ended(const NodeLine& node);
  void node_failed(const RunLogLine& line, const NodeLine& node);
  void begin_paragraph(std::string_view text);
  void end_paragraph();
  // The limits model's package, where the line tells which node it belongs to.
  std::string package_at(const RunLogLine& line) const;
  std::string node_at(const RunLogLine& line) const;
  void explain_failures();
  void settle();

  LoggedRun run_;
  StatePairing pairing_;
  std::map<std::string, std::string, std::less<>> threads_;  // debug: what a thread works on
  std::map<std::string, std::string, std::less<>> owners_;   // package -> the dbt package of its limits model
  std::vector<std::pair<std::string, bool>> end_hooks_;      // package, whether it ended well
  std::string paragraph_;                                    // of an error that may go on
  bool in_paragraph_ = false;
  bool joins_next_ = false;  // `Failure in model …`: dbt's reason is a message of its own
  bool keyboard_ = false;    // `Exited because of keyboard interrupt`
  bool cancelled_ = false;   // a query was
  bool command_failed_ = false;
  std::uint64_t done_errors_ = 0;
};

}  // namespace plowline
