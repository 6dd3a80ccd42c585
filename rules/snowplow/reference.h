// Where a model's code refers to another node.
#pragma once

#include "lint/finding.h"
#include "lint/lint_project.h"
#include "source/sql_text.h"

namespace plowline {

// The Jinja expression with the ref() or source() of `target` in the code of `reader`; one in SQL comes before one in a
// comment. Where `reader` does not refer to it itself, that of the ephemeral model by which it reads it; the node where
// there is none, because a macro writes it.
Anchor place_of_reference(const LintProject& project, NodeId reader, NodeId target);

// The argument of a ref() or source() that names the node, which is the last positional one: ref('name'),
// ref('package', 'name'), source('source', 'name'). Null where there is none. Into `call`.
const SqlText::Argument* named_node(const SqlText::Call& call);

}  // namespace plowline
