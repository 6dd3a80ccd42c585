#include "project/ls_nodes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "project/ls_lookup.h"

namespace plowline {
namespace {

// The ways in which dbt prints rows as text; the others occur in JSON rows. Ties go to the way that stands first.
constexpr std::array<Way, 5> kTextWays{Way::kUniqueId, Way::kSelector, Way::kName, Way::kPath, Way::kUnversioned};

// --- JSON rows -----------------------------------------------------------------------------------------------------

// Keys that must be the node's where a row has them. Others (alias, schema, …) can differ between targets.
struct Identity {
  std::string_view key;
  std::string_view NodeRecord::* member;
};
constexpr std::array<Identity, 6> kIdentities{{{"name", &NodeRecord::name},
                                               {"package_name", &NodeRecord::package_name},
                                               {"resource_type", &NodeRecord::resource_word},
                                               {"source_name", &NodeRecord::source_name},
                                               {"original_file_path", &NodeRecord::original_file_path},
                                               {"path", &NodeRecord::path}}};

// Keys that can find a node, the most certain first. A row has found its nodes with the first that it has.
struct Finder {
  std::string_view key;
  Way way;
};
constexpr std::array<Finder, 7> kFinders{{{"unique_id", Way::kUniqueId},
                                          {"fqn", Way::kSelector},
                                          {"name", Way::kPlainName},
                                          {"original_file_path", Way::kPath},
                                          {"alias", Way::kAlias},
                                          {"relation_name", Way::kRelation},
                                          {"identifier", Way::kIdentifier}}};

const Finder* finder_of(const LsKeys& keys) {
  const auto found =
      std::ranges::find_if(kFinders, [&](const Finder& finder) { return !keys.get(finder.key).empty(); });
  return found == kFinders.end() ? nullptr : &*found;
}

bool same_identity(const LsKeys& keys, const NodeRecord& node) {
  return std::ranges::all_of(kIdentities, [&](const Identity& identity) {
    const std::string_view said = keys.get(identity.key);
    return said.empty() || said == node.*identity.member || with_slashes(said) == with_slashes(node.*identity.member);
  });
}

NodeIds nodes_of_json(const LsKeys& keys, const LsLookup& lookups, const Project& project) {
  const Finder* finder = finder_of(keys);
  if (finder == nullptr) return {};
  NodeIds nodes = lookups.of(keys.get(finder->key)).by(finder->way);
  if (finder->way == Way::kUniqueId) return nodes;
  std::erase_if(nodes, [&](NodeId id) { return !same_identity(keys, project.node(id)); });
  const std::string_view materialized = keys.get("config.materialized");
  if (nodes.size() > 1 && !materialized.empty()) {
    std::erase_if(nodes, [&](NodeId id) { return project.materialized(id).value_or("") != materialized; });
  }
  return nodes;
}

// --- rows to nodes -------------------------------------------------------------------------------------------------

// A row (or a word of one) that is at least one node. Rows of one text share their nodes: with a copy for each, a file
// of many sources would cost the square of their number.
struct Item {
  LsToken token;
  std::span<const NodeId> nodes;  // sorted, not empty; when it is chosen, those that the row is
};

// How the rows of this text can be read best: the ways, sorted by how many of the texts are nodes in each.
std::array<Way, kTextWays.size()> ways_of(const std::vector<std::string_view>& texts, const LsLookup& lookups) {
  std::array<std::size_t, kWays> counts{};
  for (const std::string_view text : texts) {
    const LsFound& found = lookups.of(text);
    for (const Way way : kTextWays) counts[static_cast<std::size_t>(way)] += found.by(way).empty() ? 0 : 1;
  }
  std::array<Way, kTextWays.size()> ways = kTextWays;
  const auto by_count = [&](Way way) {
    return std::pair(-static_cast<std::ptrdiff_t>(counts[static_cast<std::size_t>(way)]), way);
  };
  std::ranges::sort(std::span(ways).first(4), {}, by_count);  // a name without its version is only ever what is left
  return ways;
}

class Resolver {
 public:
  Resolver(const LsText& text, const Project& project) : text_(text), project_(project) {}

