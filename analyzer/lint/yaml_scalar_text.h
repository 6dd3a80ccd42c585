// A text as YAML writes it: plain where it then means the same, else in quotes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace plowline {

enum class YamlContext : std::uint8_t { kBlock, kFlow };

// `quote`: the neighbours' quotes, which it then gets in any case; '\0': quotes only where they are needed. The text
// has no control characters.
std::string yaml_scalar_text(std::string_view text, char quote, YamlContext context);

}  // namespace plowline
