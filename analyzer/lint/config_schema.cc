#include "lint/config_schema.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>
#include <type_traits>

#include "diagnostic/json_output.h"
#include "lint/config.h"
#include "lint/config_rules.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

Json described(std::string_view description, Json schema) {
  Json out = {{"description", description}};
  out.update(schema);
  return out;
}

Json ref(std::string_view name) {
  return {{"$ref", fmt::format("#/$defs/{}", name)}};
}

Json path(std::string_view description) {
  return {{"description", description}, {"type", "string"}, {"minLength", 1}};
}

Json map_of(Json properties) {
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

// A text or a list of texts; `item` is the schema of one.
Json one_or_many(const Json& item) {
  return {{"anyOf", Json::array({item, {{"type", "array"}, {"items", item}}})}};
}

// A map from any name to `value`.
Json map_to(Json value) {
  return {{"type", "object"}, {"additionalProperties", std::move(value)}};
}

Json text_schema(const OptionSpec& option) {
  Json schema = {{"type", "string"}};
  if (!option.choices.empty()) schema["enum"] = option.choices;
  return schema;
}

Json type_schema(const OptionSpec& option) {
  return std::visit(
      [&]<typename T>(const T&) -> Json {
        if constexpr (std::is_same_v<T, bool>) return {{"type", "boolean"}};
        if constexpr (std::is_same_v<T, std::int64_t>) return {{"type", "integer"}, {"minimum", option.minimum}};
        if constexpr (std::is_same_v<T, double>) return {{"type", "number"}};
        if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, Pattern>) return text_schema(option);
        if constexpr (std::is_same_v<T, std::vector<std::string>>) return one_or_many(text_schema(option));
        if constexpr (std::is_same_v<T, TextMap>) return map_to({{"type", "string"}});
        if constexpr (std::is_same_v<T, NumberMap>) return map_to({{"type", "integer"}, {"minimum", option.minimum}});
        if constexpr (std::is_same_v<T, ListMap>) return map_to(one_or_many({{"type", "string"}}));
      },
      option.default_value);
}

Json option_schema(const OptionSpec& option) {
  const bool pattern = std::holds_alternative<Pattern>(option.default_value);
  Json schema =
      described(option.description + (pattern ? " A regular expression in RE2's syntax." : ""), type_schema(option));
  schema["default"] = Json::parse(default_as_json(option));
  return schema;
}

Json entry_keys(std::string_view severity) {
  return {{std::string(kSeverityKey), described(severity, ref("severity"))},
          {std::string(kWhereKey), ref("where")},
          {std::string(kExceptKey), ref("except")}};
}

// A severity alone, or a map.
Json entry(std::string_view description, Json properties) {
  return {{"description", description}, {"anyOf", Json::array({ref("severity"), map_of(std::move(properties))})}};
}

// An entry of the rule as a map, which stands in $defs: it is referred to twice.
std::string entry_name(const RuleInfo& rule) {
  return "entry-of-" + rule.name;
}

Json rule_entry(const Rule& rule) {
  Json properties = entry_keys(fmt::format("How severe a finding is; by itself {}.", to_string(rule.info().severity)));
  for (const OptionSpec& option : rule.options()) properties[option.name] = option_schema(option);
  return map_of(std::move(properties));
}

// A severity alone, an entry, or a list of entries.
Json rule_schema(const RuleInfo& rule) {
  const Json one = {{"$ref", "#/$defs/" + entry_name(rule)}};
  const Json list = {{"type", "array"}, {"items", one}, {"minItems", 1}};
  return {{"description", fmt::format("{}.\n\n{}", rule.summary, rule.what)},
          {"anyOf", Json::array({ref("severity"), one, list})}};
}

Json subject_schema(std::string_view subject) {
  return entry(
      fmt::format("Every rule about {}. error, warn: the severity of those that run; on: all of them run; off: "
                  "none runs, but those with an entry of their own.",
                  subject),
      entry_keys("How severe a finding is; on: all of these rules run."));
}

Json rules_schema(const RuleSet& rules) {
  Json properties = Json::object();
  for (const std::string_view subject : rules.subjects()) properties[std::string(subject)] = subject_schema(subject);
  for (const Rule* rule : rules.all()) properties[rule->info().name] = rule_schema(rule->info());
  Json schema = map_of(std::move(properties));
  schema["type"] = {"object", "null"};
  return schema;
}

Json presets_schema() {
  Json one = Json::array();
  for (const std::string_view name : preset_names()) {
    one.push_back({{"const", name}, {"description", preset_description(name)}});
  }
  const Json list = {{"type", "array"}, {"items", {{"oneOf", one}}}};
  const Json none = {{"const", "none"}, {"description", "no rule but those with an entry"}};
  Json alone = one;
  alone.push_back(none);
  return {{"anyOf", Json::array({{{"oneOf", std::move(alone)}}, list, {{"const", Json::array({"none"})}}})}};
}

