// The names that the queries of a text give to what they read, and which query sees which.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

#include "source/sql_name.h"

namespace plowline {

// Every query names what it reads, and sees the names of the queries around it.
class SqlScopes {
 public:
  std::uint32_t add_outermost() { return add(static_cast<std::uint32_t>(outer_.size())); }
  std::uint32_t add(std::uint32_t outer) {
    outer_.push_back(outer);
    return static_cast<std::uint32_t>(outer_.size() - 1);
  }

  // `item` numbers what is named; what a name stands for never hides itself.
  void name(std::uint32_t scope, std::uint32_t item, std::string_view name) {
    if (!name.empty()) names_.push_back({scope, hash_of_name(name), item});
  }

  // To be called once, when all names are there.
  void sort() { std::ranges::sort(names_); }

  // Whether something but `item` has that name for the queries at `scope`.
  bool has(std::uint32_t scope, std::uint32_t item, std::string_view name) const {
    const std::uint64_t hash = hash_of_name(name);
    for (int level = 0; level < kLevels; ++level) {
      auto found = std::ranges::lower_bound(names_, Name{scope, hash, 0});
      while (found != names_.end() && found->item == item && found->is(scope, hash)) ++found;
      if (found != names_.end() && found->is(scope, hash)) return true;
      if (scope == outer_[scope]) return false;
      scope = outer_[scope];
    }
    return false;
  }

 private:
  // Deeper nesting occurs in no query that a person wrote.
  static constexpr int kLevels = 64;

  struct Name {
    std::uint32_t scope;
    std::uint64_t hash;
    std::uint32_t item;

    bool is(std::uint32_t other_scope, std::uint64_t other_hash) const {
      return scope == other_scope && hash == other_hash;
    }
    auto operator<=>(const Name&) const = default;
  };

  std::vector<std::uint32_t> outer_;  // by scope; an outermost one is its own
  std::vector<Name> names_;
};

}  // namespace plowline
