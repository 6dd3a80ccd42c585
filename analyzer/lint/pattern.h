// A regular expression from a configuration. RE2: its time is linear in the text, so no pattern can hang a hook.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "diagnostic/error.h"

namespace re2 {
class RE2;
}

namespace plowline {

class Pattern {
 public:
  // Matches nothing and is empty().
  Pattern() = default;
  // Errors (exit status 2): what RE2 refuses; back references and look-around are not in its language.
  static Result<Pattern> compile(std::string_view text);
  // For defaults that are part of the program and known to be right.
  static Pattern known(std::string_view text);

  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }
  // Whether the whole of `name` matches.
  bool matches(std::string_view name) const;
  // Whether some part of `text` matches.
  bool found_in(std::string_view text) const;

 private:
  std::string text_;
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace plowline
