#include "rules/snowplow/run_rows.h"

#include <algorithm>

#include "rules/snowplow/tagged_models.h"
#include "snowplow/macro_calls.h"
#include "snowplow/this_run.h"

namespace plowline {
namespace {

// A model whose rows are those of its parents in the same run.
bool passes_rows_on(const LintProject& project, NodeId node) {
  if (project.node(node).resource_type != ResourceType::kModel || !project.project().enabled(node)) return false;
  return !is_incremental(project.config(node));
}

// A walk upstream, without recursion: chains of models may be long.
class RowWalk {
 public:
  RowWalk(const LintProject& project, NodeId model) : project_(project), seen_(project.project().size()) {
    enter(model, std::nullopt);
  }

  Result<std::vector<RunRows>> run() {
    while (!open_.empty()) {
      const Step step = open_.back();
      open_.pop_back();
      if (Result<void> done = read_tables(step); !done) return std::unexpected(done.error());
      for (const NodeId parent : project_.project().parents(step.node)) {
        if (this_run_of(project_.project(), project_.snowplow(), parent) == nullptr && passes_rows_on(project_, parent))
          enter(parent, step.through ? step.through : std::optional(parent));
      }
    }
    return found_;
  }

 private:
  struct Step {
    NodeId node;
    std::optional<NodeId> through;
  };

  void enter(NodeId node, std::optional<NodeId> through) {
    if (seen_.contains(node)) return;
    seen_.insert(node);
    open_.push_back({node, through});
  }

  Result<void> read_tables(const Step& step) {
    const auto reads = this_run_tables_read_by(project_.project(), project_.snowplow(), step.node);
    if (!reads) return std::unexpected(reads.error());
    for (const ThisRunRead& read : *reads) {
      if (read.only_limits || std::ranges::find(found_, read.package, &RunRows::package) != found_.end()) continue;
      found_.push_back({read.package, read.table, step.through.value_or(read.table)});
    }
    return {};
  }

  const LintProject& project_;
  NodeSet seen_;
  std::vector<Step> open_;
  std::vector<RunRows> found_;
};

}  // namespace

Result<std::vector<RunRows>> run_rows_of(const LintProject& project, NodeId model) {
  return RowWalk(project, model).run();
}

Result<bool> takes_limits(const LintProject& project, NodeId model) {
  const Result<bool> asks = calls_utils_macro(project.project(), model, "return_limits_from_model");
  if (!asks || *asks) return asks;
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (package.new_event_limits &&
        project.code(model).find(project.node(*package.new_event_limits).name) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::vector<NodeId> this_run_children(const LintProject& project) {
  NodeSet seen(project.project().size());
  std::vector<NodeId> open;
  for (std::size_t i = 0; i < project.project().size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    if (this_run_of(project.project(), project.snowplow(), id) != nullptr) open.push_back(id);
  }
  while (!open.empty()) {
    const NodeId node = open.back();
    open.pop_back();
    for (const NodeId child : project.project().children(node)) {
      if (seen.contains(child) || project.node(child).resource_type != ResourceType::kModel ||
          !project.project().enabled(child) || is_package_node(project, child)) {
        continue;
      }
      seen.insert(child);
      if (project.config(child).materialized == "ephemeral") open.push_back(child);
    }
  }
  return seen.ids();
}

}  // namespace plowline
