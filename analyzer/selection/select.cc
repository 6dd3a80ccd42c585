#include "selection/select.h"

#include <system_error>
#include <utility>

#include "selection/explain.h"

namespace plowline {
namespace {

ProjectFiles files_of(const Project& project, const std::filesystem::path& folder) {
  std::error_code ignored;
  const bool there = !folder.empty() && std::filesystem::is_directory(folder, ignored);
  return there ? ProjectFiles::in_folder(folder) : ProjectFiles::of_manifest(project);
}

}  // namespace

Selector::Selector(const Project& project, SelectionInputs inputs)
    : project_(project),
      inputs_(std::move(inputs)),
      index_(project),
      files_(files_of(project, inputs_.project_folder)) {}

Result<NamedSelectors*> Selector::named_selectors(Warnings& warnings) {
  if (selectors_) return &*selectors_;
  Result<NamedSelectors> read =
      inputs_.selectors_yml
          ? NamedSelectors::from_yaml(inputs_.selectors_yml->text, inputs_.selectors_yml->name, project_, warnings)
          : NamedSelectors::from_manifest(project_);
  if (!read) return std::unexpected(std::move(read.error()));
  return &selectors_.emplace(std::move(*read));
}

Result<Selector::Chosen> Selector::choose(const SelectionRequest& request, NamedSelectors& selectors) const {
  const std::vector<std::string>& select = request.models.empty() ? request.select : request.models;
  std::string name = request.selector;
  if (name.empty() && select.empty() && request.exclude.empty()) name = selectors.default_name();
  Result<ExpressionPtr> expression = name.empty() ? parse_selection(select, request.exclude, request.indirect)
                                                  : selectors.find(name, request.indirect);
  if (!expression) return std::unexpected(std::move(expression.error()));
  return Chosen{std::move(*expression), std::move(name)};
}

Result<Selection> Selector::evaluate(const SelectionRequest& request, Warnings& warnings,
                                     std::vector<CriterionTrace>* traces) {
  const Result<ResourceTypes> types = resource_types_of(request);
  if (!types) return std::unexpected(types.error());
  const Result<NamedSelectors*> selectors = named_selectors(warnings);
  if (!selectors) return std::unexpected(selectors.error());
  Result<Chosen> chosen = choose(request, **selectors);
  if (!chosen) return std::unexpected(std::move(chosen.error()));
  Evaluator evaluator({index_, files_, inputs_.previous, **selectors, *types, request.indirect, warnings});
  evaluator.trace_into(traces);
  Result<NodeSet> nodes = evaluator.select(*chosen->expression);
  if (!nodes) return std::unexpected(std::move(nodes.error()));
  return Selection{std::move(*nodes), std::move(chosen->selector)};
}

Result<Selection> Selector::select(const SelectionRequest& request, Warnings& warnings) {
  Result<Selection> selection = evaluate(request, warnings, nullptr);
  if (selection && selection->nodes.empty()) {
    warnings.push_back({"no-nodes-selected", "No nodes selected!", "", {}});
  }
  return selection;
}

Result<std::vector<Explanation>> Selector::explain(const SelectionRequest& request) {
  Warnings told_before;
  std::vector<CriterionTrace> traces;
  const Result<Selection> selection = evaluate(request, told_before, &traces);
  if (!selection) return std::unexpected(selection.error());
  return explanations(index_, selection->nodes, traces);
}

}  // namespace plowline
