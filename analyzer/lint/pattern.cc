#include "lint/pattern.h"

#include <cassert>
#include <fmt/format.h>
#include <re2/re2.h>

namespace plowline {

Result<Pattern> Pattern::compile(std::string_view text) {
  RE2::Options options(RE2::Quiet);
  Pattern pattern;
  pattern.text_ = text;
  auto compiled = std::make_shared<RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!compiled->ok()) {
    return usage_error(fmt::format("'{}' is no regular expression: {}", printable(text), printable(compiled->error())),
                       "the syntax is RE2's: no look-around, no back references");
  }
  pattern.compiled_ = std::move(compiled);
  return pattern;
}

Pattern Pattern::known(std::string_view text) {
  auto pattern = compile(text);
  assert(pattern);
  return pattern ? std::move(*pattern) : Pattern();
}

bool Pattern::matches(std::string_view name) const {
  return compiled_ && RE2::FullMatch(re2::StringPiece(name.data(), name.size()), *compiled_);
}

bool Pattern::found_in(std::string_view text) const {
  return compiled_ && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace plowline
