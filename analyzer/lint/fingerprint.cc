#include "lint/fingerprint.h"

#include <array>
#include <fmt/format.h>
#include <openssl/evp.h>

namespace plowline {
namespace {

std::string_view about(const LintProject& project, const Violation& violation) {
  if (violation.node) return project.node(*violation.node).unique_id;
  if (violation.macro != nullptr) return violation.macro->unique_id;
  return project.project().root_package();
}

std::string_view key_of(const Violation& violation) {
  if (!violation.key.empty()) return violation.key;
  return violation.column.empty() ? violation.at.key : violation.column;
}

}  // namespace

// OpenSSL looks the method up by name each time that it is not given one that was fetched: longer than these digests
// take.
struct Digester::State {
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> method{EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Digester::Digester() : state_(std::make_unique<State>()) {}
Digester::~Digester() = default;
Digester::Digester(Digester&&) noexcept = default;
Digester& Digester::operator=(Digester&&) noexcept = default;

std::string Digester::operator()(std::initializer_list<std::string_view> parts) {
  EVP_MD_CTX* context = state_->context.get();
  EVP_DigestInit_ex2(context, state_->method.get(), nullptr);
  bool is_first = true;
  for (const std::string_view part : parts) {
    if (!is_first) EVP_DigestUpdate(context, "", 1);
    EVP_DigestUpdate(context, part.data(), part.size());
    is_first = false;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  EVP_DigestFinal_ex(context, bytes.data(), nullptr);
  constexpr std::size_t kBytes = 16;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(2 * kBytes, '0');
  for (std::size_t i = 0; i < kBytes; ++i) {
    out[2 * i] = kDigits[bytes[i] >> 4];
    out[2 * i + 1] = kDigits[bytes[i] & 0xF];
  }
  return out;
}

std::string Fingerprints::of(std::string_view rule, const Violation& violation) {
  return digest_({rule, about(project_, violation), key_of(violation)});
}

std::string Fingerprints::by_content(std::string_view rule, const Violation& violation) {
  if (!violation.node) return {};
  const Checksum& checksum = project_.node(*violation.node).checksum;
  // (`path`: dbt stores a big seed's path instead of a checksum.)
  if (checksum.name != "sha256" || checksum.checksum.empty()) return {};
  return digest_({rule, checksum.checksum, key_of(violation)});
}

std::string repeated_fingerprint(std::string_view first, std::size_t times) {
  return Digester()({fmt::format("{}#{}", first, times)});
}

}  // namespace plowline
