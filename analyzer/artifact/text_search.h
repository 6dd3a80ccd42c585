// Looking for a word in a long text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace plowline {

namespace text_search_detail {

// How often a byte stands in manifests, SQL and YAML, roughly: the later it stands here, the rarer. What is not here is
// rarer still.
inline constexpr std::string_view kFrequent = "\" e_tsanorildcm,:upf.gh{}v[]'b()-0y1/2wk63549876x\n\\qzjTESAICRNOLD";

constexpr std::size_t rarest_byte_of(std::string_view word) {
  std::size_t best = 0;
  std::size_t best_rank = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const std::size_t rank = std::min(kFrequent.find(word[i]), kFrequent.size());
    if (rank > best_rank) {
      best = i;
      best_rank = rank;
    }
  }
  return best;
}

}  // namespace text_search_detail

// Where `word` stands in `text`, from `from` on; npos where it does not. Halts at each byte that is the word's rarest
// one, several times as fast as the C library's search, and leaves the rest to that where such bytes are many.
inline std::size_t find_text(std::string_view text, std::string_view word, std::size_t from = 0) {
  if (from > text.size() || word.size() > text.size() - from) return std::string_view::npos;
  if (word.empty()) return from;
  const std::size_t rare = text_search_detail::rarest_byte_of(word);
  // Bytes to look at for each halt: as much as a halt costs.
  constexpr std::size_t kWorth = 16;
  const std::size_t first = from + rare;
  const std::size_t end = text.size() - (word.size() - 1 - rare);
  std::size_t halts = 0;
  for (std::size_t at = first; at < end; ++at) {
    const void* found = std::memchr(text.data() + at, word[rare], end - at);
    if (found == nullptr) return std::string_view::npos;
    at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    if (std::memcmp(text.data() + at - rare, word.data(), word.size()) == 0) return at - rare;
    if (++halts * kWorth > at - first + 64 * kWorth) {
      const std::size_t next = at + 1 - rare;
      const void* rest = memmem(text.data() + next, text.size() - next, word.data(), word.size());
      if (rest == nullptr) return std::string_view::npos;
      return static_cast<std::size_t>(static_cast<const char*>(rest) - text.data());
    }
  }
  return std::string_view::npos;
}

// Whether `word` stands in `text`.
inline bool has_text(std::string_view text, std::string_view word) {
  return find_text(text, word) != std::string_view::npos;
}

}  // namespace plowline
