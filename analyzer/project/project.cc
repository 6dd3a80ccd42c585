#include "project/project.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>
#include <numeric>
#include <openssl/evp.h>
#include <set>
#include <utility>

namespace plowline {
namespace {

std::uint64_t hash_of(std::string_view text) {
  return std::hash<std::string_view>{}(text);
}

// The order of the nodes by unique_id; where an id stands twice, only the later one, as Python's reader has it.
std::vector<std::uint32_t> order_by_id(const std::vector<NodeRecord>& nodes, Warnings& warnings,
                                       const std::string& file) {
  std::vector<std::uint32_t> order(nodes.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const int compared = nodes[a].unique_id.compare(nodes[b].unique_id);
    return compared != 0 ? compared < 0 : a < b;
  });
  Warning repeated{"duplicate-unique-id", "", "dbt (Python) keeps the last of them, and so does plowline", {}};
  std::vector<std::uint32_t> unique;
  unique.reserve(order.size());
  for (const std::uint32_t i : order) {
    if (!unique.empty() && nodes[unique.back()].unique_id == nodes[i].unique_id) {
      repeated.detail.emplace_back(nodes[i].unique_id);
      unique.back() = i;
    } else {
      unique.push_back(i);
    }
  }
  if (!repeated.detail.empty()) {
    repeated.message =
        fmt::format("{}: {} unique_id(s) stand twice, first {}", file, repeated.detail.size(), repeated.detail.front());
    warnings.push_back(std::move(repeated));
  }
  return unique;
}

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
    project_.enabled_.reserve(project_.size());
    for (const NodeRecord& node : project_.manifest_.nodes) project_.enabled_.push_back(is_enabled(node));
    return std::move(project_);
  }

 private:
  void sort_nodes() {
    std::vector<NodeRecord>& nodes = project_.manifest_.nodes;
    const std::vector<std::uint32_t> order = order_by_id(nodes, warnings_, project_.manifest_file());
    std::vector<NodeRecord> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t i : order) sorted.push_back(nodes[i]);
    nodes = std::move(sorted);
  }

  void index_ids() {
    std::size_t capacity = 16;
    while (capacity < project_.size() * 2) capacity *= 2;
    project_.slots_.assign(capacity, 0);
    for (std::uint32_t i = 0; i < project_.size(); ++i) {
      std::size_t slot = hash_of(project_.manifest_.nodes[i].unique_id) & (capacity - 1);
      while (project_.slots_[slot] != 0) slot = (slot + 1) & (capacity - 1);
      project_.slots_[slot] = i + 1;
    }
  }

  void link() {
    Warning dangling{
        "dangling-depends-on", "", "those edges are left out; dbt itself would stop: run dbt parse again", {}};
    const std::size_t count = project_.size();
    std::vector<std::uint32_t> child_counts(count + 1, 0);
    project_.parent_starts_.reserve(count + 1);
    for (const NodeRecord& node : project_.manifest_.nodes) {
      const std::size_t start = project_.parents_.size();
      project_.parent_starts_.push_back(static_cast<std::uint32_t>(start));
      for (const std::string_view parent : node.depends_on.nodes) {
        if (const auto id = project_.find(parent)) {
          project_.parents_.push_back(*id);
        } else {
          dangling.detail.push_back(fmt::format("{} depends on {}", node.unique_id, parent));
        }
      }
      const auto first = project_.parents_.begin() + static_cast<std::ptrdiff_t>(start);
      std::sort(first, project_.parents_.end());
      project_.parents_.erase(std::unique(first, project_.parents_.end()), project_.parents_.end());
    }
    project_.parent_starts_.push_back(static_cast<std::uint32_t>(project_.parents_.size()));
    link_children();
    if (!dangling.detail.empty()) {
      dangling.message = fmt::format("{}: {} edge(s) lead to nodes that the manifest does not hold, first: {}",
                                     project_.manifest_file(), dangling.detail.size(), dangling.detail.front());
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
    const auto first = std::ranges::find_if(waiting, [](std::uint32_t n) { return n > 0; });
    auto at = NodeId{static_cast<std::uint32_t>(first - waiting.begin())};
    std::vector<NodeId> path;
    while (std::ranges::find(path, at) == path.end()) {
      path.push_back(at);
      at = *std::ranges::find_if(project_.parents(at), [&](NodeId parent) { return waiting[index_of(parent)] > 0; });
    }
    path.erase(path.begin(), std::ranges::find(path, at));
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
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash_of(unique_id) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const auto id = NodeId{slots_[slot] - 1};
    if (node(id).unique_id == unique_id) return id;
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
  for (const NodeRecord& node : manifest_.nodes) {
    if (node.package_name != last) names.push_back(last = node.package_name);
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace plowline