  LsNodes resolve() {
    ask();
    lookups_.answer(project_);
    ways_ = ways_of(texts_, lookups_);
    for (const LsRow& row : text_.rows()) resolve_row(row);
    for (const LsToken& token : text_.in_messages()) {
      if (!nodes_of(token.text).empty()) out_.in_messages.push_back(token);
    }
    choose();
    out_.log_lines = text_.log_lines() + text_.before_listing().size();
    return std::move(out_);
  }

 private:
  void ask() {
    for (const LsRow& row : text_.rows()) {
      if (row.json) {
        if (const Finder* finder = finder_of(*row.json)) lookups_.ask(row.json->get(finder->key));
        continue;
      }
      lookups_.ask(row.token.text);
      texts_.push_back(row.token.text);
      const std::vector<std::string_view> words = words_of(row.token.text);
      if (words.size() < 2 || row.source == LsRow::Source::kEvent) continue;
      for (const std::string_view word : words) lookups_.ask(word);
      texts_.insert(texts_.end(), words.begin(), words.end());
    }
    for (const LsToken& token : text_.in_messages()) lookups_.ask(token.text);
  }

  std::span<const NodeId> nodes_of(std::string_view text) const {
    const LsFound& found = lookups_.of(text);
    const auto way = std::ranges::find_if(ways_, [&](Way candidate) { return !found.by(candidate).empty(); });
    return way == ways_.end() ? std::span<const NodeId>() : found.by(*way);
  }

  std::span<const NodeId> nodes_of(const LsRow& row) {
    const auto [entry, is_new] = json_.try_emplace(row.token.text);
    if (is_new) entry->second = owned_.emplace_back(nodes_of_json(*row.json, lookups_, project_));
    return entry->second;
  }

  void resolve_row(const LsRow& row) {
    if (row.json) {
      const Finder* finder = finder_of(*row.json);
      const bool disabled = finder != nullptr && lookups_.of(row.json->get(finder->key)).disabled;
      return add(row.token, nodes_of(row), disabled);
    }
    const std::span<const NodeId> nodes = nodes_of(row.token.text);
    const std::vector<std::string_view> words = words_of(row.token.text);
    const bool one = !nodes.empty() || words.size() < 2 || row.source == LsRow::Source::kEvent;
    if (one) return add(row.token, nodes, lookups_.of(row.token.text).disabled);
    const bool all = std::ranges::none_of(words, [&](std::string_view word) { return nodes_of(word).empty(); });
    if (row.source == LsRow::Source::kLine && !all) return add(row.token, {}, false);
    for (const std::string_view word : words) {
      add({word, row.token.line}, nodes_of(word), lookups_.of(word).disabled);
    }
  }

  void add(LsToken token, std::span<const NodeId> nodes, bool disabled) {
    if (!nodes.empty()) {
      items_.push_back({token, nodes});
    } else {
      (disabled ? out_.disabled : out_.dropped).push_back(token);
    }
  }

  // --- which of several nodes ----------------------------------------------------------------------------------------

  using Spans = std::vector<std::span<const NodeId>>;

  // For each item the nodes that it can be if the rows are sorted by unique_id; nothing where they are not.
  std::optional<Spans> in_order() const {
    Spans possible(items_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) {  // the earliest node that each item can be
      const std::span<const NodeId> nodes = items_[i].nodes;
      const auto first = i == 0 ? nodes.begin() : std::ranges::upper_bound(nodes, possible[i - 1].front());
      if (first == nodes.end()) return std::nullopt;
      possible[i] = std::span(first, nodes.end());
    }
    for (std::size_t i = items_.size(); i-- > 1;) {  // and the latest
      std::span<const NodeId>& before = possible[i - 1];
      before = std::span(before.begin(), std::ranges::lower_bound(before, possible[i].back()));
    }
    return possible;
  }

