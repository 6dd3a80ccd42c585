#include "project/project.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <iterator>
#include <numeric>
#include <openssl/evp.h>
#include <span>
#include <tuple>
#include <utility>

namespace plowline {
namespace {

// Eight bytes of `text` from `at` on, as a number in whose order they stand; 0 fills up what lies behind the end.
std::uint64_t word_at(std::string_view text, std::size_t at) {
  std::uint64_t word = 0;
  if (at + 8 <= text.size()) {
    std::memcpy(&word, text.data() + at, 8);
  } else if (at < text.size()) {
    std::memcpy(&word, text.data() + at, text.size() - at);
  }
  return std::endian::native == std::endian::little ? std::byteswap(word) : word;
}

// unique_ids are long: eight bytes at a time are several times faster than std::hash.
std::uint64_t hash_of(std::string_view text) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
  std::uint64_t hash = text.size();
  for (std::size_t at = 0; at < text.size(); at += 8) {
    hash = (hash ^ word_at(text, at)) * kOdd;
    hash ^= hash >> 32;
  }
  return hash;
}

// --- the order of unique_ids ---------------------------------------------------------------------------------------

// How far `a` and `b` agree, where they are known to agree up to `from`.
std::size_t common_length(std::string_view a, std::string_view b, std::size_t from) {
  while (from + 8 <= std::min(a.size(), b.size()) && word_at(a, from) == word_at(b, from)) from += 8;
  while (from < std::min(a.size(), b.size()) && a[from] == b[from]) ++from;
  return from;
}

// Sorts records by unique_id, equal ids by their place in the file. Comparing whole ids would read their common
// beginnings (`test.`, the package, the model's name) again and again, so it sorts by the next eight bytes only, and
// then what agrees in these by the next that differ.
class IdOrder {
 public:
  struct Entry {
    std::uint64_t word;    // eight bytes of the id
    std::uint32_t length;  // how many of them are the id's own: `a` stands before `a\0`
    std::uint32_t record;
  };

  explicit IdOrder(const std::vector<NodeRecord>& nodes) {
    ids_.reserve(nodes.size());
    for (const NodeRecord& node : nodes) ids_.push_back(node.unique_id);
  }

  std::string_view id(const Entry& entry) const { return ids_[entry.record]; }

  std::vector<Entry> sorted() const {
    std::vector<Entry> entries;
    entries.reserve(ids_.size());
    for (std::uint32_t i = 0; i < ids_.size(); ++i) entries.push_back({0, 0, i});
    sort(entries, 0);
    return entries;
  }

 private:
  // The ids of `entries` agree up to `depth`.
  void sort(std::span<Entry> entries, std::size_t depth) const {
    constexpr std::size_t kFew = 8;
    constexpr std::size_t kDeepest = 1000;  // bounds the recursion; real ids are shorter
    if (entries.size() <= kFew || depth > kDeepest) {
      std::ranges::sort(entries, [this, depth](const Entry& a, const Entry& b) {
        const int compared = rest(a, depth).compare(rest(b, depth));
        return compared != 0 ? compared < 0 : a.record < b.record;
      });
      return;
    }
    const std::string_view first_id = id(entries.front());
    std::size_t common = first_id.size();
    for (const Entry& entry : entries) {
      common = std::min(common, common_length(first_id, id(entry), depth));
      if (common == depth) break;
    }
    for (Entry& entry : entries) {
      entry.word = word_at(id(entry), common);
      entry.length = static_cast<std::uint32_t>(std::min<std::size_t>(id(entry).size() - common, 8));
    }
    const auto key = [](const Entry& entry) { return std::tie(entry.word, entry.length, entry.record); };
    std::ranges::sort(entries, {}, key);
    for (std::size_t first = 0; first < entries.size();) {
      std::size_t last = first + 1;
      while (last < entries.size() && entries[last].word == entries[first].word &&
             entries[last].length == entries[first].length)
        ++last;
      if (last - first > 1 && entries[first].length == 8) sort(entries.subspan(first, last - first), common + 8);
      first = last;
    }
  }

  std::string_view rest(const Entry& entry, std::size_t depth) const { return id(entry).substr(depth); }

  std::vector<std::string_view> ids_;
};

std::string md5_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_md5(), nullptr) != 1) return {};
  std::string out;
  for (unsigned int i = 0; i < length; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

// `config` as dbt writes it begins with `enabled`; only other shapes need a real look.
bool is_enabled(const NodeRecord& node) {
  const std::string_view config = node.config.bytes;
  if (config.empty() || config.starts_with(R"({"enabled": true)") || config.starts_with(R"({"enabled":true)"))
    return true;
  const auto text = check(node.config);
  if (!text) return true;
  const auto enabled = text->get("enabled");
  return !enabled || enabled->boolean().value_or(true);
}

}  // namespace

