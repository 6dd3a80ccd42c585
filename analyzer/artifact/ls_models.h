// Names of models from the text of `dbt ls` alone, where the text is proof.
//
// Without a manifest nobody can tell a model's name from a word that a macro printed, and a name that is missing or
// made up in `models_to_run` is silent (the package runs other models, or never catches up). So a text counts only
// where dbt's own format says what each line is:
//   - A JSON row with `resource_type` or `unique_id`: says itself whether it is a model. The name is `name`, else the
//     end of the unique_id (`model.shop.orders`; an end with a dot could be a name with a dot or a version: no proof).
//   - Rows that stand behind `Found N models, …` (1.5 to 1.12) or `Selected nodes` (2.x): dbt writes nothing but its
//     rows there, print() and log() of macros come earlier, while dbt parses. ListCmdOut events are rows in any place;
//     PrintEvent is what a macro's print() gives too, so it needs the `Found` event before it.
//   - Selectors (`shop.staging.stg_orders`, `source:shop.raw.orders`): where every row has dots and at least one has
//     three parts or a type before a colon, nothing else prints such lines. The name is the last part; rows with a type
//     are no models.
// No proof, and an error that says so with file and line:
//   - words without dots, or with one, that no `Found` line stands before (--quiet, before 1.5), and the first words
//     behind a warning, whose text may end in a line of one word;
//   - `a.b` among names (a source's table, or a version of a model), and selectors that end in a version (`.v2`);
//   - paths (the name of a versioned model is not its file's; several nodes share a file);
//   - JSON rows with neither key, and lines of several words that are not dbt's log.
// Except in JSON rows the text does not say the type: names of seeds, tests and snapshots can be among the models'. In
// `models_to_run` they are harmless (the packages look for names of models only); is_model says what is known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "artifact/ls_text.h"
#include "diagnostic/error.h"

namespace plowline {

struct CertainName {
  std::string name;       // node.name: without package, folder and version
  bool is_model = false;  // the row says so; false: a node of which the text does not say the type
  std::uint64_t line = 0;
};

// The names in the text's order, each once; empty where dbt said that it selected nothing. Cost: linear. Errors:
// why_no_listing, and the first row that is no proof.
Result<std::vector<CertainName>> certain_models(const LsText& text);

}  // namespace plowline
