#include "command/line_splitter.h"

#include <algorithm>

namespace plowline {

void LineSplitter::add(std::string_view bytes) {
  for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    keep(bytes.substr(0, end));
    give();
    bytes.remove_prefix(end + 1);
  }
  keep(bytes);
}

void LineSplitter::end() {
  if (!line_.empty()) give();
}

void LineSplitter::keep(std::string_view part) {
  line_.append(part.substr(0, kLongestLine - std::min(line_.size(), kLongestLine)));
}

void LineSplitter::give() {
  if (line_.ends_with('\r')) line_.pop_back();
  on_line_(line_);
  line_.clear();
}

}  // namespace plowline
