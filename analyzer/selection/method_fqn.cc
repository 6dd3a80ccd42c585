// fqn: nodes by the parts of their fully qualified name: package, folders, name. Sources have none that counts.
//
// The value is taken apart at its dots and tried on the whole fqn and on the fqn without its package: the last part
// alone, whole parts from the front, and from the first part that holds a wildcard on, one glob on the joined rest.
// A versioned model's last part is `vN`: its name means all versions, `name.vN` and `name_vN` one.
#include <algorithm>

#include "selection/method.h"

namespace plowline {
namespace {

using Entries = std::vector<FqnIndex::Entry>;

std::size_t count_parts(std::string_view joined) {
  return static_cast<std::size_t>(std::ranges::count(joined, '.')) + 1;
}

// The entries that start with `text`, which are neighbours in sorted order.
std::span<const FqnIndex::Entry> starting_with(const Entries& entries, std::string_view text) {
  const auto first = std::ranges::lower_bound(entries, text, {}, &FqnIndex::Entry::joined);
  const auto last = std::partition_point(
      first, entries.end(), [text](const FqnIndex::Entry& entry) { return entry.joined.starts_with(text); });
  return {first, last};
}

// Whole parts from the front: `a.b` means `a.b` itself and all below it.
void collect_prefix(const Entries& entries, const std::string& value, NodeSet& found) {
  const auto same = std::ranges::equal_range(entries, std::string_view(value), {}, &FqnIndex::Entry::joined);
  for (const FqnIndex::Entry& entry : same) found.insert(entry.id);
  for (const FqnIndex::Entry& entry : starting_with(entries, value + ".")) found.insert(entry.id);
}

void collect_glob(const Entries& entries, std::string_view value, std::size_t wildcard, NodeSet& found) {
  const std::size_t dot = value.rfind('.', wildcard);
  const std::size_t rest = dot == std::string_view::npos ? 0 : dot + 1;
  const Glob glob(value.substr(rest));
  const std::size_t parts = count_parts(value);
  for (const FqnIndex::Entry& entry : starting_with(entries, value.substr(0, rest))) {
    if (glob.matches(entry.joined.substr(rest)) && count_parts(entry.joined) >= parts) found.insert(entry.id);
  }
}

// The last two parts of a value, joined as `name_vN` is; empty where it has one part.
std::string last_two_joined(std::string_view value) {
  const std::size_t last = value.rfind('.');
  if (last == std::string_view::npos) return {};
  const std::size_t before = value.substr(0, last).rfind('.');
  std::string joined(value.substr(before == std::string_view::npos ? 0 : before + 1));
  joined[joined.rfind('.')] = '_';
  return joined;
}

// `name.vN` and `name_vN`: dbt joins the last two parts of both sides by `_`.
void collect_version(const FqnIndex& index, std::string_view value, NodeSet& found) {
  const std::string joined = last_two_joined(value);
  index.versioned_leaves.collect(joined.empty() ? value : std::string_view(joined), found);
}

// Whether `value` is whole parts from the front of `parts`; the parts' own dots count as separators too.
bool is_prefix(StringList parts, std::string_view value) {
  for (const std::string_view part : parts) {
    if (!value.starts_with(part)) return part.starts_with(value) && part.substr(value.size()).starts_with('.');
    value.remove_prefix(part.size());
    if (value.empty()) return true;
    if (value.front() != '.') return false;
    value.remove_prefix(1);
  }
  return false;
}

// What the index would find for a value without wildcards, from one node's parts alone.
bool matches_literal(const NodeRecord& node, std::string_view value, std::string_view versioned_value) {
  const StringList fqn = node.fqn;
  if (fqn.empty()) return false;
  const bool versioned = fqn.size() > 1 && node.resource_type == ResourceType::kModel && !node.version.empty();
  if (versioned) {
    const std::string_view name = fqn[fqn.size() - 2];
    const std::size_t length = name.size() + 1 + fqn.back().size();
    if (name == value) return true;
    const std::string_view text = versioned_value.empty() ? value : versioned_value;
    if (text.size() == length && text.starts_with(name) && text[name.size()] == '_' && text.ends_with(fqn.back())) {
      return true;
    }
  } else if (fqn.back() == value) {
    return true;
  }
  return is_prefix(fqn, value) || (fqn.size() > 1 && is_prefix(fqn.subspan(1), value));
}

// One pass over the nodes: less work than an index that only a few criteria ask.
NodeSet scan(const SelectionIndex& index, std::string_view value) {
  const Project& project = index.project();
  const std::string versioned_value = last_two_joined(value);
  NodeSet found(project.size());
  NodeSet nodes = index.members();
  nodes -= index.of_type(ResourceType::kSource);
  nodes.for_each([&](NodeId id) {
    if (matches_literal(project.node(id), value, versioned_value)) found.insert(id);
  });
  return found;
}

}  // namespace

Result<NodeSet> select_by_fqn(MethodContext& context, const Criterion& criterion) {
  const std::string& value = criterion.value.text;
  const bool literal = value.find_first_of("*?[]") == std::string::npos;
  if (literal) {
    auto& scanned = context.index.scanned_fqns();
    if (const auto known = scanned.find(value); known != scanned.end()) return known->second;
    if (!context.index.fqn_index_pays()) return scanned.emplace(value, scan(context.index, value)).first->second;
  }
  const FqnIndex& index = context.index.fqns();
  NodeSet found = context.none();
  index.leaves.collect(std::string_view(value), found);
  collect_version(index, value, found);
  const std::size_t wildcard = value.find_first_of("*?[]");
  if (wildcard == std::string::npos) {
    collect_prefix(index.entries, value, found);
  } else {
    collect_glob(index.entries, value, wildcard, found);
  }
  return found;
}

}  // namespace plowline