// Builds a Project's indexes, step by step, in the order of the functions.
class ProjectBuilder {
 public:
  ProjectBuilder(Manifest manifest, Warnings& warnings) : project_(std::move(manifest)), warnings_(warnings) {}

  Result<Project> build() {
    sort_nodes();
    index_ids();
    link();
    if (auto acyclic = refuse_cycle(); !acyclic) return std::unexpected(std::move(acyclic.error()));
    find_root_package();
    note_types();
    return std::move(project_);
  }

 private:
  void note_types() {
    project_.enabled_.reserve(project_.size());
    project_.types_.reserve(project_.size());
    for (const std::uint32_t record : project_.records_) {
      const NodeRecord& node = project_.manifest_.nodes[record];
      Project::IdRange& range = project_.ranges_[static_cast<std::size_t>(node.resource_type)];
      if (range.end == 0) range.begin = project_.types_.size();
      project_.enabled_.push_back(is_enabled(node));
      project_.types_.push_back(node.resource_type);
      range.end = project_.types_.size();
    }
  }

  // Where an id stands twice only the later record counts, as Python's reader has it.
  void sort_nodes() {
    std::vector<NodeRecord>& nodes = project_.manifest_.nodes;
    Warning repeated{"duplicate-unique-id", "", "dbt (Python) keeps the last of them, and so does plowline", {}};
    project_.records_.reserve(nodes.size());
    project_.ids_.reserve(nodes.size());
    const IdOrder order(nodes);
    for (const IdOrder::Entry& entry : order.sorted()) {
      const std::string_view id = order.id(entry);
      if (!project_.ids_.empty() && project_.ids_.back() == id) {
        repeated.detail.emplace_back(id);
        nodes[std::exchange(project_.records_.back(), entry.record)].depends_on = {};
      } else {
        project_.records_.push_back(entry.record);
        project_.ids_.push_back(id);
      }
    }
    if (repeated.detail.empty()) return;
    const std::size_t count = repeated.detail.size();
    repeated.message = fmt::format("{}: {} more than once, first {}", project_.manifest_file(),
                                   count == 1 ? "1 unique_id stands" : fmt::format("{} unique_ids stand", count),
                                   repeated.detail.front());
    warnings_.push_back(std::move(repeated));
  }

  void index_ids() {
    std::size_t capacity = 16;
    while (capacity < project_.size() * 2) capacity *= 2;
    project_.slots_.assign(capacity, {});
    for (std::uint32_t i = 0; i < project_.size(); ++i) {
      const std::uint64_t hash = hash_of(project_.ids_[i]);
      std::size_t slot = hash & (capacity - 1);
      while (project_.slots_[slot].next_id != 0) slot = (slot + 1) & (capacity - 1);
      project_.slots_[slot] = {static_cast<std::uint32_t>(hash >> 32), i + 1};
    }
  }

  // All edges in the file's order (which is the order in memory), then sorted into the order of ids.
  void link() {
    Warning dangling{
        "dangling-depends-on", "", "those edges are left out; dbt itself would stop: run dbt parse again", {}};
    const std::vector<NodeRecord>& nodes = project_.manifest_.nodes;
    std::vector<NodeId> edges;
    std::vector<std::uint32_t> starts{0};
    starts.reserve(nodes.size() + 1);
    for (const NodeRecord& node : nodes) {
      for (const std::string_view parent : node.depends_on.nodes) {
        if (const auto id = project_.find(parent)) {
          edges.push_back(*id);
        } else if (!parent.empty()) {  // null in the file
          dangling.detail.push_back(fmt::format("{} depends on {}", node.unique_id, parent));
        }
      }
      starts.push_back(static_cast<std::uint32_t>(edges.size()));
    }
    project_.parents_.reserve(edges.size());
    project_.parent_starts_.reserve(project_.size() + 1);
    project_.parent_starts_.push_back(0);
    for (const std::uint32_t record : project_.records_) {
      const std::span mine(edges.begin() + starts[record], edges.begin() + starts[record + 1]);
      std::ranges::sort(mine);
      std::ranges::unique_copy(mine, std::back_inserter(project_.parents_));
      project_.parent_starts_.push_back(static_cast<std::uint32_t>(project_.parents_.size()));
    }
    link_children();
    if (!dangling.detail.empty()) {
      const std::size_t edges_left_out = dangling.detail.size();
      dangling.message = fmt::format(
          "{}: {} that the manifest does not hold, first: {}", project_.manifest_file(),
          edges_left_out == 1 ? "1 edge leads to a node" : fmt::format("{} edges lead to nodes", edges_left_out),
          dangling.detail.front());
      warnings_.push_back(std::move(dangling));
    }
  }

