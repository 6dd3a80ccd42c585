// What counts as a description, for every rule that asks for one.
//
// The text is taken as dbt rendered it into the manifest: a `{{ doc('orders') }}` whose block holds blanks only is no
// description, nor is a text of blanks. (dbt-project-evaluator and dbt-checkpoint take any text but the empty one.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/json.h"
#include "artifact/manifest.h"

namespace plowline {

// The text without blanks around it; empty where the record has none. Cost: nothing for records without one.
std::string description_text(RawJson description);
// Whether there is anything but blanks in it. Cheaper than description_text().
bool has_description(RawJson description);
bool has_description(std::string_view unescaped);

// What is asked of a description.
struct DescriptionDemand {
  std::int64_t min_length = 1;         // characters, blanks around it apart
  std::vector<std::string> forbidden;  // phrases; letter case apart, whole words
};

// What is wrong with a description (without blanks around it), to be put behind a name: `has no description`. Nothing
// where it does.
std::optional<std::string> description_fault(std::string_view text, const DescriptionDemand& demand);

}  // namespace plowline
