// Colours on a terminal, or none.
#pragma once

#include <string>
#include <string_view>

#include "lint/finding.h"

namespace plowline {

class Palette {
 public:
  explicit Palette(bool on) : on_(on) {}

  std::string bold(std::string_view text) const { return paint("1", text); }
  std::string frame(std::string_view text) const { return paint("1;34", text); }  // what stands around source code
  std::string rule(std::string_view text) const { return paint("36", text); }
  std::string severe(Severity severity, std::string_view text) const {
    return paint(severity == Severity::kError ? "1;31" : "1;33", text);
  }
  std::string good(std::string_view text) const { return paint("1;32", text); }

 private:
  std::string paint(std::string_view code, std::string_view text) const {
    if (!on_) return std::string(text);
    return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
  }
  bool on_;
};

}  // namespace plowline
