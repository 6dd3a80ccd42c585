#include "rules/snowplow/stray_tag.h"

#include <algorithm>

#include "snowplow/tags.h"

namespace plowline {

std::vector<StrayTags::Tag> StrayTags::of(const NodeRecord& node) {
  std::vector<Tag> out;
  for (const std::string_view tag : node.tags) {
    const std::optional<Tag>& stray = look_up(tag);
    // (dbt merges tags and keeps repeated ones.)
    if (stray && std::ranges::find(out, tag, &Tag::tag) == out.end()) out.push_back(*stray);
  }
  return out;
}

const std::optional<StrayTags::Tag>& StrayTags::look_up(std::string_view tag) {
  const auto [entry, is_new] = seen_.try_emplace(tag);
  if (!is_new || std::ranges::find(known_, tag) != known_.end()) return entry->second;
  const std::optional<std::string_view> meant = meant_tag(tag, known_);
  if (meant || package_of_tag(tag)) entry->second = Tag{tag, meant};
  return entry->second;
}

}  // namespace plowline
