#include <array>
#include <fmt/format.h>
#include <openssl/evp.h>

#include "lint/engine.h"

namespace plowline {
namespace {

// 128 bits of SHA-256: two findings of one fingerprint are the same mistake.
std::string digest(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_sha256(), nullptr);
  constexpr std::size_t kBytes = 16;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(2 * kBytes, '0');
  for (std::size_t i = 0; i < kBytes; ++i) {
    out[2 * i] = kDigits[bytes[i] >> 4];
    out[2 * i + 1] = kDigits[bytes[i] & 0xF];
  }
  return out;
}

std::string_view about(const LintProject& project, const Violation& violation) {
  if (violation.node) return project.node(*violation.node).unique_id;
  if (violation.macro != nullptr) return violation.macro->unique_id;
  return project.project().root_package();
}

const std::string& key_of(const Violation& violation) {
  if (!violation.key.empty()) return violation.key;
  return violation.column.empty() ? violation.at.key : violation.column;
}

std::string digest_of(std::string_view rule, std::string_view whom, std::string_view key) {
  std::string text(rule);
  text += '\0';
  text += whom;
  text += '\0';
  text += key;
  return digest(text);
}

}  // namespace

std::string fingerprint_of(const LintProject& project, std::string_view rule, const Violation& violation) {
  return digest_of(rule, about(project, violation), key_of(violation));
}

std::string content_fingerprint_of(const LintProject& project, std::string_view rule, const Violation& violation) {
  if (!violation.node) return {};
  const Checksum& checksum = project.node(*violation.node).checksum;
  // (`path`: dbt stores a big seed's path instead of a checksum.)
  if (checksum.name != "sha256" || checksum.checksum.empty()) return {};
  return digest_of(rule, checksum.checksum, key_of(violation));
}

std::string repeated_fingerprint(std::string_view first, std::size_t times) {
  return digest(fmt::format("{}#{}", first, times));
}

}  // namespace plowline
