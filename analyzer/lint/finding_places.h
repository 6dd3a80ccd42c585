// Where in the user's files what rules found stands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lint/engine.h"
#include "source/places.h"

namespace plowline {

// The place of a finding. What has one number stands in one file; a file may have several.
struct NumberedPlace {
  Place place;
  std::uint32_t file = 0;
};

struct Placed {
  std::vector<NumberedPlace> places;  // by finding
  std::vector<std::string> files;     // by number
};

// `places` is that of the calling thread; many findings are placed on several threads, and none of the nodes'
// files is read on two of them.
Placed places_of(const LintProject& project, const std::vector<RawFinding>& found, Places& places);

}  // namespace plowline
