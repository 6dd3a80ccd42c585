// What belongs to one query while it runs: shared by the connection and its virtual tables.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "query/query.h"
#include "query/tables.h"

namespace plowline {

class QueryState {
 public:
  // `inputs` null: the query is only prepared.
  QueryState(const QueryInputs* inputs, std::chrono::milliseconds time);

  bool is_late() const;

  // What a table of that schema is made from. Errors: an artifact that is missing.
  Result<TableSources> sources(const Table& table, std::string_view schema) const;

  std::optional<Error> error;                            // why a table could not be read
  std::string denied;                                    // what the query wanted to do besides reading
  std::set<std::pair<std::string, std::string>> tables;  // that the query reads: schema and table

 private:
  const QueryInputs* inputs_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

// For loops of many small steps: looks at the clock at every so many of them.
class ClockWatch {
 public:
  explicit ClockWatch(const QueryState& state) : state_(state) {}
  bool is_late() {
    if (++steps_ % kStepsBetweenLooks == 0 && state_.is_late()) late_ = true;
    return late_;
  }
  bool was_late() const { return late_; }

 private:
  static constexpr std::uint32_t kStepsBetweenLooks = 1U << 16U;
  const QueryState& state_;
  std::uint32_t steps_ = 0;
  bool late_ = false;
};

}  // namespace plowline
