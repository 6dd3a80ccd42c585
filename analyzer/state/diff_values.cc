#include "state/diff_values.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <utility>

#include "diagnostic/error.h"

namespace plowline {
namespace {

// Where the first `most` characters of well-formed UTF-8 end.
std::size_t end_of_characters(std::string_view text, std::size_t most) {
  std::size_t at = 0;
  for (std::size_t count = 0; at < text.size(); ++at) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (starts && count++ == most) break;
  }
  return at;
}

std::string grouped(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string lines(std::size_t count) {
  return fmt::format("{} line{}", count, count == 1 ? "" : "s");
}

std::string schema_of(const MovedNode::Place& place) {
  return place.database.empty() ? place.schema : place.database + "." + place.schema;
}

}  // namespace

std::string short_value(std::string_view json_text, std::size_t most) {
  if (json_text.empty()) return "none";
  // A character is at most four bytes: what lies behind needs no look.
  const std::string shown = printable(json_text.substr(0, 4 * most + 4));
  const std::size_t end = end_of_characters(shown, most);
  if (end == shown.size()) return shown;
  return fmt::format("{}… ({} bytes)", shown.substr(0, end), grouped(json_text.size()));
}

ShortChange short_change(std::string_view before, std::string_view now, std::size_t most) {
  constexpr std::size_t kLead = 12;  // characters that are kept of what both begin with
  const auto [left, right] = std::ranges::mismatch(before, now);
  auto common = static_cast<std::size_t>(left - before.begin());
  if (std::max(before.size(), now.size()) <= most || common <= kLead + 4)
    return {short_value(before, most), short_value(now, most)};
  common -= kLead;
  while (common > 0 && (static_cast<unsigned char>(before[common]) & 0xC0) == 0x80) --common;
  const auto cut = [&](std::string_view text) {
    return text.size() == common ? std::string("…") : "…" + short_value(text.substr(common), most);
  };
  return {cut(before), cut(now)};
}

std::string short_code(std::string_view line, std::size_t most) {
  std::string text;
  for (const char c : line) text += c == '\t' ? std::string("  ") : std::string(1, c);
  return text.empty() ? text : short_value(text, most);
}

std::string change_of_lines(std::string_view key, const LineDiff& diff) {
  if (diff.added == 0 && diff.removed == 0) return fmt::format("{}: only line ends changed", key);
  if (diff.removed == 0) return fmt::format("{}: {} added", key, lines(diff.added));
  if (diff.added == 0) return fmt::format("{}: {} removed", key, lines(diff.removed));
  return fmt::format("{}: {} added, {} removed", key, lines(diff.added), diff.removed);
}

std::string counts_of(const StateDiff& diff) {
  std::vector<std::string> parts;
  for (const auto& [count, word] : {std::pair{diff.added.size(), "new"}, std::pair{diff.modified.size(), "modified"},
                                    std::pair{diff.disabled.size(), "disabled"},
                                    std::pair{diff.removed.size(), "removed"}, std::pair{diff.moved.size(), "moved"}}) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, word));
  }
  if (!diff.macros.empty())
    parts.push_back(fmt::format("{} macro{} changed", diff.macros.size(), diff.macros.size() == 1 ? "" : "s"));
  return parts.empty() ? "no difference" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string_view to_string(ChangedMacro::Change change) {
  switch (change) {
    case ChangedMacro::Change::kNew:
      return "new";
    case ChangedMacro::Change::kModified:
      return "modified";
    case ChangedMacro::Change::kRemoved:
      return "removed";
  }
  return "";
}

std::vector<MoveGroup> group_moves(const std::vector<MovedNode>& moved, std::size_t least) {
  using Key = std::pair<std::string, std::string>;
  const auto key_of = [](const MovedNode& node) { return Key{schema_of(node.before), schema_of(node.now)}; };
  const auto kept_its_name = [](const MovedNode& node) {
    return node.before.name == node.now.name && schema_of(node.before) != schema_of(node.now);
  };
  std::map<Key, std::size_t> counts;
  for (const MovedNode& node : moved) {
    if (kept_its_name(node)) ++counts[key_of(node)];
  }
  std::vector<MoveGroup> groups;
  std::map<Key, std::size_t> places;
  for (const MovedNode& node : moved) {
    const Key key = key_of(node);
    if (!kept_its_name(node) || counts[key] < least) {
      groups.push_back({node.before.relation, node.now.relation, {&node}});
      continue;
    }
    const auto [place, fresh] = places.emplace(key, groups.size());
    if (fresh) groups.push_back({key.first, key.second, {}});
    groups[place->second].nodes.push_back(&node);
  }
  return groups;
}

}  // namespace plowline
