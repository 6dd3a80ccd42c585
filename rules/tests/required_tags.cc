#include "rules/tests/required_tags.h"

#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

bool has_tag(const NodeRecord& node, std::string_view tag) {
  return std::ranges::find(node.tags, tag) != node.tags.end();
}

// What is wrong with those that are required; empty: nothing.
std::string required_failure(const NodeRecord& node, const TagDemand& demand) {
  std::vector<std::string> present;
  std::vector<std::string> missing;
  for (const std::string& tag : demand.required) {
    (has_tag(node, tag) ? present : missing).push_back(printable(tag));
  }
  if (demand.criteria == "all") {
    if (missing.empty()) return {};
    return fmt::format("lacks the {} {}", plural(missing.size(), "tag", "tags"), name_list(missing, kEveryName));
  }
  if (present.empty()) return fmt::format("has none of the tags {}", name_list(missing, kEveryName));
  if (demand.criteria == "any" || present.size() == 1) return {};
  return fmt::format("has the tags {}, of which only one may stand there", name_list(present, kEveryName));
}

std::vector<std::string_view> tags_not_allowed(const NodeRecord& node, const TagDemand& demand) {
  std::vector<std::string_view> wrong;
  for (const std::string_view tag : node.tags) {
    const bool known = std::ranges::find(demand.allowed, tag) != demand.allowed.end();
    if (!known && std::ranges::find(wrong, tag) == wrong.end()) wrong.push_back(tag);
  }
  return wrong;
}

void check_allowed(const NodeRecord& node, NodeId id, const std::string& name, const TagDemand& demand,
                   Violations& violations) {
  if (node.tags.empty() && !demand.allow_untagged) {
    violations.push_back({.node = id,
                          .message = fmt::format("{} has no tag: jobs that select by tag leave it out", name),
                          .at = Anchor::config("tags"),
                          .key = "allowed"});
    return;
  }
  const std::vector<std::string_view> wrong = tags_not_allowed(node, demand);
  if (wrong.empty()) return;
  violations.push_back({.node = id,
                        .message = fmt::format("{} has the {} {}, which {} not among those agreed upon: no job selects "
                                               "by {}",
                                               name, plural(wrong.size(), "tag", "tags"), name_list(wrong, kEveryName),
                                               plural(wrong.size(), "is", "are"), plural(wrong.size(), "it", "them")),
                        .at = Anchor::tag(std::string(wrong.front())),
                        .key = "allowed"});
}

}  // namespace

void check_tags(const LintProject& project, NodeId id, const std::string& name, const TagDemand& demand,
                Violations& violations) {
  const NodeRecord& node = project.node(id);
  if (const std::string failure = required_failure(node, demand); !failure.empty()) {
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} {}: jobs that select by tag do not run what they should", name, failure),
         .at = Anchor::config("tags"),
         .key = "required"});
  }
  if (!demand.allowed.empty()) check_allowed(node, id, name, demand, violations);
}

}  // namespace plowline
