// What rules found, by node: a node's record lies somewhere in a big file, and who wants something of it for each
// finding fetches it once so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lint/engine.h"

namespace plowline {

// 0 where it is about no node; else its NodeId + 1, which is also the rank of the unique_id.
inline std::uint32_t node_number(const RawFinding& finding) {
  const auto& node = finding.violation->node;
  return node ? static_cast<std::uint32_t>(index_of(*node)) + 1 : 0;
}

class FindingsByNode {
 public:
  // `nodes`: how many the project has.
  FindingsByNode(const std::vector<RawFinding>& found, std::size_t nodes) : ends_(nodes + 2), findings_(found.size()) {
    for (const RawFinding& finding : found) ++ends_[node_number(finding) + 1];
    for (std::size_t i = 1; i < ends_.size(); ++i) ends_[i] += ends_[i - 1];
    for (std::uint32_t i = 0; i < found.size(); ++i) findings_[ends_[node_number(found[i])]++] = i;
  }

  // Numbers go from 0 to before this.
  std::size_t numbers() const { return ends_.size() - 1; }
  // The places in `found`, in their order, of the findings with that node_number().
  std::span<const std::uint32_t> of(std::size_t number) const {
    const std::uint32_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::span(findings_).subspan(begin, ends_[number] - begin);
  }

 private:
  std::vector<std::uint32_t> ends_;  // where the findings of each number end
  std::vector<std::uint32_t> findings_;
};

}  // namespace plowline
