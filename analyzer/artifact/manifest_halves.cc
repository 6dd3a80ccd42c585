#include "artifact/manifest_halves.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "artifact/json_syntax.h"

namespace plowline {
namespace {

constexpr std::string_view kClosing = "}}";
constexpr std::string_view kOpening = "{\"nodes\":{";
static_assert(kOpening.size() == ManifestHalves::kBetweenPrefix);
// How far from the middle a seam is looked for; records are some kilobytes long.
constexpr std::size_t kFarthest = std::size_t{4} << 20;

// Between two records: the comma, and the quote that opens the next one's key.
struct Seam {
  std::size_t comma;
  std::size_t quote;
};

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

bool has(std::string_view text, std::size_t at, char c) {
  return at < text.size() && text[at] == c;
}

bool is_node_id(std::string_view key) {
  constexpr std::array<std::string_view, 6> kTypes{"model.", "test.", "seed.", "snapshot.", "analysis.", "operation."};
  return std::ranges::any_of(kTypes, [&](std::string_view type) { return key.starts_with(type); }) &&
         key.find('\\') == std::string_view::npos;
}

// The first place from `from` on that looks like `}, "model.a": {`.
std::optional<Seam> find_seam(std::string_view text, std::size_t from) {
  const std::size_t end = std::min(text.size(), from + kFarthest);
  for (std::size_t at = text.find('}', from); at < end; at = text.find('}', at + 1)) {
    const std::size_t comma = skip_blanks(text, at + 1);
    const std::size_t quote = skip_blanks(text, comma + 1);
    if (!has(text, comma, ',') || !has(text, quote, '"')) continue;
    const std::size_t key_end = text.find('"', quote + 1);
    if (key_end == std::string_view::npos || !is_node_id(text.substr(quote + 1, key_end - quote - 1))) continue;
    const std::size_t colon = skip_blanks(text, key_end + 1);
    if (has(text, colon, ':') && has(text, skip_blanks(text, colon + 1), '{')) return Seam{comma, quote};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ManifestHalves> ManifestHalves::split(FileBytes& file, std::size_t shortest) {
  const std::string_view text = file.text();
  if (text.size() < shortest) return std::nullopt;
  const auto before = find_seam(text, text.size() / 2);
  const auto behind = before ? find_seam(text, before->quote + 1) : std::nullopt;
  if (!behind || behind->quote - before->quote < kClosing.size() + kOpening.size()) return std::nullopt;

  const std::string_view record = text.substr(before->quote, behind->comma - before->quote);
  std::string between(kOpening);
  between.append(record).append(kClosing);
  ManifestHalves halves(FileBytes::copy_of(between, file.name()));
  halves.between_start_ = before->quote;
  halves.closed_at_ = before->comma;
  halves.opened_at_ = behind->quote - kOpening.size();
  char* const bytes = file.writable().data();
  std::memcpy(halves.closed_.data(), bytes + halves.closed_at_, kClosing.size());
  std::memcpy(halves.opened_.data(), bytes + halves.opened_at_, kOpening.size());
  std::memcpy(bytes + halves.closed_at_, kClosing.data(), kClosing.size());
  std::memcpy(bytes + halves.opened_at_, kOpening.data(), kOpening.size());
  halves.first_ = text.substr(0, halves.closed_at_ + kClosing.size());
  halves.second_ = text.substr(halves.opened_at_);
  return halves;
}

void ManifestHalves::undo(FileBytes& file) const {
  char* const bytes = file.writable().data();
  std::memcpy(bytes + opened_at_, opened_.data(), opened_.size());
  std::memcpy(bytes + closed_at_, closed_.data(), closed_.size());
}

}  // namespace plowline
