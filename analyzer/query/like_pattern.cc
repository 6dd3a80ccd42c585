#include "query/like_pattern.h"

#include <algorithm>

namespace plowline {
namespace {

char32_t folded(char32_t character) {
  return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;
}

// SQLite reads no further than a zero byte.
std::string_view until_zero(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

bool is_surrogate_or_no_character(char32_t character) {
  return (character & 0xFFFFF800U) == 0xD800U || (character & 0xFFFFFFFEU) == 0xFFFEU;
}

}  // namespace

char32_t next_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  char32_t character = byte(at++);
  if (character < 0xC0U) return character;
  // The bits of a first byte that belong to the character: five for two bytes, four for three, three for four.
  character &= character < 0xE0U ? 0x1FU : character < 0xF0U ? 0x0FU : character < 0xF8U ? 0x07U : 0x03U;
  while (at < text.size() && (byte(at) & 0xC0U) == 0x80U) character = (character << 6U) | (byte(at++) & 0x3FU);
  return character < 0x80U || is_surrogate_or_no_character(character) ? char32_t{0xFFFD} : character;
}

LikePattern LikePattern::of_like(std::string_view pattern, char32_t escape) {
  LikePattern made;
  made.folds_case_ = true;
  pattern = until_zero(pattern);
  for (std::size_t at = 0; at < pattern.size();) {
    const char32_t character = next_character(pattern, at);
    Piece piece;
    if (escape != 0 && character == escape) {
      if (at < pattern.size()) piece = {Kind::kCharacter, folded(next_character(pattern, at)), {}, false};
    } else if (character == '%') {
      piece.kind = Kind::kAnyText;
    } else if (character == '_') {
      piece.kind = Kind::kAnyCharacter;
    } else {
      piece = {Kind::kCharacter, folded(character), {}, false};
    }
    made.pieces_.push_back(std::move(piece));
  }
  return made;
}

LikePattern LikePattern::of_glob(std::string_view pattern) {
  LikePattern made;
  pattern = until_zero(pattern);
  for (std::size_t at = 0; at < pattern.size();) {
    const char32_t character = next_character(pattern, at);
    Piece piece;
    if (character == '*') {
      piece.kind = Kind::kAnyText;
    } else if (character == '?') {
      piece.kind = Kind::kAnyCharacter;
    } else if (character == '[') {
      piece = read_set(pattern, at);
    } else {
      piece = {Kind::kCharacter, character, {}, false};
    }
    made.pieces_.push_back(std::move(piece));
  }
  return made;
}

// `at` stands behind the `[`. A set that is not closed fits nothing. A `]` that comes first is one of the set.
LikePattern::Piece LikePattern::read_set(std::string_view pattern, std::size_t& at) {
  Piece set;
  const auto is_next = [&](char c) { return at < pattern.size() && pattern[at] == c; };
  if (is_next('^')) {
    set.inverted = true;
    ++at;
  }
  if (is_next(']')) {
    set.ranges.emplace_back(']', ']');
    ++at;
  }
  char32_t before = 0;  // what a range may begin with
  while (at < pattern.size()) {
    char32_t character = next_character(pattern, at);
    if (character == ']') {
      set.kind = Kind::kSet;
      return set;
    }
    const bool is_range = character == '-' && before != 0 && at < pattern.size() && !is_next(']');
    if (is_range) character = next_character(pattern, at);
    set.ranges.emplace_back(is_range ? before : character, character);
    before = is_range ? 0 : character;
  }
  return set;
}

bool LikePattern::fits(const Piece& piece, char32_t character) const {
  switch (piece.kind) {
    case Kind::kCharacter:
      return piece.character == (folds_case_ ? folded(character) : character);
    case Kind::kAnyCharacter:
      return true;
    case Kind::kSet:
      return piece.inverted != std::ranges::any_of(piece.ranges, [&](const auto& range) {
               return range.first <= character && character <= range.second;
             });
    default:
      return false;
  }
}

// Only the last `%` is ever tried again, one character further: what an earlier one takes besides, the last one can
// take as well.
std::optional<bool> LikePattern::matches(std::string_view text, ClockWatch& watch) const {
  text = until_zero(text);
  std::size_t at = 0;
  std::size_t piece = 0;
  std::size_t again_at = 0;
  std::optional<std::size_t> again;  // the piece behind the last `%`
  while (true) {
    if (watch.is_late()) return std::nullopt;
    if (piece == pieces_.size() && at == text.size()) return true;
    if (piece < pieces_.size() && pieces_[piece].kind == Kind::kAnyText) {
      again = ++piece;
      again_at = at;
      if (piece == pieces_.size()) return true;
      continue;
    }
    if (at == text.size()) return false;
    if (piece < pieces_.size() && fits(pieces_[piece], next_character(text, at))) {
      ++piece;
      continue;
    }
    if (!again) return false;
    next_character(text, again_at);
    at = again_at;
    piece = *again;
  }
}

}  // namespace plowline
