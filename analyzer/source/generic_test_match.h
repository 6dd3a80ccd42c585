// Which item of a property file is a generic test of the manifest?
//
// dbt names a test by what it has made of its arguments, so that the item is found by what stayed the same: the test's
// name, the column, a name that the user gave, and the arguments.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/json.h"
#include "project/project.h"
#include "source/property_file.h"

namespace plowline {

// What the manifest says of a generic test.
struct GenericTest {
  std::string node_name;
  std::string name;         // `accepted_range`
  std::string full_name;    // `dbt_utils.accepted_range`; the same where it has no namespace
  std::string column_name;  // may be empty
  std::vector<std::pair<std::string, JsonText>> arguments;

  // A node without test_metadata that can be read has an empty name.
  static GenericTest of(const NodeRecord& node);
};

// The items among `tests` (those of a column, or of the whole entry) that it can be, and the best of all offered.
class GenericTestMatch {
 public:
  explicit GenericTestMatch(const GenericTest& test) : test_(test) {}
  // `column`: whose list of tests that is; empty: the entry's own.
  void offer(const std::vector<PropertyTest>& tests, std::string_view column);
  const PropertyTest* best() const { return best_; }

 private:
  int score(const PropertyTest& candidate);

  const GenericTest& test_;
  const PropertyTest* best_ = nullptr;
  int best_score_ = 0;
  int compared_ = 0;
};

}  // namespace plowline
