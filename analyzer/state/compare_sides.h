// What the comparisons of the single aspects share (compare_*.cc); not for use outside of this folder.
#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "state/compare.h"
#include "state/json_value.h"

namespace plowline::state_detail {

using Differences = std::vector<Difference>;
using Member = RawJson NodeRecord::*;

// A part of one node in both projects, parsed.
template <typename T>
struct Both {
  T now;
  T before;
};

// A member of the record; absent where the manifest has none, or null.
inline Result<Both<std::optional<JsonText>>> read_both(const NodePair& pair, Member member) {
  Both<std::optional<JsonText>> out;
  if (!(pair.now().*member).empty()) {
    auto now = pair.project->read(pair.id, member);
    if (!now) return std::unexpected(std::move(now.error()));
    out.now = *now;
  }
  if (!(pair.before().*member).empty()) {
    auto before = pair.previous->read(pair.previous_id, member);
    if (!before) return std::unexpected(std::move(before.error()));
    out.before = *before;
  }
  return out;
}

// The members of an object that is a member of the record; none where it is absent.
inline Result<Both<JsonMembers>> read_objects(const NodePair& pair, Member member) {
  const auto both = read_both(pair, member);
  if (!both) return std::unexpected(both.error());
  return Both<JsonMembers>{both->now ? members_by_key(*both->now) : JsonMembers(),
                           both->before ? members_by_key(*both->before) : JsonMembers()};
}

inline bool same_bytes(const NodePair& pair, Member member) {
  return (pair.now().*member).bytes == (pair.before().*member).bytes;
}

inline std::string shown(const std::optional<JsonText>& value) {
  return value ? std::string(value->bytes()) : std::string();
}

// `text` as a JSON string; texts as a JSON array.
std::string as_json(std::string_view text);
template <typename Texts>
std::string as_json_list(const Texts& texts) {
  std::string out;
  for (const std::string_view text : texts) out += (out.empty() ? "" : ", ") + as_json(text);
  return "[" + out + "]";
}

// Calls visit(key, now, before) for every key of either, in the order of keys.
template <typename Visit>
void for_each_key(const Both<JsonMembers>& both, Visit visit) {
  auto now = both.now.begin();
  auto before = both.before.begin();
  while (now != both.now.end() || before != both.before.end()) {
    const bool has_now = before == both.before.end() || (now != both.now.end() && now->first <= before->first);
    const bool has_before = now == both.now.end() || (before != both.before.end() && before->first <= now->first);
    const std::string& key = has_now ? now->first : before->first;
    visit(key, has_now ? std::optional(now->second) : std::nullopt,
          has_before ? std::optional(before->second) : std::nullopt);
    if (has_now) ++now;
    if (has_before) ++before;
  }
}

inline void compare_texts(Aspect aspect, std::string_view key, std::string_view now, std::string_view before,
                          Differences& found) {
  if (now != before) found.push_back({aspect, std::string(key), as_json(before), as_json(now)});
}

bool is_test(const NodeRecord& node);
bool is_generic_test(const NodeRecord& node);
// What dbt-core calls a ParsedNode: everything under `nodes`, and functions.
bool is_parsed_node(const NodeRecord& node);

Result<Differences> compare_configs(const NodePair& pair);
Result<Differences> compare_descriptions(const NodePair& pair);
Result<Differences> compare_definitions(const NodePair& pair);

}  // namespace plowline::state_detail
