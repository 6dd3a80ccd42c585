#include "source/version_range.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace plowline {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end == text.data()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// A run of digits or of other characters at the text's start; dots separate and are skipped.
std::string_view take_piece(std::string_view& text) {
  while (text.starts_with('.')) text.remove_prefix(1);
  std::size_t length = 0;
  while (length < text.size() && text[length] != '.' && is_digit(text[length]) == is_digit(text[0])) ++length;
  const std::string_view piece = text.substr(0, length);
  text.remove_prefix(length);
  return piece;
}

int sign(int value) {
  return value < 0 ? -1 : value > 0 ? 1 : 0;
}

int compare_pieces(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return static_cast<int>(!a.empty()) - static_cast<int>(!b.empty());
  const bool a_is_number = is_digit(a[0]);
  if (a_is_number != is_digit(b[0])) return a_is_number ? -1 : 1;
  if (!a_is_number) return sign(a.compare(b));
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return sign(a.compare(b));
}

int compare_prereleases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return static_cast<int>(a.empty()) - static_cast<int>(b.empty());  // a release is newer
  while (!a.empty() || !b.empty()) {
    if (const int order = compare_pieces(take_piece(a), take_piece(b)); order != 0) return order;
  }
  return 0;
}

int compare_numbers(std::uint32_t a, std::uint32_t b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
  Version version;
  text = without_blanks(text);
  for (std::uint32_t* number : {&version.major, &version.minor, &version.patch}) {
    if (number != &version.major) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto read = take_number(text);
    if (!read) return std::nullopt;
    *number = *read;
  }
  text = text.substr(0, text.find('+'));
  if (text.empty()) return version;
  const bool dash = text.starts_with('-');
  if (dash) text.remove_prefix(1);
  if (text.empty() || (!dash && !is_letter(text[0]))) return std::nullopt;
  const auto fits = [](char c) { return is_digit(c) || is_letter(c) || c == '.' || c == '-'; };
  if (!std::ranges::all_of(text, fits)) return std::nullopt;
  version.prerelease = text;
  return version;
}

std::string Version::text() const {
  return fmt::format("{}.{}.{}{}{}", major, minor, patch, prerelease.empty() ? "" : "-", prerelease);
}

int Version::compare(const Version& other) const {
  if (const int order = compare_numbers(major, other.major); order != 0) return order;
  if (const int order = compare_numbers(minor, other.minor); order != 0) return order;
  if (const int order = compare_numbers(patch, other.patch); order != 0) return order;
  return compare_prereleases(prerelease, other.prerelease);
}

VersionRange::VersionRange(std::optional<Version> from, std::optional<Version> below)
    : from_(std::move(from)), to_(std::move(below)) {}

std::optional<VersionRange> VersionRange::parse(std::span<const std::string> specifiers) {
  if (specifiers.empty()) return std::nullopt;
  VersionRange range;
  for (const std::string_view specifier : specifiers) {
    std::string_view text = without_blanks(specifier);
    const std::size_t length = std::min(text.find_first_not_of("<>="), text.size());
    const std::string_view op = text.substr(0, length);
    auto version = Version::parse(text.substr(length));
    if (!version) return std::nullopt;
    VersionRange one;
    if (op.empty() || op == "=") {
      one.from_ = one.to_ = std::move(version);
      one.to_included_ = true;
    } else if (op == ">=" || op == ">") {
      one.from_ = std::move(version);
      one.from_included_ = op == ">=";
    } else if (op == "<=" || op == "<") {
      one.to_ = std::move(version);
      one.to_included_ = op == "<=";
    } else {
      return std::nullopt;
    }
    range = range.intersected(one);
  }
  return range;
}

bool VersionRange::contains(const Version& version) const {
  if (from_) {
    const int order = version.compare(*from_);
    if (order < 0 || (order == 0 && !from_included_)) return false;
  }
  if (to_) {
    const int order = version.compare(*to_);
    if (order > 0 || (order == 0 && !to_included_)) return false;
  }
  return true;
}

VersionRange VersionRange::intersected(const VersionRange& other) const {
  VersionRange out = *this;
  if (other.from_) {
    const int order = out.from_ ? out.from_->compare(*other.from_) : -1;
    if (order < 0) {
      out.from_ = other.from_;
      out.from_included_ = other.from_included_;
    } else if (order == 0) {
      out.from_included_ = out.from_included_ && other.from_included_;
    }
  }
  if (other.to_) {
    const int order = out.to_ ? out.to_->compare(*other.to_) : 1;
    if (order > 0) {
      out.to_ = other.to_;
      out.to_included_ = other.to_included_;
    } else if (order == 0) {
      out.to_included_ = out.to_included_ && other.to_included_;
    }
  }
  return out;
}

bool VersionRange::empty() const {
  if (!from_ || !to_) return false;
  const int order = from_->compare(*to_);
  return order > 0 || (order == 0 && !(from_included_ && to_included_));
}

std::string VersionRange::text() const {
  if (from_ && to_ && *from_ == *to_ && from_included_ && to_included_) return "=" + from_->text();
  std::string text;
  if (from_) text = (from_included_ ? ">=" : ">") + from_->text();
  if (to_) text += (text.empty() ? "" : ",") + std::string(to_included_ ? "<=" : "<") + to_->text();
  return text;
}

}  // namespace plowline
