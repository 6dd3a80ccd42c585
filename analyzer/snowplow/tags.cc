#include "snowplow/tags.h"

#include <algorithm>
#include <array>

#include "diagnostic/suggest.h"

namespace plowline {
namespace {

constexpr std::string_view kSuffix = "_incremental";
constexpr std::string_view kFamily = "snowplow";
constexpr std::size_t kMaxEdits = 2;
constexpr std::array<std::string_view, 6> kPublished = {"snowplow_ecommerce", "snowplow_media_player",
                                                        "snowplow_mobile",    "snowplow_normalize",
                                                        "snowplow_unified",   "snowplow_web"};
constexpr std::array<std::string_view, 2> kWithoutTag = {"snowplow_attribution", "snowplow_fractribution"};

std::string folded(std::string_view tag) {
  std::string out(tag);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-') c = '_';
  }
  return out;
}

}  // namespace

std::string tag_of(std::string_view package) {
  return std::string(package) + std::string(kSuffix);
}

std::optional<std::string_view> package_of_tag(std::string_view tag) {
  if (!tag.ends_with(kSuffix)) return std::nullopt;
  const std::string_view package = tag.substr(0, tag.size() - kSuffix.size());
  if (package == kFamily) return package;
  if (package.size() > kFamily.size() + 1 && package.starts_with(kFamily) && package[kFamily.size()] == '_') {
    return package;
  }
  return std::nullopt;
}

bool has_tag(const NodeRecord& node, std::string_view tag) {
  return std::ranges::find(node.tags, tag) != node.tags.end();
}

bool is_tagged(const Project& project, NodeId node, std::string_view package) {
  const NodeRecord& record = project.node(node);
  return record.resource_type == ResourceType::kModel && project.enabled(node) && has_tag(record, tag_of(package));
}

std::optional<std::string_view> meant_tag(std::string_view tag, const std::vector<std::string_view>& known) {
  if (std::ranges::find(known, tag) != known.end()) return std::nullopt;
  const std::string given = folded(tag);
  std::optional<std::string_view> nearest;
  std::size_t fewest = kMaxEdits + 1;
  for (const std::string_view candidate : known) {
    const std::size_t difference =
        given.size() > candidate.size() ? given.size() - candidate.size() : candidate.size() - given.size();
    if (difference > kMaxEdits) continue;
    const std::size_t needed = edit_distance(given, folded(candidate));
    if (needed < fewest) {
      fewest = needed;
      nearest = candidate;
    }
  }
  return nearest;
}

bool is_published_package(std::string_view package) {
  return std::ranges::find(kPublished, package) != kPublished.end();
}

bool is_package_without_tag(std::string_view package) {
  return std::ranges::find(kWithoutTag, package) != kWithoutTag.end();
}

}  // namespace plowline
