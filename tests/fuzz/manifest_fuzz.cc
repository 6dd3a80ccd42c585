// Any bytes as a manifest.json: reading, building and looking into it may refuse them, but must not crash, hang, read
// outside the buffer, or hand out something that contradicts itself.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "artifact/file.h"
#include "artifact/manifest.h"
#include "graph/walk.h"
#include "project/project.h"

using namespace plowline;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// Every accessor, on the value and on what is in it.
std::size_t look_into(const JsonText& text, int depth) {
  std::size_t seen = text.scalar().size() + text.strings().size() + text.string().value_or("").size();
  if (depth == 0) return seen;
  for (const JsonText& item : text.items()) seen += look_into(item, depth - 1);
  for (const auto& [key, value] : text.members()) {
    require(text.get(key).has_value());
    seen += look_into(value, depth - 1);
  }
  return seen;
}

void look_into(RawJson raw) {
  if (const auto text = check(raw)) {
    look_into(*text, 3);
  } else {
    require(text.error().position.offset.value_or(0) <= raw.bytes.size());
  }
}

void look_into(const NodeRecord& node) {
  require(!node.unique_id.empty());
  for (const RawJson raw : {node.version, node.latest_version, node.deprecation_date, node.config,
                            node.unrendered_config, node.meta, node.columns, node.description, node.raw_code,
                            node.compiled_code, node.test_metadata, node.contract, node.refs, node.whole}) {
    look_into(raw);
  }
  for (const StringList list : {node.fqn, node.tags, node.depends_on.nodes, node.depends_on.macros}) {
    for (const std::string_view text : list) require(text.size() < (std::size_t{1} << 40));
  }
}

void look_into(const Project& project) {
  NodeSet some(project.size());
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    const NodeId id{i};
    require(project.find(project.node(id).unique_id) == id);
    require(i == 0 || project.node(NodeId{i - 1}).unique_id < project.node(id).unique_id);
    for (const NodeId parent : project.parents(id)) require(std::ranges::count(project.children(parent), id) == 1);
    if (i % 3 == 0) some.insert(id);
    if (i < 8) (void)project.materialized(id);
  }
  NodeSet up = ancestors(project, some);
  NodeSet all_up = up;
  all_up |= some;
  require(ancestors(project, all_up).count() == up.count());  // nothing is upstream of what is upstream
  (void)descendants(project, some, 2);
  (void)project.packages();
  (void)project.selectors();
}

// Read in halves it has to be what it is in one piece.
void require_same_in_halves(std::string_view bytes, const Result<Manifest>& whole) {
  Warnings warnings;
  const auto halved = read_manifest(FileBytes::copy_of(bytes, "fuzz"), 0, warnings);
  require(halved.has_value() == whole.has_value());
  if (!halved) return require(to_text(halved.error()) == to_text(whole.error()));
  require(halved->nodes.size() == whole->nodes.size() && halved->macros.size() == whole->macros.size());
  for (std::size_t i = 0; i < whole->nodes.size(); ++i) {
    require(halved->nodes[i].unique_id == whole->nodes[i].unique_id);
    require(halved->nodes[i].whole.bytes == whole->nodes[i].whole.bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Warnings warnings;
  auto manifest = read_manifest(FileBytes::copy_of(bytes, "fuzz"), warnings);
  require_same_in_halves(bytes, manifest);
  if (!manifest) {
    require(manifest.error().status == ExitStatus::kInput && !manifest.error().reason.empty());
    require(manifest.error().position.offset.value_or(0) <= size);
    (void)to_text(manifest.error());
    return 0;
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(manifest->nodes.size(), 16); ++i) look_into(manifest->nodes[i]);
  for (const MacroRecord& macro : manifest->macros) look_into(macro.macro_sql);
  for (const DocRecord& doc : manifest->docs) look_into(doc.block_contents);
  for (const GroupRecord& group : manifest->groups) look_into(group.owner);
  if (const auto project = Project::build(std::move(*manifest), warnings)) look_into(*project);
  for (const Warning& warning : warnings) (void)to_text(warning, true);
  return 0;
}
