#include "project/file_checksum.h"

#include <algorithm>
#include <array>
#include <openssl/evp.h>

namespace plowline {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string with_line_ends(std::string_view text, std::string_view line_end) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (text[i] == '\r' || text[i] == '\n') {
      out += line_end;
    } else {
      out += text[i];
    }
  }
  return out;
}

// What dbt may have hashed of a file's text.
using HashedText = std::string (*)(std::string_view text);
constexpr std::array<HashedText, 7> kHashedTexts = {
    [](std::string_view text) { return std::string(stripped(text)); },
    [](std::string_view text) { return with_single_blanks(text); },
    [](std::string_view text) { return std::string(text); },
    [](std::string_view text) { return with_line_ends(stripped(text), "\n"); },
    [](std::string_view text) { return with_line_ends(stripped(text), "\r\n"); },
    [](std::string_view text) { return with_line_ends(text, "\n"); },
    [](std::string_view text) { return with_line_ends(text, "\r\n"); },
};

}  // namespace

// The length of the blank that `text` begins with, as Python's str.strip() and str.split() see it; 0: none.
std::size_t blank_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned int lead = byte(0);
  if (lead < 0x80) return !text.empty() && ((lead >= 9 && lead <= 13) || (lead >= 28 && lead <= 32)) ? 1 : 0;
  if (lead == 0xC2) return byte(1) == 0x85 || byte(1) == 0xA0 ? 2 : 0;
  const unsigned int rest = (byte(1) << 8) | byte(2);
  if (lead == 0xE1) return rest == 0x9A80 ? 3 : 0;
  if (lead == 0xE3) return rest == 0x8080 ? 3 : 0;
  if (lead != 0xE2) return 0;
  return (rest >= 0x8080 && rest <= 0x808A) || rest == 0x80A8 || rest == 0x80A9 || rest == 0x80AF || rest == 0x819F ? 3
                                                                                                                    : 0;
}

std::string_view stripped(std::string_view text) {
  while (const std::size_t length = blank_length(text)) text.remove_prefix(length);
  const auto ends_in_blank = [&](std::size_t length) {
    return text.size() >= length && blank_length(text.substr(text.size() - length)) == length;
  };
  while (true) {
    std::size_t length = 1;
    while (length <= 3 && !ends_in_blank(length)) ++length;
    if (length > 3) return text;
    text.remove_suffix(length);
  }
}

std::string with_single_blanks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  text = stripped(text);
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = blank_length(text.substr(i));
    if (length == 0) {
      out += text[i++];
      continue;
    }
    out += ' ';
    for (; length != 0; length = blank_length(text.substr(i))) i += length;
  }
  return out;
}

class ChecksumMatcher::Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new()) {}

  // In lower-case hexadecimal digits; empty where the library refuses.
  std::string_view of(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1 ||
        EVP_DigestUpdate(context_.get(), text.data(), text.size()) != 1 ||
        EVP_DigestFinal_ex(context_.get(), digest.data(), &length) != 1) {
      return {};
    }
    hexadecimal_.clear();
    for (unsigned int i = 0; i < length; ++i) {
      hexadecimal_ += kDigits[digest[i] >> 4];
      hexadecimal_ += kDigits[digest[i] & 15];
    }
    return hexadecimal_;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
  std::string hexadecimal_;
};

ChecksumMatcher::ChecksumMatcher() : sha256_(std::make_unique<Sha256>()) {}
ChecksumMatcher::~ChecksumMatcher() = default;

bool ChecksumMatcher::matches(std::string_view text, std::span<const std::string_view> checksums) {
  const auto fits = [&](std::string_view hashed) {
    return std::ranges::find(checksums, sha256_->of(hashed)) != checksums.end();
  };
  // One dbt version wrote all checksums of a manifest: the rule that fitted last is tried first.
  for (std::size_t i = 0; i < kHashedTexts.size(); ++i) {
    const std::size_t rule = (rule_ + i) % kHashedTexts.size();
    if (!fits(kHashedTexts[rule](text))) continue;
    rule_ = rule;
    return true;
  }
  const std::string marked = std::string(kByteOrderMark).append(text);
  return std::ranges::any_of(kHashedTexts, [&](HashedText rule) { return fits(rule(marked)); });
}

}  // namespace plowline
