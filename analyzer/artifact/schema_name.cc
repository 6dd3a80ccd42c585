#include "artifact/schema_name.h"

#include <charconv>
#include <limits>
#include <system_error>

#include "diagnostic/error.h"

namespace plowline {

SchemaName schema_name_from(std::string_view url) {
  constexpr std::string_view kBase = "/dbt/";
  SchemaName name;
  const std::size_t base = url.find(kBase);
  if (base == std::string_view::npos) return name;
  url.remove_prefix(base + kBase.size());
  const std::size_t slash = url.find("/v");
  name.artifact = url.substr(0, slash);
  if (slash != std::string_view::npos) {
    const std::string_view digits = url.substr(slash + 2);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), name.version);
    if (parsed.ec == std::errc::result_out_of_range) name.version = std::numeric_limits<int>::max();
  }
  return name;
}

std::string artifact_file_name(std::string_view schema_artifact) {
  if (schema_artifact == "run-results") return "run_results.json";
  return printable(schema_artifact) + ".json";
}

}  // namespace plowline
