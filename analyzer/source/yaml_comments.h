// The comments of a YAML file.
//
// YAML readers drop them, and a `#` inside a text, quoted or a block (`description: |`), begins none. So the file is
// scanned once more, for just as much of YAML's grammar as tells the one from the other.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace plowline {

struct YamlComment {
  std::size_t offset = 0;  // of the `#`
  std::string_view text;   // from the `#` to the end of the line
  bool alone = false;      // nothing but blanks stands before it on its line
};

// In the order of the text, into which the result's views point. Cost: one pass. What is no YAML gives what a reader
// would take for comments up to there; never an error.
std::vector<YamlComment> yaml_comments(std::string_view text);

}  // namespace plowline
