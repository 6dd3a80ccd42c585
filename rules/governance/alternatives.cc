#include "rules/governance/alternatives.h"

#include "diagnostic/error.h"

namespace plowline {

std::string alternatives(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += printable(words[i]);
  }
  return text;
}

}  // namespace plowline
