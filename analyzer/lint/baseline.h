// The baseline: findings that are known and put off, so that a team can start to lint a project that has some.
//
// The file is JSON, one entry a line, sorted, so that it merges and reviews well. An entry is found again by its
// fingerprint (rule, unique_id and what it concerns), or, where the node was renamed, by that of its unchanged code.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "lint/finding.h"

namespace plowline {

struct BaselineEntry {
  std::string rule;
  std::string unique_id;
  std::string message;  // for readers; it is not compared
  std::string fingerprint;
  std::string content_fingerprint;  // may be empty
  bool operator==(const BaselineEntry&) const = default;
};

struct Baseline {
  std::vector<BaselineEntry> entries;  // sorted by rule, unique_id, fingerprint
};

// Errors (exit status 3): not there, not JSON, not a baseline, of a later version.
Result<Baseline> read_baseline(const std::filesystem::path& file);

Baseline baseline_of(const std::vector<Finding>& findings);

// The whole file's text.
std::string to_text(const Baseline& baseline);

struct BaselineSplit {
  std::vector<Finding> fresh;        // not in the baseline, in their order
  std::vector<Finding> known;        // in it
  std::vector<BaselineEntry> fixed;  // entries that no finding corresponds to
};
// Each entry takes one finding at most.
BaselineSplit split_by_baseline(std::vector<Finding> findings, const Baseline& baseline);

}  // namespace plowline
