#include "graph/node_set.h"

#include <doctest/doctest.h>
#include <random>
#include <set>
#include <vector>

using namespace plowline;

namespace {

NodeSet set_of(std::size_t size, const std::set<std::size_t>& members) {
  NodeSet set(size);
  for (const std::size_t i : members) set.insert(static_cast<NodeId>(i));
  return set;
}

std::set<std::size_t> members_of(const NodeSet& set) {
  std::set<std::size_t> members;
  for (const NodeId id : set.ids()) members.insert(index_of(id));
  return members;
}

std::set<std::size_t> random_members(std::size_t size, std::mt19937& random) {
  std::set<std::size_t> members;
  const std::size_t wanted = random() % (size + 1);
  for (std::size_t i = 0; i < wanted; ++i) members.insert(random() % size);
  return members;
}

}  // namespace

TEST_CASE("a new set is empty") {
  const NodeSet none;
  CHECK(none.empty());
  CHECK(none.count() == 0);
  CHECK(none.ids().empty());
  const NodeSet set(130);
  CHECK(set.empty());
  CHECK(set.capacity() == 130);
  CHECK_FALSE(set.contains(NodeId{129}));
}

TEST_CASE("nodes are visited in the order of their ids, also over the borders of words") {
  NodeSet set(200);
  for (const std::uint32_t i : {199U, 0U, 64U, 63U, 127U, 128U}) set.insert(NodeId{i});
  const std::vector<NodeId> expected{NodeId{0}, NodeId{63}, NodeId{64}, NodeId{127}, NodeId{128}, NodeId{199}};
  CHECK(set.ids() == expected);
  CHECK(set.count() == 6);
  set.insert(NodeId{64});  // again
  CHECK(set.count() == 6);
  set.erase(NodeId{64});
  set.erase(NodeId{65});  // not in it
  CHECK_FALSE(set.contains(NodeId{64}));
  CHECK(set.count() == 5);
}

TEST_CASE("union, intersection and difference are those of std::set") {
  std::mt19937 random(20240229);
  for (int round = 0; round < 300; ++round) {
    const std::size_t size = 1 + random() % 300;
    const auto a = random_members(size, random);
    const auto b = random_members(size, random);
    std::set<std::size_t> both = a;
    both.insert(b.begin(), b.end());
    std::set<std::size_t> common;
    std::set<std::size_t> only_a;
    for (const std::size_t i : a) (b.contains(i) ? common : only_a).insert(i);

    NodeSet set = set_of(size, a);
    REQUIRE(members_of(set |= set_of(size, b)) == both);
    REQUIRE(set.count() == both.size());
    set = set_of(size, a);
    REQUIRE(members_of(set &= set_of(size, b)) == common);
    REQUIRE(set.empty() == common.empty());
    set = set_of(size, a);
    REQUIRE(members_of(set -= set_of(size, b)) == only_a);
    REQUIRE((set_of(size, a) == set_of(size, b)) == (a == b));
  }
}

TEST_CASE("a part of a set is visited as all of it is, from and to any id") {
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    const std::size_t size = random() % 300;
    const std::set<std::size_t> members = size == 0 ? std::set<std::size_t>() : random_members(size, random);
    const NodeSet set = set_of(size, members);
    const std::size_t begin = size == 0 ? 0 : random() % size;
    const std::size_t end = begin + (size == 0 ? 0 : random() % (size - begin + 1));
    std::vector<std::size_t> visited;
    set.for_each({begin, end}, [&](NodeId id) { visited.push_back(index_of(id)); });
    CHECK(visited == std::vector<std::size_t>(members.lower_bound(begin), members.lower_bound(end)));
  }
}
