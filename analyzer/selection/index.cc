#include "selection/index.h"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace plowline {
namespace {

bool stands_under_nodes(ResourceType type) {
  switch (type) {
    case ResourceType::kSource:
    case ResourceType::kExposure:
    case ResourceType::kMetric:
    case ResourceType::kSemanticModel:
    case ResourceType::kSavedQuery:
    case ResourceType::kUnitTest:
    case ResourceType::kFunction:
      return false;
    default:
      return true;
  }
}

// Whether a JSON string's text holds blanks only. A quick look decides nearly always.
bool is_blank(const RawJson& raw) {
  if (raw.empty()) return true;
  if (raw.bytes.size() > 2 && raw.bytes[1] != ' ' && raw.bytes[1] != '\\') return false;
  const Result<JsonText> text = check(raw);
  const std::string code = text ? text->string().value_or("") : "x";
  return code.find_first_not_of(" \t\n\r\f\v\x1c\x1d\x1e\x1f") == std::string::npos;
}

// `texts` keeps what the new entries view.
void add_fqn(FqnIndex& index, std::deque<std::string>& texts, NodeId id, const NodeRecord& node) {
  const StringList fqn = node.fqn;
  if (fqn.empty()) return;
  const std::string& joined = texts.emplace_back(fmt::format("{}", fmt::join(fqn, ".")));
  index.entries.push_back({joined, id});
  if (fqn.size() > 1) index.entries.push_back({std::string_view(joined).substr(fqn.front().size() + 1), id});
  const bool versioned = node.resource_type == ResourceType::kModel && !node.version.empty();
  if (!versioned || fqn.size() < 2) {
    index.leaves.add(fqn.back(), id);
    return;
  }
  const std::string_view name = fqn[fqn.size() - 2];
  index.leaves.add(name, id);
  index.versioned_leaves.add_copy(fmt::format("{}_{}", name, fqn.back()), id);
}

// Copies the entries' texts into one, in the entries' order.
void move_together(FqnIndex& index) {
  std::size_t size = 0;
  for (const FqnIndex::Entry& entry : index.entries) size += entry.joined.size();
  index.text.reserve(size);
  for (FqnIndex::Entry& entry : index.entries) {
    const std::size_t start = index.text.size();
    index.text += entry.joined;
    entry.joined = std::string_view(index.text).substr(start);
  }
}

}  // namespace

void TextIndex::add(std::string_view text, NodeId id) {
  std::vector<NodeId>& nodes = nodes_[text];
  if (nodes.empty() || nodes.back() != id) nodes.push_back(id);
}

void TextIndex::add_copy(std::string_view text, NodeId id) {
  if (!nodes_.contains(text)) text = *copies_.emplace_back(std::make_unique<const std::string>(text));
  add(text, id);
}

void TextIndex::collect(const Glob& glob, NodeSet& found) const {
  if (glob.literal()) return collect(glob.pattern(), found);
  for (const auto& [text, nodes] : nodes_) {
    if (!glob.matches(text)) continue;
    for (const NodeId id : nodes) found.insert(id);
  }
}

void TextIndex::collect_any_case(std::string_view text, NodeSet& found) const {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  for (const auto& [known, nodes] : nodes_) {
    if (!std::ranges::equal(known, text, {}, lower, lower)) continue;
    for (const NodeId id : nodes) found.insert(id);
  }
}

void TextIndex::collect(std::string_view text, NodeSet& found) const {
  const auto at = nodes_.find(text);
  if (at == nodes_.end()) return;
  for (const NodeId id : at->second) found.insert(id);
}

std::string normal_path(std::string_view path) {
  std::string out = path.starts_with('/') ? "/" : "";
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (!part.empty() && part != ".") {
      if (!out.empty() && out.back() != '/') out += '/';
      out += part;
    }
    at = end + 1;
  }
  return out.empty() ? "." : out;
}

SelectionIndex::SelectionIndex(const Project& project)
    : project_(project),
      members_(project.size()),
      manifest_nodes_(project.size()),
      tests_(project.size()),
      all_sources_(project.size()) {
  by_type_.fill(NodeSet(project.size()));
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    const NodeId id{i};
    const ResourceType type = project.node(id).resource_type;
    if (type == ResourceType::kSource) all_sources_.insert(id);
    if (!project.enabled(id)) continue;
    members_.insert(id);
    by_type_[static_cast<std::size_t>(type)].insert(id);
    if (stands_under_nodes(type)) manifest_nodes_.insert(id);
    if (type == ResourceType::kTest || type == ResourceType::kUnitTest) tests_.insert(id);
  }
}

