#include "lint/fingerprint.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <initializer_list>
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
// take. So does each piece of text that it is handed.
class Fingerprints::Digest {
 public:
  Digest() { EVP_DigestInit_ex2(context_.get(), method_.get(), nullptr); }

  // Of the parts with a NUL between each two.
  Fingerprint of(std::initializer_list<std::string_view> parts);

 private:
  std::string text_;
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> method_{EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Fingerprint Fingerprints::Digest::of(std::initializer_list<std::string_view> parts) {
  text_.clear();
  for (const std::string_view part : parts) text_.append(part).push_back('\0');
  text_.pop_back();
  EVP_MD_CTX* context = context_.get();
  EVP_DigestInit_ex2(context, nullptr, nullptr);  // (the method that it has)
  EVP_DigestUpdate(context, text_.data(), text_.size());
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  EVP_DigestFinal_ex(context, bytes.data(), nullptr);
  Fingerprint out;
  std::copy_n(bytes.begin(), out.bytes.size(), out.bytes.begin());
  return out;
}

Fingerprints::Fingerprints(const LintProject& project) : project_(project), digest_(std::make_unique<Digest>()) {}
Fingerprints::~Fingerprints() = default;

Fingerprint Fingerprints::of(std::string_view rule, const Violation& violation) {
  return digest_->of({rule, about(project_, violation), key_of(violation)});
}

Fingerprint Fingerprints::by_content(std::string_view rule, const Violation& violation) {
  if (!violation.node) return {};
  const Checksum& checksum = project_.node(*violation.node).checksum;
  // (`path`: dbt stores a big seed's path instead of a checksum.)
  if (checksum.name != "sha256" || checksum.checksum.empty()) return {};
  return digest_->of({rule, checksum.checksum, key_of(violation)});
}

Fingerprint repeated_fingerprint(std::string_view first, std::size_t times) {
  return Fingerprints::Digest().of({fmt::format("{}#{}", first, times)});
}

}  // namespace plowline
