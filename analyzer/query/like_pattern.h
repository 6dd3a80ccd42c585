// The patterns of SQLite's LIKE and GLOB, matched step by step, so that a time limit can end it.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "query/query_state.h"

namespace plowline {

// One character of UTF-8 as SQLite reads it; `at` is moved behind it. Broken bytes give some character, too.
char32_t next_character(std::string_view text, std::size_t& at);

class LikePattern {
 public:
  // `%` and `_`; letter case does not count in ASCII. Behind `escape` (0: there is none) a character means itself.
  static LikePattern of_like(std::string_view pattern, char32_t escape);
  // `*`, `?` and `[a-z]`, `[^a-z]`.
  static LikePattern of_glob(std::string_view pattern);

  // Cost: at worst the product of both lengths. Nothing where the query's time is over.
  std::optional<bool> matches(std::string_view text, ClockWatch& watch) const;

 private:
  enum class Kind { kCharacter, kAnyCharacter, kAnyText, kSet, kNothing };
  struct Piece {
    Kind kind = Kind::kNothing;  // kNothing: what SQLite reads there fits no text
    char32_t character = 0;
    std::vector<std::pair<char32_t, char32_t>> ranges;  // of a set: first and last
    bool inverted = false;
  };
  static Piece read_set(std::string_view pattern, std::size_t& at);
  bool fits(const Piece& piece, char32_t character) const;

  std::vector<Piece> pieces_;
  bool folds_case_ = false;
};

}  // namespace plowline