  // Fills `nodes` and `ambiguous`.
  void choose() {
    const std::optional<Spans> order = in_order();
    std::unordered_map<std::string_view, std::vector<std::size_t>> rows;  // by text
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].nodes.size() > 1) rows[items_[i].token.text].push_back(i);
    }
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const auto group = rows.find(items_[i].token.text);
      if (group == rows.end() || group->second.front() != i) continue;
      choose_among(group->second, order);
    }
    std::unordered_set<std::uint32_t> seen;
    for (const Item& item : items_) {
      for (const NodeId id : item.nodes) {
        if (seen.insert(static_cast<std::uint32_t>(id)).second) out_.nodes.push_back(id);
      }
    }
  }

  // `rows`: all items of one text, which is several nodes. Leaves in each item the nodes that it is.
  void choose_among(const std::vector<std::size_t>& rows, const std::optional<Spans>& order) {
    NodeIds& meant = owned_.emplace_back(items_[rows.front()].nodes.begin(), items_[rows.front()].nodes.end());
    const bool decided = order && keep_possible(rows, *order, meant);
    const bool enough = rows.size() >= meant.size();
    if (!decided && !enough) out_.ambiguous.push_back({items_[rows.front()].token, meant});
    for (std::size_t k = 0; k < rows.size(); ++k) {
      std::span<const NodeId>& nodes = items_[rows[k]].nodes;
      if (decided) {
        nodes = (*order)[rows[k]];
      } else if (enough) {
        nodes = std::span(meant).subspan(std::min(k, meant.size() - 1), 1);
      } else {
        nodes = k == 0 ? std::span<const NodeId>(meant) : std::span<const NodeId>();
      }
    }
  }

  // Takes out of `meant` the types that the order rules out. True where the order leaves each row one node, and all of
  // `meant` are rows.
  bool keep_possible(const std::vector<std::size_t>& rows, const Spans& order, NodeIds& meant) const {
    std::array<bool, 256> types{};
    const auto type_of = [&](NodeId id) { return static_cast<std::uint8_t>(project_.node(id).resource_type); };
    bool one_each = true;
    std::size_t taken = 0;
    std::optional<NodeId> last;  // the rows' nodes overlap, but both of their ends only move up
    for (const std::size_t row : rows) {
      const std::span<const NodeId> nodes = order[row];
      const auto first = last ? std::ranges::upper_bound(nodes, *last) : nodes.begin();
      for (auto id = first; id != nodes.end(); ++id) types[type_of(*id)] = true;
      taken += static_cast<std::size_t>(nodes.end() - first);
      last = last ? std::max(*last, nodes.back()) : nodes.back();
      one_each = one_each && nodes.size() == 1;
    }
    std::erase_if(meant, [&](NodeId id) { return !types[type_of(id)]; });
    return one_each && taken == meant.size();
  }

  const LsText& text_;
  const Project& project_;
  LsLookup lookups_;
  std::vector<std::string_view> texts_;
  std::array<Way, kTextWays.size()> ways_ = kTextWays;
  std::vector<Item> items_;
  std::unordered_map<std::string_view, std::span<const NodeId>> json_;  // by the row's text
  std::deque<NodeIds> owned_;                                           // what items and json_ point to
  LsNodes out_;
};

// --- what the user is told -----------------------------------------------------------------------------------------

std::string shown(const LsToken& token) {
  constexpr std::size_t kLongest = 100;
  return fmt::format("`{}{}` (line {})", token.text.substr(0, kLongest), token.text.size() > kLongest ? "…" : "",
                     token.line);
}

std::string rows_of(std::size_t count) {
  return count == 1 ? "1 row" : fmt::format("{} rows", count);
}

std::vector<std::string> details(const std::vector<LsToken>& tokens) {
  std::vector<std::string> lines;
  for (const LsToken& token : tokens) lines.push_back(fmt::format("line {}: {}", token.line, token.text));
  return lines;
}

bool has_separators(const std::vector<LsToken>& tokens) {
  return std::ranges::any_of(
      tokens, [](const LsToken& token) { return token.text.find_first_of(",;\"'") != std::string_view::npos; });
}

std::string next_step_for(const std::vector<LsToken>& dropped) {
  return has_separators(dropped) ? "names must be separated by blanks or line ends, without commas and quotes"
                                 : "is the manifest of the same project, and as new as the listing?";
}

