// What is wrong with a selection, or with the models in it, in the eyes of Snowplow's packages.
//
// Each check is one function that looks at one kind of mistake and adds at most one warning per mistake and package; a
// warning's code is stable. All checks look at selected models (or at packages whose hooks run anyway): what the rest
// of the project does is the linter's business, which uses the same predicates (tags.h, packages.h, this_run.h).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "project/project.h"
#include "snowplow/models_to_run.h"
#include "snowplow/packages.h"

namespace plowline {

// What a check may look at; the result's names and packages are complete.
struct CheckInput {
  const Project& project;
  const SnowplowPackages& packages;
  const NodeSet& selected;
  const ModelsToRunOptions& options;
  const ModelsToRun& result;

  // The selected models that dbt would run, in the order of their ids.
  std::vector<NodeId> models() const;
};

using Check = Result<void> (*)(const CheckInput& input, Warnings& warnings);

// checks_tags.cc: what the selected models' tags say.
Result<void> check_untagged_readers(const CheckInput& input, Warnings& warnings);    // untagged-this-run-reader
Result<void> check_wrong_package_tags(const CheckInput& input, Warnings& warnings);  // wrong-package-tag,
                                                                                     // tagged-without-lineage
Result<void> check_unknown_tags(const CheckInput& input, Warnings& warnings);        // misspelled-tag,
                                                                                     // unknown-package-tag
Result<void> check_several_tags(const CheckInput& input, Warnings& warnings);        // several-package-tags
Result<void> check_nothing_tagged(const CheckInput& input, Warnings& warnings);      // no-tagged-model-selected

// checks_names.cc: what the manifest rows are called and how often they are counted.
Result<void> check_ephemeral_models(const CheckInput& input, Warnings& warnings);  // tagged-ephemeral
Result<void> check_versioned_models(const CheckInput& input, Warnings& warnings);  // versioned-model,
                                                                                   // several-tagged-versions
Result<void> check_aliases(const CheckInput& input, Warnings& warnings);           // alias-differs
Result<void> check_repeated_names(const CheckInput& input, Warnings& warnings);    // same-name-in-two-packages
Result<void> check_unusable_names(const CheckInput& input, Warnings& warnings);    // unusable-model-name
Result<void> check_names_that_stop(const CheckInput& input, Warnings& warnings);   // untagged-name-stops-run

// checks_lineage.cc: what the run does not build.
Result<void> check_missing_upstream(const CheckInput& input, Warnings& warnings);  // upstream-not-selected,
                                                                                   // tagged-model-excluded
Result<void> check_seeds(const CheckInput& input, Warnings& warnings);             // seeds-not-built

// checks_packages.cc: what the packages themselves will do.
Result<void> check_packages_without_models(const CheckInput& input,
                                           Warnings& warnings);                     // package-without-tagged-model
Result<void> check_guards(const CheckInput& input, Warnings& warnings);             // no-guard-name
Result<void> check_windows_of_others(const CheckInput& input, Warnings& warnings);  // window-without-tagged-model
Result<void> check_end_hooks(const CheckInput& input, Warnings& warnings);          // end-hook-missing
Result<void> check_ignored_variable(const CheckInput& input, Warnings& warnings);   // models-to-run-ignored

// All of them, in the order in which their warnings are given.
std::span<const Check> selection_checks();

// `a`, `a and b`, `a, b and 3 more`: names for a message, printable.
std::string name_list(const std::vector<std::string_view>& names);
std::string name_list(const Project& project, const std::vector<NodeId>& nodes);
// One line of a warning's detail per node: its unique_id and file.
std::vector<std::string> detail_lines(const Project& project, const std::vector<NodeId>& nodes);
// "model", "models": the form that goes with a number.
std::string_view plural(std::size_t count, std::string_view one, std::string_view many);

}  // namespace plowline
