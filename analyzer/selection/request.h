// What a user asks for: the arguments of dbt's --select, --exclude, --selector and their companions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "artifact/manifest.h"
#include "diagnostic/error.h"

namespace plowline {

// Which tests come along with the nodes they test, where they are not selected themselves.
//   eager      every test with a selected parent
//   cautious   only tests whose parents are all selected
//   buildable  tests whose parents are all selected or upstream of what is selected
//   empty      none
enum class IndirectSelection { kEager, kCautious, kBuildable, kEmpty };

std::string_view to_string(IndirectSelection indirect);
// dbt's words, exactly; an error names the valid ones.
Result<IndirectSelection> indirect_selection_from(std::string_view word);

struct SelectionRequest {
  // Each entry is what one --select (--exclude) value holds: criteria separated by single blanks, each an
  // intersection of its parts between commas. No entry at all means that the option was not given.
  std::vector<std::string> select;
  std::vector<std::string> exclude;
  // --models of `dbt ls`: as select, and only models are kept. Together with select or resource_types: an error.
  std::vector<std::string> models;
  // A YAML selector's name: then select and exclude are not looked at, as in dbt. Empty: not given.
  std::string selector;
  IndirectSelection indirect = IndirectSelection::kEager;
  // The command whose nodes are asked for (`ls`, `run`, `build`, …): which resource types take part.
  std::string dbt_command = "ls";
  // --resource-type: dbt's words, and `all`, `default`, several in one entry between blanks; empty: the command's
  // default.
  std::vector<std::string> resource_types;
  std::vector<std::string> exclude_resource_types;
};

}  // namespace plowline
