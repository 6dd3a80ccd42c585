// What a rule's options ask of a model by its place: of folders, and of the layers of plowline.yml.
#pragma once

#include "lint/rule.h"

namespace plowline {

// The entry of the innermost folder that the model's file lies in; without one, that of its layer; null where neither
// has one.
const ListMap::value_type* demand_of_place(const LintProject& project, NodeId id, const ListMap& folders,
                                           const ListMap& layers);

}  // namespace plowline
