// What SQLite says is wrong with a query, as plowline says it: with the place, the line and a mark under it, and the
// nearest name where one is misspelled.
#pragma once

#include <optional>
#include <string>

#include "query/query.h"
#include "query/query_state.h"

namespace plowline {

// `offset`: the byte of the query that is meant, where it is known.
Error error_in_query(const QueryText& query, std::optional<std::size_t> offset, std::string reason,
                     std::string next_step = {});

// `message` is SQLite's; `state` knows what was denied.
Error refused_query(const QueryText& query, std::optional<std::size_t> offset, std::string message,
                    const QueryState& state);

}  // namespace plowline
