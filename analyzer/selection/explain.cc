#include "selection/explain.h"

#include <optional>

#include "graph/walk.h"

namespace plowline {
namespace {

// Of every node that a walk from `start` reaches, the start node it was reached from first.
class Origins {
 public:
  template <typename Next>
  Origins(const SelectionIndex& index, const NodeSet& start, Next next) : origin_(index.project().size()) {
    std::vector<NodeId> level = start.ids();
    for (const NodeId id : level) origin_[index_of(id)] = id;
    std::vector<NodeId> following;
    while (!level.empty()) {
      following.clear();
      for (const NodeId id : level) {
        for (const NodeId neighbour : next(id)) {
          std::optional<NodeId>& origin = origin_[index_of(neighbour)];
          if (origin || !index.members().contains(neighbour)) continue;
          origin = origin_[index_of(id)];
          following.push_back(neighbour);
        }
      }
      level.swap(following);
    }
  }

  std::optional<NodeId> of(NodeId id) const { return origin_[index_of(id)]; }

 private:
  std::vector<std::optional<NodeId>> origin_;
};

// Answers for one criterion; the walks are made when a node first needs them.
class CriterionReasons {
 public:
  CriterionReasons(const SelectionIndex& index, const CriterionTrace& trace) : index_(index), trace_(trace) {}

  std::optional<Reason> why(NodeId id) {
    if (trace_.matched.contains(id)) return reason(Reason::Step::kMatched, std::nullopt);
    if (trace_.selected.contains(id)) return neighbour(id);
    if (trace_.direct.contains(id)) return reason(Reason::Step::kTest, selected_parent(id));
    if (trace_.held_back.contains(id)) return reason(Reason::Step::kCompletedTest, selected_parent(id));
    return std::nullopt;
  }

 private:
  Reason reason(Reason::Step step, std::optional<NodeId> via) const { return {trace_.criterion.raw, step, via}; }

  Reason neighbour(NodeId id) {
    const Project& project = index_.project();
    const auto parents = [&](NodeId at) { return project.parents(at); };
    const auto children = [&](NodeId at) { return project.children(at); };
    const Criterion& criterion = trace_.criterion;
    if (criterion.children || criterion.childrens_parents) {
      if (!below_) below_.emplace(index_, trace_.matched, children);
      if (below_->of(id)) return reason(Reason::Step::kDescendant, below_->of(id));
    }
    if (!above_) above_.emplace(index_, trace_.matched, parents);
    if (above_->of(id)) return reason(Reason::Step::kAncestor, above_->of(id));
    if (!beside_) beside_.emplace(index_, descendants(project, trace_.matched, kAnyDepth, &index_.members()), parents);
    return reason(Reason::Step::kChildrensParent, beside_->of(id));
  }

  std::optional<NodeId> selected_parent(NodeId id) const {
    for (const NodeId parent : index_.project().parents(id)) {
      if (trace_.selected.contains(parent)) return parent;
    }
    return std::nullopt;
  }

  const SelectionIndex& index_;
  const CriterionTrace& trace_;
  std::optional<Origins> below_;
  std::optional<Origins> above_;
  std::optional<Origins> beside_;
};

}  // namespace

std::vector<Explanation> explanations(const SelectionIndex& index, const NodeSet& nodes,
                                      const std::vector<CriterionTrace>& traces) {
  std::vector<CriterionReasons> criteria;
  for (const CriterionTrace& trace : traces) criteria.emplace_back(index, trace);
  std::vector<Explanation> out;
  nodes.for_each([&](NodeId id) {
    Explanation explanation{id, {}};
    for (CriterionReasons& criterion : criteria) {
      if (std::optional<Reason> reason = criterion.why(id)) explanation.reasons.push_back(std::move(*reason));
    }
    out.push_back(std::move(explanation));
  });
  return out;
}

}  // namespace plowline
