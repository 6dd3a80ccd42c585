// Which kinds of nodes a dbt command works on.
//
// A selection is made over the whole graph; only at its end are the kinds dropped that the command has nothing to do
// with. `dbt run` keeps models, `dbt build` all that can be built and tested, `dbt ls` all but analyses and hooks.
#pragma once

#include <array>
#include <string_view>

#include "artifact/manifest.h"
#include "diagnostic/error.h"
#include "selection/request.h"

namespace plowline {

struct ResourceTypes {
  std::array<bool, kResourceTypes> kept{};
  // Whether nodes with blank SQL stay in: for `dbt ls` and `dbt docs` alone.
  bool keeps_empty_nodes = false;

  bool keeps(ResourceType type) const { return kept[static_cast<std::size_t>(type)]; }
};

// What the command works on without any --resource-type: `ls` (or `list`), `run`, `build`, `test`, `seed`, `snapshot`,
// `compile`, `show`, `clone`, `docs` (or `docs generate`), `source freshness` (or `source`), `retry` like build. An
// error names the known commands.
Result<ResourceTypes> default_resource_types(std::string_view dbt_command);

// The same with the request's --models, --resource-type and --exclude-resource-type. Errors: a word that dbt does not
// take there, --models together with --select or --resource-type.
Result<ResourceTypes> resource_types_of(const SelectionRequest& request);

// Whether `resource_type:WORD` is known to dbt; an error names the valid words.
Result<void> check_resource_type(std::string_view word);

}  // namespace plowline
