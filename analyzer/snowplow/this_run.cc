#include "snowplow/this_run.h"

#include <algorithm>
#include <set>
#include <string>

#include "snowplow/macro_calls.h"
#include "snowplow/tags.h"

namespace plowline {
namespace {

constexpr std::string_view kThisRunSuffix = "_this_run";

// Whether `name` stands in `code` only on lines that are SQL comments. False where it does not stand there at all:
// the code is then not the one that was parsed.
bool only_in_comments(std::string_view code, std::string_view name) {
  bool found = false;
  while (!code.empty()) {
    const std::size_t end = code.find('\n');
    std::string_view line = code.substr(0, end);
    code = end == std::string_view::npos ? std::string_view() : code.substr(end + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    if (line.find(name) == std::string_view::npos) continue;
    if (!line.starts_with("--")) return false;
    found = true;
  }
  return found;
}

// Collects the reads of one node, through untagged ephemeral models.
class ReadCollector {
 public:
  ReadCollector(const Project& project, const SnowplowPackages& packages, NodeId reader)
      : project_(project), packages_(packages), reader_(reader) {}

  Result<void> visit(NodeId node) {
    if (!seen_.insert(node).second) return {};
    for (const NodeId parent : project_.parents(node)) {
      if (const SnowplowPackage* package = this_run_of(project_, packages_, parent)) {
        const Result<bool> limits = only_limits(node, parent);
        if (!limits) return std::unexpected(limits.error());
        reads.push_back({reader_, parent, package, *limits});
        continue;
      }
      const Result<bool> through = is_looked_through(parent);
      if (!through) return std::unexpected(through.error());
      if (!*through) continue;
      if (Result<void> done = visit(parent); !done) return done;
    }
    return {};
  }

  std::vector<ThisRunRead> reads;

 private:
  Result<bool> only_limits(NodeId node, NodeId table) const {
    const Result<bool> limits = calls_utils_macro(project_, node, "return_limits_from_model");
    if (!limits || *limits) return limits;
    const Result<JsonText> code = project_.read(node, &NodeRecord::raw_code);
    if (!code) return std::unexpected(code.error());
    return only_in_comments(code->string().value_or(""), project_.node(table).name);
  }

  Result<bool> is_looked_through(NodeId node) const {
    if (project_.node(node).resource_type != ResourceType::kModel || packages_.owning(project_, node) != nullptr ||
        !packages_.tagging(project_, node).empty()) {
      return false;
    }
    const Result<std::string> materialized = project_.materialized(node);
    if (!materialized) return std::unexpected(materialized.error());
    return *materialized == "ephemeral";
  }

  const Project& project_;
  const SnowplowPackages& packages_;
  NodeId reader_;
  std::set<NodeId> seen_;
};

}  // namespace

const SnowplowPackage* this_run_of(const Project& project, const SnowplowPackages& packages, NodeId node) {
  const NodeRecord& record = project.node(node);
  if (record.resource_type != ResourceType::kModel || !project.enabled(node) ||
      !record.name.ends_with(kThisRunSuffix)) {
    return nullptr;
  }
  // The tag says more than the place: a package may ship models that ride on another package's run.
  const std::vector<const SnowplowPackage*> tagging = packages.tagging(project, node);
  if (!tagging.empty()) return tagging.front();
  const SnowplowPackage* owner = packages.owning(project, node);
  return owner != nullptr && owner->kind == SnowplowPackage::Kind::kIncremental ? owner : nullptr;
}

Result<std::vector<ThisRunRead>> this_run_tables_read_by(const Project& project, const SnowplowPackages& packages,
                                                         NodeId node) {
  ReadCollector collector(project, packages, node);
  if (Result<void> done = collector.visit(node); !done) return std::unexpected(done.error());
  std::ranges::sort(collector.reads, {}, &ThisRunRead::table);
  const auto same_table = [](const ThisRunRead& a, const ThisRunRead& b) { return a.table == b.table; };
  const auto repeated = std::ranges::unique(collector.reads, same_table);
  collector.reads.erase(repeated.begin(), repeated.end());
  return collector.reads;
}

Result<std::vector<ThisRunRead>> this_run_readers(const Project& project, const SnowplowPackages& packages) {
  std::vector<ThisRunRead> out;
  for (std::size_t i = 0; i < project.size(); ++i) {
    const NodeId id{static_cast<std::uint32_t>(i)};
    if (project.node(id).resource_type != ResourceType::kModel || !project.enabled(id) ||
        packages.owning(project, id) != nullptr) {
      continue;
    }
    Result<std::vector<ThisRunRead>> reads = this_run_tables_read_by(project, packages, id);
    if (!reads) return std::unexpected(reads.error());
    out.insert(out.end(), reads->begin(), reads->end());
  }
  return out;
}

}  // namespace plowline
