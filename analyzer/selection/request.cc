#include "selection/request.h"

#include <array>
#include <fmt/format.h>

namespace plowline {
namespace {

struct Word {
  std::string_view word;
  IndirectSelection indirect;
};

constexpr std::array<Word, 4> kWords{{{"eager", IndirectSelection::kEager},
                                      {"cautious", IndirectSelection::kCautious},
                                      {"buildable", IndirectSelection::kBuildable},
                                      {"empty", IndirectSelection::kEmpty}}};

}  // namespace

std::string_view to_string(IndirectSelection indirect) {
  for (const Word& word : kWords) {
    if (word.indirect == indirect) return word.word;
  }
  return {};
}

Result<IndirectSelection> indirect_selection_from(std::string_view word) {
  for (const Word& known : kWords) {
    if (known.word == word) return known.indirect;
  }
  return usage_error(fmt::format("'{}' is not one of 'eager', 'cautious', 'buildable', 'empty'", word));
}

}  // namespace plowline
