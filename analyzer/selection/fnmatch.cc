#include "selection/fnmatch.h"

#include <algorithm>

namespace plowline {
namespace {

// Broken bytes are mapped where Python's surrogateescape puts them, so that they differ from every real character.
constexpr char32_t kBrokenByte = 0xDC00;

std::size_t length_from_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// The character at `at`, which is moved behind it.
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t length = length_from_lead(lead);
  if (length == 1) {
    ++at;
    return lead;
  }
  if (length != 0 && at + length <= text.size()) {
    char32_t character = lead & (0xFFU >> (length + 1));
    bool whole = true;
    for (std::size_t i = 1; i < length; ++i) {
      whole = whole && (byte(at + i) & 0xC0U) == 0x80U;
      character = (character << 6U) | (byte(at + i) & 0x3FU);
    }
    if (whole) {
      at += length;
      return character;
    }
  }
  ++at;
  return kBrokenByte + lead;
}

std::u32string characters_of(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) out += next_character(text, at);
  return out;
}

// The end of the set that starts behind the `[` at `begin`: the index of its `]`, or npos where it has none. A `]`
// that comes first (or right behind `!`) is a member.
std::size_t end_of_set(const std::u32string& text, std::size_t begin) {
  std::size_t at = begin;
  if (at < text.size() && text[at] == U'!') ++at;
  if (at < text.size() && text[at] == U']') ++at;
  return text.find(U']', at);
}

// `a-c` in pieces: what stands between the hyphens that mean a range. Reversed ranges are taken out of the pieces.
std::vector<std::u32string> range_pieces(const std::u32string& text, std::size_t begin, std::size_t end) {
  std::vector<std::u32string> pieces;
  std::size_t piece = begin;
  std::size_t from = text[begin] == U'!' ? begin + 2 : begin + 1;
  while (from < end) {
    const std::size_t hyphen = text.find(U'-', from);
    if (hyphen == std::u32string::npos || hyphen >= end) break;
    pieces.push_back(text.substr(piece, hyphen - piece));
    piece = hyphen + 1;
    from = hyphen + 3;
  }
  if (piece < end) {
    pieces.push_back(text.substr(piece, end - piece));
  } else {
    pieces.back() += U'-';
  }
  for (std::size_t k = pieces.size() - 1; k > 0; --k) {
    if (pieces[k - 1].back() > pieces[k].front()) {
      pieces[k - 1] = pieces[k - 1].substr(0, pieces[k - 1].size() - 1) + pieces[k].substr(1);
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
  return pieces;
}

}  // namespace

bool Glob::Set::contains(char32_t c) const {
  const bool found =
      std::ranges::any_of(ranges, [c](const auto& range) { return range.first <= c && c <= range.second; });
  return found != negated;
}

Glob::Glob(std::string_view pattern) : pattern_(pattern) {
  literal_ = pattern_.find_first_of("*?[") == std::string::npos;
  if (literal_) return;
  compile();
  find_fixed_texts();
}

void Glob::compile() {
  const std::u32string text = characters_of(pattern_);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = text[at++];
    if (c == U'*') {
      if (tokens_.empty() || tokens_.back().kind != Kind::kAnyText) tokens_.push_back({Kind::kAnyText});
    } else if (c == U'?') {
      tokens_.push_back({Kind::kAnyCharacter});
    } else if (const std::size_t end = c == U'[' ? end_of_set(text, at) : std::u32string::npos;
               end != std::u32string::npos) {
      tokens_.push_back({Kind::kSet, 0, compile_set(text, at, end)});
      at = end + 1;
    } else {
      tokens_.push_back({Kind::kCharacter, c});
    }
  }
}

std::size_t Glob::compile_set(const std::u32string& text, std::size_t begin, std::size_t end) {
  std::vector<std::u32string> pieces = range_pieces(text, begin, end);
  Set set;
  // `[!]`-like leftovers: once its ranges are gone, a lone `!` negates nothing and so matches any character.
  if (!pieces.front().empty() && pieces.front().front() == U'!') {
    set.negated = true;
    pieces.front().erase(0, 1);
  }
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    for (const char32_t c : pieces[k]) set.ranges.emplace_back(c, c);
    if (k > 0 && !pieces[k - 1].empty()) set.ranges.emplace_back(pieces[k - 1].back(), pieces[k].front());
  }
  sets_.push_back(std::move(set));
  return sets_.size() - 1;
}

void Glob::find_fixed_texts() {
  // Cut at every character that may be special: a `[` or `]` that stands for itself only makes the texts shorter.
  prefix_ = pattern_.substr(0, pattern_.find_first_of("*?["));
  suffix_ = pattern_.substr(pattern_.find_last_of("*?[]") + 1);
  std::string run;
  for (const Token& token : tokens_) {
    const bool plain = token.kind == Kind::kCharacter && token.character < 0x80;
    run = plain ? run + static_cast<char>(token.character) : std::string();
    if (run.size() > inside_.size()) inside_ = run;
  }
}

bool Glob::token_matches(const Token& token, char32_t c) const {
  switch (token.kind) {
    case Kind::kCharacter:
      return token.character == c;
    case Kind::kSet:
      return sets_[token.set].contains(c);
    case Kind::kAnyCharacter:
    case Kind::kAnyText:
      break;
  }
  return true;
}

bool Glob::matches(std::string_view text) const {
  if (literal_) return text == pattern_;
  if (!text.starts_with(prefix_) || !text.ends_with(suffix_)) return false;
  if (text.find(inside_) == std::string_view::npos) return false;
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t token = 0;
  std::size_t at = 0;
  std::size_t star = kNone;  // the last `*` seen, and how far the text was then
  std::size_t star_at = 0;
  while (at < text.size()) {
    if (token < tokens_.size() && tokens_[token].kind == Kind::kAnyText) {
      if (token + 1 == tokens_.size()) return true;
      star = token++;
      star_at = at;
      continue;
    }
    std::size_t after = at;
    const char32_t c = next_character(text, after);
    if (token < tokens_.size() && token_matches(tokens_[token], c)) {
      ++token;
      at = after;
    } else if (star != kNone) {
      token = star + 1;
      next_character(text, star_at);
      at = star_at;
    } else {
      return false;
    }
  }
  while (token < tokens_.size() && tokens_[token].kind == Kind::kAnyText) ++token;
  return token == tokens_.size();
}

}  // namespace plowline
