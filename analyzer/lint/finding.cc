#include "lint/finding.h"

namespace plowline {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kOff:
      return "off";
    case Severity::kWarn:
      return "warn";
    case Severity::kError:
      return "error";
  }
  return "off";
}

std::string Fingerprint::text() const {
  if (empty()) return {};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0xF];
  }
  return out;
}

}  // namespace plowline
