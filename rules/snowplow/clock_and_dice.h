// What in a model's code gives another value in every run: the time of the run, and chance.
//
// Only what is plain counts. Left alone is what stands under a Jinja condition other than is_incremental(), such as the
// rows of the last days for `target.name == 'dev'`: whether it is part of a run that matters is not known.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lint/finding.h"
#include "rules/snowplow/query_tokens.h"

namespace plowline {

class ClockAndDice {
 public:
  // Scans the text, which must outlive this object. O(text).
  explicit ClockAndDice(const SqlText& sql);

  // Tokens of the query.
  struct Place {
    std::size_t first;
    std::size_t last;
  };

  // The first call of a random function without a seed: `random()`, `uuid_string()`.
  std::optional<Place> random() const;
  // The column that the value at a place becomes, in lower case; empty where it has no name.
  std::string column_of(const Place& place) const;
  // The time of the run as a lower bound of the rows that are read: `where start_tstamp > current_date - 7`. As an
  // upper bound it changes nothing (the package's own one is earlier), as a column it only says when the row was
  // written, and in the ON of a join it mostly picks a version of another table's row.
  std::optional<Place> clock_as_bound() const;

  Anchor anchor(const Place& place) const;
  std::string shown(const Place& place) const;  // printable

 private:
  enum class Bound { kLower, kUpper, kNone };
  // What stands before the clock in its condition.
  struct Before {
    bool in_condition = false;
    bool compared = false;  // an operator
    Bound bound = Bound::kNone;
  };

  bool is_conditional(const Place& place) const;
  std::optional<Place> clock_at(std::size_t i) const;
  Bound bound_of_sign(std::size_t i, bool clock_is_right) const;
  Before look_back(std::size_t i) const;
  void look_at_operator(std::size_t i, bool& other_expression, Before& before) const;
  Bound look_ahead(std::size_t i) const;
  bool is_lower_bound(const Place& clock) const;

  const SqlText& sql_;
  QueryTokens query_;
  std::vector<std::pair<std::size_t, std::size_t>> conditional_;  // from and to which byte
};

}  // namespace plowline
