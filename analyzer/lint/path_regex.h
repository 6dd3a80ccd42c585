// The regular expressions that people write over paths, taken apart: text, `.*`, `[^/]+`, groups and alternatives.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plowline {

struct PathToken {
  enum class Kind {
    kCharacter,
    kAnyText,   // `.*`
    kSomeText,  // `.+`
    kAnyName,   // `[^/]*`: inside one part of the path
    kSomeName,  // `[^/]+`
    kStart,     // `^`
    kEnd,       // `$`
  };
  Kind kind = Kind::kCharacter;
  char character = 0;

  bool operator==(const PathToken&) const = default;
};
using PathTokens = std::vector<PathToken>;

// Every way through the alternatives and what may be missing: `a/(b|c)\.ya?ml` is four of them. `^` stands only at the
// start of one, `$` only at its end. Nothing where the pattern holds anything else (classes, counts, look-around), or
// more than a hundred of them.
std::optional<std::vector<PathTokens>> path_alternatives(std::string_view regex);

// Without `(?x)` at the start, and without the blanks and comments that it allows.
std::string without_blanks(std::string_view regex);

}  // namespace plowline
