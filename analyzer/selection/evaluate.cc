#include "selection/evaluate.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "graph/walk.h"

namespace plowline {
namespace {

constexpr std::size_t kMostActiveSelectors = 50;

void combine(Expression::Kind kind, NodeSet& into, const NodeSet& part) {
  switch (kind) {
    case Expression::Kind::kUnion:
      into |= part;
      break;
    case Expression::Kind::kIntersection:
      into &= part;
      break;
    case Expression::Kind::kDifference:
      into -= part;
      break;
    case Expression::Kind::kCriterion:
      break;
  }
}

}  // namespace

Evaluator::Evaluator(const Inputs& inputs)
    : inputs_(inputs),
      project_(inputs.index.project()),
      members_(inputs.index.members()),
      context_{inputs.index, inputs.files, inputs.previous,
               [this](std::string_view glob) { return named_selectors(glob); }} {}

Result<NodeSet> Evaluator::select(const Expression& expression) {
  Result<Sets> sets = evaluate(expression);
  if (!sets) return std::unexpected(std::move(sets.error()));
  NodeSet& nodes = sets->direct;
  for (std::size_t i = 0; i < inputs_.types.kept.size(); ++i) {
    const auto type = static_cast<ResourceType>(i);
    if (!inputs_.types.keeps(type)) nodes -= inputs_.index.of_type(type);
  }
  if (!inputs_.types.keeps_empty_nodes) nodes -= inputs_.index.empty_nodes();
  return std::move(nodes);
}

Result<Evaluator::Sets> Evaluator::evaluate(const Expression& expression) {
  if (expression.kind == Expression::Kind::kCriterion) return evaluate_criterion(expression.criterion);
  return evaluate_parts(expression);
}

Result<Evaluator::Sets> Evaluator::evaluate_parts(const Expression& expression) {
  Sets combined{context_.none(), context_.none()};
  std::vector<CriterionTrace>* const traces = traces_;
  for (std::size_t i = 0; i < expression.parts.size(); ++i) {
    const ExpressionPtr& part = expression.parts[i];
    if (i > 0 && expression.kind == Expression::Kind::kDifference) traces_ = nullptr;
    const bool is_shared = part.use_count() > 1 && part->kind != Expression::Kind::kCriterion;
    const auto known = is_shared ? shared_.find(part.get()) : shared_.end();
    Result<Sets> sets = known != shared_.end() ? Result<Sets>(known->second) : evaluate(*part);
    if (!sets) {
      traces_ = traces;
      return sets;
    }
    if (is_shared && known == shared_.end()) shared_.emplace(part.get(), *sets);
    if (i == 0) {
      combined = std::move(*sets);
    } else {
      combine(expression.kind, combined.direct, sets->direct);
      combine(expression.kind, combined.with_held_back, sets->with_held_back);
    }
  }
  traces_ = traces;
  combined.direct = retry_tests(std::move(combined.direct), combined.with_held_back, expression.indirect);
  if (expression.expect_exists && combined.direct.empty()) {
    inputs_.warnings.push_back(
        {"no-nodes-for-criterion",
         fmt::format("The selection criterion '{}' does not match any enabled nodes", expression.raw),
         "",
         {}});
  }
  // Above this part, whatever is selected by now counts as selected, held back before or not.
  combined.with_held_back |= combined.direct;
  return combined;
}

Result<Evaluator::Sets> Evaluator::evaluate_criterion(const Criterion& criterion) {
  Result<NodeSet> matched = find_method(criterion.method)(context_, criterion);
  if (!matched) return std::unexpected(std::move(matched.error()));
  NodeSet selected = neighbours(criterion, *matched);
  selected |= *matched;
  // What a named selector gives has its tests already, and those that it excludes must not come back.
  const bool adds_tests = criterion.indirect != IndirectSelection::kEmpty && criterion.method != "selector";
  Sets sets = adds_tests ? add_tests(selected, criterion.indirect) : Sets{selected, selected};
  if (traces_ != nullptr) {
    traces_->push_back({criterion, std::move(*matched), std::move(selected), sets.direct, sets.with_held_back});
  }
  return sets;
}

NodeSet Evaluator::neighbours(const Criterion& criterion, const NodeSet& matched) const {
  NodeSet found(project_.size());
  if (criterion.childrens_parents) {
    found |= descendants(project_, matched, kAnyDepth, &members_);
    NodeSet start = found;
    start |= matched;
    found |= ancestors(project_, start, kAnyDepth, &members_);
  }
  if (criterion.parents) {
    found |= ancestors(project_, matched, criterion.parents_depth.value_or(kAnyDepth), &members_);
  }
  if (criterion.children) {
    found |= descendants(project_, matched, criterion.children_depth.value_or(kAnyDepth), &members_);
  }
  return found;
}

bool Evaluator::holds_parents(const NodeSet& nodes, NodeId id) const {
  return std::ranges::all_of(project_.parents(id), [&](NodeId parent) { return nodes.contains(parent); });
}

Evaluator::Sets Evaluator::add_tests(const NodeSet& selected, IndirectSelection indirect) const {
  NodeSet within = selected;
  if (indirect == IndirectSelection::kBuildable) {
    within |= ancestors(project_, selected, kAnyDepth, &members_);
    within |= inputs_.index.all_sources();
  }
  const NodeSet& tests = inputs_.index.tests();
  Sets sets{selected, selected};
  selected.for_each([&](NodeId id) {
    for (const NodeId child : project_.children(id)) {
      if (!tests.contains(child) || sets.with_held_back.contains(child)) continue;
      sets.with_held_back.insert(child);
      if (indirect == IndirectSelection::kEager || holds_parents(within, child)) sets.direct.insert(child);
    }
  });
  return sets;
}

// Unit tests are not tried again, and sources count for nothing here: dbt looks at `nodes` of the manifest alone.
NodeSet Evaluator::retry_tests(NodeSet direct, const NodeSet& with_held_back, IndirectSelection indirect) const {
  const bool retries = indirect == IndirectSelection::kCautious || indirect == IndirectSelection::kBuildable;
  if (!retries || direct == with_held_back) return direct;
  NodeSet within = direct;
  if (indirect == IndirectSelection::kBuildable) within |= ancestors(project_, direct, kAnyDepth, &members_);
  NodeSet held_back = with_held_back;
  held_back -= direct;
  held_back &= inputs_.index.manifest_nodes();
  held_back.for_each([&](NodeId id) {
    if (holds_parents(within, id)) direct.insert(id);
  });
  return direct;
}

Result<NodeSet> Evaluator::named_selectors(std::string_view glob) {
  if (!NamedSelectors::has_selector_method(project_)) {
    return usage_error(
        "'selector' is not a valid method name",
        "dbt knows `selector:` as a method since 1.12, this manifest is of an earlier one; use --selector");
  }
  const Glob pattern(glob);
  std::vector<std::string> names = inputs_.selectors.names();
  std::erase_if(names, [&](const std::string& name) { return !pattern.matches(name); });
  std::ranges::sort(names);
  if (names.empty()) {
    return usage_error(fmt::format("Selector '{}' did not match any selector in selectors.yml", glob),
                       printable(fmt::format("valid selectors: {}", fmt::join(inputs_.selectors.names(), ", "))));
  }
  NodeSet found = context_.none();
  for (const std::string& name : names) {
    const bool is_cycle = std::ranges::find(active_selectors_, name) != active_selectors_.end();
    if (is_cycle || active_selectors_.size() > kMostActiveSelectors) {
      return usage_error(
          fmt::format("Circular dependency detected in selector: {} > {}", fmt::join(active_selectors_, " > "), name));
    }
    Result<ExpressionPtr> expression = inputs_.selectors.find(name, inputs_.indirect);
    if (!expression) return std::unexpected(std::move(expression.error()));
    active_selectors_.push_back(name);
    std::vector<CriterionTrace>* const traces = std::exchange(traces_, nullptr);
    Result<NodeSet> nodes = select(**expression);
    traces_ = traces;
    active_selectors_.pop_back();
    if (!nodes) return nodes;
    found |= *nodes;
  }
  return found;
}

}  // namespace plowline
