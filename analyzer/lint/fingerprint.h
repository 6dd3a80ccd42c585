// By what a finding is known again: in a baseline, in an earlier project, by a code host.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "lint/finding.h"
#include "lint/lint_project.h"

namespace plowline {

// Of the violations of one project: 128 bits of SHA-256, so that two findings of one fingerprint are the same mistake.
// Not to be shared between threads.
class Fingerprints {
 public:
  explicit Fingerprints(const LintProject& project);
  ~Fingerprints();
  Fingerprints(const Fingerprints&) = delete;
  Fingerprints& operator=(const Fingerprints&) = delete;

  // Over the rule, the node's unique_id and what tells the violation apart at the node.
  Fingerprint of(std::string_view rule, const Violation& violation);
  // Over the node's code instead of its unique_id; empty where there is no checksum of a code.
  Fingerprint by_content(std::string_view rule, const Violation& violation);

 private:
  class Digest;
  friend Fingerprint repeated_fingerprint(std::string_view first, std::size_t times);

  const LintProject& project_;
  std::unique_ptr<Digest> digest_;
};

// That of the next one with the same `first` (a fingerprint's text); `times` others came before it.
Fingerprint repeated_fingerprint(std::string_view first, std::size_t times);

}  // namespace plowline
