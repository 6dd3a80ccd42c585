#include "lint/parallel.h"

#include <atomic>
#include <doctest/doctest.h>

using namespace plowline;

TEST_CASE("each part is worked on once") {
  std::vector<std::atomic<int>> times(1'000);
  in_parallel(times.size(), [&](std::size_t i) { ++times[i]; });
  for (const auto& count : times) CHECK(count == 1);
  in_parallel(0, [](std::size_t) { FAIL("there is no part"); });
}

TEST_CASE("what is collected from several threads stands in the order of the nodes") {
  std::vector<NodeId> nodes;
  std::vector<std::uint32_t> expected;
  for (std::uint32_t i = 0; i < 4'321; ++i) {
    nodes.push_back(NodeId{i});
    for (std::uint32_t copy = 0; copy < i % 3; ++copy) expected.push_back(i);
  }
  const auto add_some = [](NodeId id, std::vector<std::uint32_t>& found) {
    for (std::size_t copy = 0; copy < index_of(id) % 3; ++copy) found.push_back(static_cast<std::uint32_t>(id));
  };
  CHECK(collect_in_parallel<std::uint32_t>(nodes, add_some) == expected);
  CHECK(collect_in_parallel<std::uint32_t>({}, add_some).empty());
}
