#include <nlohmann/json.hpp>
#include <string_view>
#include <type_traits>

#include "diagnostic/json_output.h"
#include "lint/config_schema.h"
#include "lint/other_linters.h"
#include "output/rule_pages.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

// For programs; type_of() is for people.
std::string_view kind_of(const OptionSpec& option) {
  return std::visit(
      []<typename T>(const T&) -> std::string_view {
        if constexpr (std::is_same_v<T, bool>) return "boolean";
        if constexpr (std::is_same_v<T, std::int64_t>) return "integer";
        if constexpr (std::is_same_v<T, double>) return "number";
        if constexpr (std::is_same_v<T, std::string>) return "text";
        if constexpr (std::is_same_v<T, std::vector<std::string>>) return "texts";
        if constexpr (std::is_same_v<T, TextMap> || std::is_same_v<T, NumberMap> || std::is_same_v<T, ListMap>)
          return "map";
        if constexpr (std::is_same_v<T, Pattern>) return "pattern";
      },
      option.default_value);
}

Json json_of(const OptionSpec& option) {
  Json out = {{"name", option.name},
              {"description", option.description},
              {"type", kind_of(option)},
              {"default", Json::parse(default_as_json(option))},
              {"choices", option.choices}};
  if (std::holds_alternative<std::int64_t>(option.default_value)) out["minimum"] = option.minimum;
  return out;
}

Json json_of(const Rule& rule) {
  const RuleInfo& info = rule.info();
  Json options = Json::array();
  for (const OptionSpec& option : rule.options()) options.push_back(json_of(option));
  Json others = Json::array();
  for (const RuleElsewhere& other : elsewhere(info.name)) {
    others.push_back({{"linter", other.linter}, {"name", other.name}});
  }
  return {{"name", info.name},
          {"subject", info.subject},
          {"summary", info.summary},
          {"what", info.what},
          {"why", info.why},
          {"example", info.example},
          {"use_instead", info.use_instead},
          {"basis", info.basis},
          {"elsewhere", std::move(others)},
          {"severity", to_string(info.severity)},
          {"presets", presets_of(info)},
          {"needs", needs_of(info)},
          {"fixes", info.fixes},
          {"options", std::move(options)},
          {"url", info.file.empty() ? rule_url(info.name) : std::string()}};
}

}  // namespace

std::string rules_json(const RuleList& rules) {
  Json list = Json::array();
  for (const Rule* rule : rules) list.push_back(json_of(*rule));
  return document_text({{"rules", std::move(list)}});
}

}  // namespace plowline
