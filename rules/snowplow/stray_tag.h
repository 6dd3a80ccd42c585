// Tags that were meant for a Snowplow package but that none of this project counts.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

// Remembers what it found out of a tag: the same few stand at thousands of models.
class StrayTags {
 public:
  explicit StrayTags(const SnowplowPackages& packages) : known_(packages.tags()) {}

  struct Tag {
    std::string_view tag;
    std::optional<std::string_view> meant;  // the tag that was probably meant
  };

  // The stray tags of a node, in its order.
  std::vector<Tag> of(const NodeRecord& node);
  bool any_of(const NodeRecord& node) { return !of(node).empty(); }

 private:
  const std::optional<Tag>& look_up(std::string_view tag);

  std::vector<std::string_view> known_;
  std::unordered_map<std::string_view, std::optional<Tag>> seen_;
};

}  // namespace plowline
