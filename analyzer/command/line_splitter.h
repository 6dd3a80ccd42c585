// Bytes as they come out of a pipe, put together to lines.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace plowline {

class LineSplitter {
 public:
  // What is longer is cut: the rest of such a line is passed over, so that no program can fill the memory.
  static constexpr std::size_t kLongestLine = std::size_t{64} << 20;

  // `on_line` gets each line without its line end (LF or CRLF).
  explicit LineSplitter(std::function<void(std::string_view)> on_line) : on_line_(std::move(on_line)) {}
  void add(std::string_view bytes);
  // No more bytes: what stands after the last line end is a line too.
  void end();

 private:
  void keep(std::string_view part);
  void give();

  std::function<void(std::string_view)> on_line_;
  std::string line_;  // begun, its end has not come yet
};

}  // namespace plowline
