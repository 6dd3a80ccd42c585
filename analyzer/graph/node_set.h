// NodeSet: a set of a Project's nodes as a bit set.
//
// Union, intersection and difference cost one pass over size()/64 words; for_each visits in the order of ids, which
// is the order in which dbt prints nodes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "project/project.h"

namespace plowline {

class NodeSet {
 public:
  NodeSet() = default;
  // An empty set over a project of `size` nodes. Sets that are combined must be of one size.
  explicit NodeSet(std::size_t size) : size_(size), words_((size + 63) / 64) {}

  void insert(NodeId id) { words_[index_of(id) / 64] |= bit(id); }
  void erase(NodeId id) { words_[index_of(id) / 64] &= ~bit(id); }
  bool contains(NodeId id) const { return (words_[index_of(id) / 64] & bit(id)) != 0; }

  NodeSet& operator|=(const NodeSet& other);
  NodeSet& operator&=(const NodeSet& other);
  NodeSet& operator-=(const NodeSet& other);
  bool operator==(const NodeSet& other) const = default;

  std::size_t capacity() const { return size_; }  // the project's size
  std::size_t count() const;
  bool empty() const;
  std::vector<NodeId> ids() const;

  template <typename F>
  void for_each(F&& visit) const {
    for_each({0, size_}, visit);
  }

  // Those of the ids in that range.
  template <typename F>
  void for_each(Project::IdRange range, F&& visit) const {
    for (std::size_t w = range.begin / 64; w * 64 < range.end; ++w) {
      std::uint64_t rest = words_[w];
      if (w == range.begin / 64) rest &= ~std::uint64_t{0} << (range.begin % 64);
      for (; rest != 0; rest &= rest - 1) {
        const std::size_t id = w * 64 + static_cast<std::size_t>(std::countr_zero(rest));
        if (id >= range.end) return;
        visit(static_cast<NodeId>(id));
      }
    }
  }

 private:
  static std::uint64_t bit(NodeId id) { return std::uint64_t{1} << (index_of(id) % 64); }
  std::size_t size_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace plowline