Warning ambiguity(const LsText& text, const LsNodes& nodes, const Project& project) {
  constexpr std::size_t kShown = 4;
  const auto names_of = [&](const LsNodes::Ambiguous& ambiguous, std::size_t most) {
    std::vector<std::string_view> names;
    for (const NodeId id : std::span(ambiguous.nodes).first(std::min(most, ambiguous.nodes.size()))) {
      names.push_back(project.node(id).unique_id);
    }
    const std::size_t others = ambiguous.nodes.size() - names.size();
    return fmt::format("{}: {}{}", shown(ambiguous.token), fmt::join(names, ", "),
                       others == 0 ? "" : fmt::format(" and {} more", others));
  };
  std::vector<std::string> lines;
  for (const LsNodes::Ambiguous& ambiguous : nodes.ambiguous) {
    lines.push_back(names_of(ambiguous, ambiguous.nodes.size()));
  }
  const std::size_t others = lines.size() - 1;
  return {"ls-ambiguous",
          fmt::format("{}: a name is several nodes, and the text does not say which; all are taken: {}{}", text.file(),
                      names_of(nodes.ambiguous.front(), kShown),
                      others == 0 ? "" : fmt::format("; and {} more", rows_of(others))),
          "list with --output json, which says which node is meant", std::move(lines)};
}

void warn_about(const LsText& text, const LsNodes& nodes, const Project& project, Warnings& warnings) {
  for (const LsToken& token : text.unmatched()) {
    warnings.push_back({"ls-no-match",
                        fmt::format("{}: line {}: dbt says that {} does not match any enabled nodes", text.file(),
                                    token.line, token.text),
                        "",
                        {}});
  }
  if (!nodes.dropped.empty()) {
    warnings.push_back(
        {"ls-dropped",
         fmt::format("{}: {} left out, no node of {}: {}{}", text.file(), rows_of(nodes.dropped.size()),
                     project.manifest_file(), shown(nodes.dropped.front()), nodes.dropped.size() > 1 ? ", …" : ""),
         next_step_for(nodes.dropped), details(nodes.dropped)});
  }
  if (!nodes.disabled.empty()) {
    warnings.push_back(
        {"ls-disabled",
         fmt::format("{}: {} left out, disabled in {}: {}{}", text.file(), rows_of(nodes.disabled.size()),
                     project.manifest_file(), shown(nodes.disabled.front()), nodes.disabled.size() > 1 ? ", …" : ""),
         "the listing was made with another target, other --vars or another version of the project",
         details(nodes.disabled)});
  }
  if (!nodes.in_messages.empty()) {
    warnings.push_back(
        {"ls-in-message",
         fmt::format("{}: left out, although nodes are called so, because the words stand inside a "
                     "warning's text: {}{}",
                     text.file(), shown(nodes.in_messages.front()), nodes.in_messages.size() > 1 ? ", …" : ""),
         "list with dbt --quiet ls, which writes rows alone", details(nodes.in_messages)});
  }
  if (!nodes.ambiguous.empty()) warnings.push_back(ambiguity(text, nodes, project));
}

}  // namespace

Result<LsNodes> ls_nodes(const LsText& text, const Project& project, Warnings& warnings) {
  if (std::optional<Error> error = why_no_listing(text)) return std::unexpected(std::move(*error));
  LsNodes nodes = Resolver(text, project).resolve();
  if (nodes.nodes.empty() && nodes.disabled.empty() && !nodes.dropped.empty()) {
    const LsToken& first = nodes.dropped.front();
    return input_error(text.file(), {.path = {}, .offset = {}, .line = first.line, .column = 1},
                       nodes.dropped.size() == 1
                           ? fmt::format("the one row, {}, is no node of {}", shown(first), project.manifest_file())
                           : fmt::format("not one of {} is a node of {}; the first is {}",
                                         rows_of(nodes.dropped.size()), project.manifest_file(), shown(first)),
                       next_step_for(nodes.dropped));
  }
  warn_about(text, nodes, project, warnings);
  return nodes;
}

}  // namespace plowline
