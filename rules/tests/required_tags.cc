#include "rules/tests/required_tags.h"

#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

constexpr std::string_view kLeftOut = "jobs that select by tag leave it out";

bool has(const std::vector<std::string>& list, std::string_view tag) {
  return std::ranges::find(list, tag) != list.end();
}

// `the tag pii`, `the tags pii and gdpr`.
std::string tags_text(const std::vector<std::string_view>& tags) {
  return fmt::format("the {} {}", plural(tags.size(), "tag", "tags"), name_list(tags, kEveryName));
}

}  // namespace

std::optional<TagFault> required_fault(Tags tags, const std::vector<std::string>& required, std::string_view criteria) {
  std::vector<std::string_view> present;
  std::vector<std::string_view> missing;
  for (const std::string& tag : required) {
    (std::ranges::find(tags, tag) != tags.end() ? present : missing).push_back(tag);
  }
  if (missing.empty() && (criteria == "all" || required.size() < 2)) return std::nullopt;
  if (criteria == "all" || required.size() == 1) return TagFault{"lacks " + tags_text(missing), {}, kLeftOut};
  if (present.empty()) return TagFault{"has none of " + tags_text(missing), {}, kLeftOut};
  if (criteria == "any" || present.size() == 1) return std::nullopt;
  return TagFault{fmt::format("has {}, of which only one may be there", tags_text(present)), present.back(),
                  "each job that selects by one of them runs it"};
}

std::vector<std::string_view> tags_not_allowed(Tags tags, const std::vector<std::string>& allowed,
                                               const std::vector<std::string>& required) {
  std::vector<std::string_view> wrong;
  if (allowed.empty()) return wrong;
  for (const std::string_view tag : tags) {
    if (!has(allowed, tag) && !has(required, tag) && std::ranges::find(wrong, tag) == wrong.end()) wrong.push_back(tag);
  }
  return wrong;
}

std::optional<TagFault> allowed_fault(Tags tags, const TagDemand& demand) {
  if (demand.allowed.empty()) return std::nullopt;
  if (tags.empty() && !demand.allow_untagged) return TagFault{"has no tag", {}, kLeftOut};
  const std::vector<std::string_view> wrong = tags_not_allowed(tags, demand.allowed, demand.required);
  if (wrong.empty()) return std::nullopt;
  const bool one = wrong.size() == 1;
  return TagFault{fmt::format("has {}, which {} not among those agreed upon", tags_text(wrong), one ? "is" : "are"),
                  wrong.front(), one ? "no job selects by it" : "no job selects by them"};
}

void report_tags(NodeId id, const std::string& name, const TagFault& fault, std::string_view key,
                 Violations& violations) {
  violations.push_back({.node = id,
                        .message = fmt::format("{} {}: {}", name, fault.text, fault.consequence),
                        .at = fault.tag.empty() ? Anchor::config("tags") : Anchor::tag(std::string(fault.tag)),
                        .key = std::string(key)});
}

void check_tags(const LintProject& project, NodeId id, const std::string& name, const TagDemand& demand,
                Violations& violations) {
  const Tags tags = project.node(id).tags;
  if (const auto fault = required_fault(tags, demand.required, demand.criteria); fault) {
    report_tags(id, name, *fault, "required", violations);
  }
  if (const auto fault = allowed_fault(tags, demand); fault) report_tags(id, name, *fault, "allowed", violations);
}

}  // namespace plowline
