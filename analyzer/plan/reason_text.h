// Why a node is selected, in a sentence.
#pragma once

#include <string>

#include "project/project.h"
#include "selection/select.h"

namespace plowline {

// `+orders: upstream of orders`; `tag:nightly matches it`. Bytes of names and criteria as they are.
std::string reason_text(const Project& project, const Reason& reason);

}  // namespace plowline
