// Finds nodes by any of the texts that dbt prints for them.
//
// A listing asks for far fewer texts than a project has spellings, so the texts are indexed, not the project: ask() for
// every text, then one answer() walks the nodes once and compares each of their spellings.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "project/project.h"

namespace plowline {

// In which ways a text can be a node.
enum class Way : std::uint8_t {
  kUniqueId,
  kSelector,     // the fqn with dots, or with a type and a colon: `source:shop.raw.orders`
  kName,         // as `--output name` has it: `orders`, `customers.v2`, `raw.orders` of a source
  kPath,         // original_file_path, with slashes
  kUnversioned,  // the name of a versioned model without its version
  kPlainName,    // node.name of any node, without the version and without the source's name
  kAlias,
  kRelation,    // relation_name
  kIdentifier,  // of a source
};
constexpr std::size_t kWays = 9;

using NodeIds = std::vector<NodeId>;

// What one text is.
struct LsFound {
  std::array<NodeIds, kWays> nodes;  // each sorted
  bool disabled = false;             // in some way it is a node that is disabled

  const NodeIds& by(Way way) const { return nodes[static_cast<std::size_t>(way)]; }
};

class LsLookup {
 public:
  // `text` must live as long as this object. Backslashes are taken for slashes.
  void ask(std::string_view text);
  // Cost: one pass over the project's nodes and its disabled nodes; nothing where nothing was asked for.
  void answer(const Project& project);
  // Of a text that was asked for; empty for others. Valid as long as this object.
  const LsFound& of(std::string_view text) const;

 private:
  std::deque<std::string> owned_;
  std::unordered_map<std::string_view, LsFound> found_;
  LsFound nothing_;
};

// `path` with slashes instead of backslashes: dbt writes paths in the manner of the machine it runs on.
std::string with_slashes(std::string_view path);

}  // namespace plowline