template <typename Add>
const TextIndex& SelectionIndex::lazily(std::optional<TextIndex>& index, Add add) {
  if (!index) {
    index.emplace();
    members_.for_each([&](NodeId id) { add(*index, id, project_.node(id)); });
  }
  return *index;
}

const NodeSet& SelectionIndex::empty_nodes() {
  if (empty_nodes_) return *empty_nodes_;
  empty_nodes_.emplace(project_.size());
  NodeSet candidates = manifest_nodes_;
  candidates -= of_type(ResourceType::kSeed);
  candidates.for_each([&](NodeId id) {
    if (is_blank(project_.node(id).raw_code)) empty_nodes_->insert(id);
  });
  return *empty_nodes_;
}

const TextIndex& SelectionIndex::names() {
  return lazily(names_, [](TextIndex& index, NodeId id, const NodeRecord& node) { index.add(node.name, id); });
}

const TextIndex& SelectionIndex::packages() {
  return lazily(packages_,
                [](TextIndex& index, NodeId id, const NodeRecord& node) { index.add(node.package_name, id); });
}

const TextIndex& SelectionIndex::source_names() {
  return lazily(source_names_, [](TextIndex& index, NodeId id, const NodeRecord& node) {
    if (node.resource_type == ResourceType::kSource) index.add(node.source_name, id);
  });
}

const TextIndex& SelectionIndex::access() {
  return lazily(access_, [](TextIndex& index, NodeId id, const NodeRecord& node) {
    // dbt's default, and what it reads where a manifest older than 1.5 says nothing.
    if (node.resource_type == ResourceType::kModel) index.add(node.access.empty() ? "protected" : node.access, id);
  });
}

const TextIndex& SelectionIndex::file_names() {
  return lazily(file_names_, [](TextIndex& index, NodeId id, const NodeRecord& node) {
    const std::string path = normal_path(node.original_file_path);
    if (path == ".") return;
    const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
    index.add_copy(name, id);
    // Python's stem: a dot that comes first or last starts no suffix.
    const std::size_t dot = name.rfind('.');
    const bool has_suffix = dot != std::string_view::npos && dot > 0 && dot + 1 < name.size();
    index.add_copy(has_suffix ? name.substr(0, dot) : name, id);
  });
}

const TextIndex& SelectionIndex::paths() {
  return lazily(paths_, [](TextIndex& index, NodeId id, const NodeRecord& node) {
    const std::string path = normal_path(node.original_file_path);
    index.add_copy(path, id);
    for (std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0;
         slash = path.rfind('/', slash - 1)) {
      index.add_copy(std::string_view(path).substr(0, slash), id);
    }
    index.add_copy(path.starts_with('/') ? "/" : ".", id);
    if (!node.patch_path.empty()) {
      const std::size_t scheme = node.patch_path.find("://");
      index.add_copy(
          normal_path(scheme == std::string_view::npos ? node.patch_path : node.patch_path.substr(scheme + 3)), id);
    }
  });
}

const NodeSet& SelectionIndex::generic_tests() {
  if (!generic_tests_) {
    generic_tests_.emplace(project_.size());
    of_type(ResourceType::kTest).for_each([&](NodeId id) {
      if (!project_.node(id).test_metadata.empty()) generic_tests_->insert(id);
    });
  }
  return *generic_tests_;
}

bool SelectionIndex::fqn_index_pays() {
  constexpr int kScans = 6;
  return fqns_ != nullptr || ++fqn_scans_ > kScans;
}

const FqnIndex& SelectionIndex::fqns() {
  if (fqns_) return *fqns_;
  fqns_ = std::make_unique<FqnIndex>();
  std::deque<std::string> texts;
  NodeSet nodes = members_;
  nodes -= of_type(ResourceType::kSource);
  nodes.for_each([&](NodeId id) { add_fqn(*fqns_, texts, id, project_.node(id)); });
  std::ranges::sort(fqns_->entries, {}, [](const FqnIndex::Entry& entry) { return entry.joined; });
  move_together(*fqns_);
  return *fqns_;
}

}  // namespace plowline