  // The parents' arrays turned around; children come out in the order of their ids.
  void link_children() {
    const std::size_t count = project_.size();
    project_.child_starts_.assign(count + 1, 0);
    for (const NodeId parent : project_.parents_) ++project_.child_starts_[index_of(parent) + 1];
    std::partial_sum(project_.child_starts_.begin(), project_.child_starts_.end(), project_.child_starts_.begin());
    project_.children_.resize(project_.parents_.size());
    std::vector<std::uint32_t> next(project_.child_starts_.begin(), project_.child_starts_.end() - 1);
    for (std::uint32_t child = 0; child < count; ++child) {
      for (const NodeId parent : project_.parents(NodeId{child})) {
        project_.children_[next[index_of(parent)]++] = NodeId{child};
      }
    }
  }

  Result<void> refuse_cycle() const {
    const std::size_t count = project_.size();
    std::vector<std::uint32_t> waiting(count);
    std::vector<NodeId> ready;
    for (std::uint32_t i = 0; i < count; ++i) {
      waiting[i] = static_cast<std::uint32_t>(project_.parents(NodeId{i}).size());
      if (waiting[i] == 0) ready.push_back(NodeId{i});
    }
    for (std::size_t next = 0; next < ready.size(); ++next) {
      for (const NodeId child : project_.children(ready[next])) {
        if (--waiting[index_of(child)] == 0) ready.push_back(child);
      }
    }
    if (ready.size() == count) return {};
    return input_error(project_.manifest_file(), {"$.nodes", std::nullopt}, "found a cycle: " + cycle_text(waiting),
                       "dbt refuses such a project too: remove one of these references and run dbt parse");
  }

  // Walks from any node that waits for ever to a parent that does, until one comes again.
  std::string cycle_text(const std::vector<std::uint32_t>& waiting) const {
    const auto waits = [&](NodeId id) { return waiting[index_of(id)] > 0; };
    const auto first = std::ranges::find_if(waiting, [](std::uint32_t n) { return n > 0; });
    auto at = NodeId{static_cast<std::uint32_t>(first - waiting.begin())};
    std::vector<NodeId> path;
    std::vector<std::size_t> place(waiting.size(), waiting.size());  // in `path`
    while (place[index_of(at)] == waiting.size()) {
      place[index_of(at)] = path.size();
      path.push_back(at);
      at = *std::ranges::find_if(project_.parents(at), waits);
    }
    path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(place[index_of(at)]));
    path.push_back(at);
    std::string text;
    for (const NodeId id : path) {
      if (!text.empty()) text += " reads ";
      text += project_.node(id).unique_id;
    }
    return text;
  }

  // Before dbt 1.6 the metadata holds the MD5 of the root project's name only.
  void find_root_package() {
    const ManifestMetadata& metadata = project_.metadata();
    project_.root_package_ = metadata.project_name;
    if (!metadata.project_name.empty()) return;
    const std::vector<std::string_view> packages = project_.packages();
    for (const std::string_view package : packages) {
      if (md5_of(package) == metadata.project_id) project_.root_package_ = package;
    }
    if (project_.root_package_.empty() && packages.size() == 1) project_.root_package_ = packages.front();
  }

  Project project_;
  Warnings& warnings_;
};

Result<Project> Project::build(Manifest manifest, Warnings& warnings) {
  return ProjectBuilder(std::move(manifest), warnings).build();
}

std::optional<NodeId> Project::find(std::string_view unique_id) const {
  const std::uint64_t hash = hash_of(unique_id);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask; slots_[slot].next_id != 0; slot = (slot + 1) & mask) {
    const std::uint32_t i = slots_[slot].next_id - 1;
    if (slots_[slot].hash == static_cast<std::uint32_t>(hash >> 32) && ids_[i] == unique_id) return NodeId{i};
  }
  return std::nullopt;
}

Result<JsonText> Project::parsed(RawJson raw, std::string path) const {
  auto text = check(raw);
  if (text) return text;
  Error error = std::move(text.error());
  error.file = manifest_file();
  const std::uint64_t inside = error.position.offset.value_or(0);
  error.position = position_of(manifest_, raw, std::move(path));
  *error.position.offset += inside;
  return std::unexpected(std::move(error));
}

Result<JsonText> Project::read(NodeId id, RawJson NodeRecord::* member) const {
  return parsed(node(id).*member, fmt::format("the record of {}", node(id).unique_id));
}

Result<std::string> Project::materialized(NodeId id) const {
  const auto parsed_config = config(id);
  if (!parsed_config) return std::unexpected(parsed_config.error());
  const auto value = parsed_config->get("materialized");
  return value ? value->string().value_or("") : "";
}

Result<JsonText> Project::selectors() const {
  return parsed(manifest_.selectors, "$.selectors");
}

std::vector<std::string_view> Project::packages() const {
  std::vector<std::string_view> names;
  std::string_view last;
  for (const std::uint32_t record : records_) {
    const std::string_view name = manifest_.nodes[record].package_name;
    if (name != last) names.push_back(last = name);
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace plowline
