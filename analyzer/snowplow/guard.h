// The guard name: one model of a package that a run does not cover, named so that the package's hook does not fail.
//
// Being named must do no harm anywhere. A guard is a tagged, enabled model of its package that is not selected. No
// model of its name may carry another package's tag, or that package's models in run would grow by one that is not
// built and its window would stand still; and none may be selected, because the hooks compare bare names and would
// write a row for the namesake. Among those that remain, the one that is least likely to vanish or to confuse is taken,
// in this order: a name that occurs once, a model of the package itself rather than of the user's project, one without
// an `enabled` setting (which may differ from target to target), a table that lasts rather than one of the run, no
// version, the first in the order of unique_ids. So the same project gives the same guard in every run.
#pragma once

#include <optional>
#include <string_view>

#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "project/project.h"
#include "snowplow/packages.h"

namespace plowline {

// The guard for `package`, where `selected` holds none of its models. Nothing where no name is safe. Errors: a node
// whose config is not JSON.
Result<std::optional<NodeId>> choose_guard(const Project& project, const SnowplowPackages& packages,
                                           const SnowplowPackage& package, const NodeSet& selected);

// Whether models_to_run can name a model: no blank in it, not empty.
bool can_be_named(std::string_view name);

}  // namespace plowline