Json projects_schema() {
  Json properties = {
      {"path", path("The folder with dbt_project.yml.")},
      {"manifest", path("The manifest.json, where it does not lie in the project's target folder.")},
      {"target_path",
       {{"description", "The folder with dbt's artifacts, relative to the project's folder."}, {"type", "string"}}},
      {"catalog", path("The catalog.json; without it, the one beside the manifest.")},
      {"state", path("A folder with an earlier manifest.json (and catalog.json), mostly production's.")},
      {"state_catalog", path("The earlier catalog.json; without it, the one in state.")},
      {"except", described("Nodes of this project that no rule looks at.", ref("selectors"))},
      {"rules", described("What differs from the common rules in this project.", ref("rules"))},
  };
  Json entry = map_of(std::move(properties));
  entry["anyOf"] = Json::array({{{"required", {"path"}}}, {{"required", {"manifest"}}}});
  const Json alone = {{"type", "string"}, {"minLength", 1}, {"description", "The folder with dbt_project.yml."}};
  return {{"type", {"array", "null"}}, {"items", {{"anyOf", Json::array({alone, std::move(entry)})}}}};
}

Json layers_schema() {
  const Json names = one_or_many({{"type", "string"}, {"minLength", 1}});
  return map_to(
      map_of({{"prefixes", described("What the names of its models begin with, to the first underscore.", names)},
              {"folders", described("Folders that its models lie in, at any depth.", names)}}));
}

Json properties() {
  return {
      {"presets", described("Which rules run at all. Without this: recommended, and snowplow where such a package is "
                            "installed.",
                            presets_schema())},
      {"lint_packages",
       {{"description", "Whether nodes of packages are looked at too: of all, of none, or of these packages."},
        {"anyOf", Json::array({{{"type", "boolean"}}, one_or_many({{"type", "string"}})})},
        {"default", false}}},
      {"max_warnings",
       {{"description", "End with status 1 where there are more warnings."}, {"type", "integer"}, {"minimum", 0}}},
      {"except", described("Nodes that no rule looks at, in dbt's selection language.", ref("selectors"))},
      {"baseline", path("The file with findings that are known and not reported, relative to this file.")},
      {"catalog", path("The catalog.json, relative to this file; without it, the one beside the manifest.")},
      {"state", path("A folder with an earlier manifest.json (and catalog.json), mostly production's; relative to this "
                     "file.")},
      {"state_catalog", path("The earlier catalog.json, relative to this file; without it, the one in state.")},
      {"layers", described("The layers of the project's models, by name; those written here stand in for the default "
                           "ones: base, staging, intermediate, marts, other.",
                           layers_schema())},
      {"sql_rules", described("Rules of one's own: .sql files, and folders of them, relative to this file.",
                              one_or_many({{"type", "string"}, {"minLength", 1}}))},
      {"rules", described("Rules and subjects by their names.", ref("rules"))},
      {"projects", described("The dbt projects of this repository, where it holds several. Paths are relative to this "
                             "file.",
                             projects_schema())},
  };
}

Json definitions(const RuleSet& rules) {
  Json levels = level_names();
  levels.push_back(true);
  levels.push_back(false);
  const Json selector = {{"type", "string"}, {"minLength", 1}};
  Json selectors = {{"anyOf", Json::array({selector, {{"type", "array"}, {"items", selector}, {"minItems", 1}}})}};
  Json all = {
      {"severity",
       {{"description",
         "error: findings end the run with status 1; warn: they do not; on, true: the rule's own severity; off, false: "
         "not run."},
        {"enum", std::move(levels)}}},
      {"selectors", std::move(selectors)},
      {"where",
       described("Only these nodes, in dbt's selection language; several texts add up, as several --select do.",
                 ref("selectors"))},
      {"except", described("Not these nodes, in dbt's selection language.", ref("selectors"))},
      {"rules", rules_schema(rules)},
  };
  for (const Rule* rule : rules.all()) all[entry_name(rule->info())] = rule_entry(*rule);
  return all;
}

}  // namespace

std::string default_as_json(const OptionSpec& option) {
  return std::visit(
             []<typename T>(const T& value) -> Json {
               if constexpr (std::is_same_v<T, Pattern>)
                 return Json(value.text());
               else
                 return Json(value);
             },
             option.default_value)
      .dump();
}

std::string config_schema(const RuleSet& rules) {
  Json schema = {
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"$id", "urn:plowline:schemas:plowline.schema.json"},
      {"title", "plowline.yml"},
      {"description", "The configuration of plowline lint. Made from the rules: do not edit, run `make rules-readme`."},
      {"type", {"object", "null"}},
      {"additionalProperties", false},
      {"properties", properties()},
      {"$defs", definitions(rules)},
      // Where there are several projects, each has its own.
      {"if", {{"required", {"projects"}}, {"properties", {{"projects", {{"type", "array"}, {"minItems", 1}}}}}}},
      {"then", {{"properties", {{"catalog", false}, {"state", false}, {"state_catalog", false}}}}},
  };
  return document_text(schema);
}

std::string config_schema_url() {
  constexpr std::string_view kBase = PLOWLINE_DOCS_URL;
  return kBase.empty() ? std::string() : std::string(kBase) + "schemas/plowline.schema.json";
}

}  // namespace plowline
