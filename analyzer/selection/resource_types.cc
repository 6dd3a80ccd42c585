#include "selection/resource_types.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "diagnostic/suggest.h"
#include "selection/expression.h"

namespace plowline {
namespace {

using enum ResourceType;

struct Command {
  std::string_view name;
  std::vector<ResourceType> types;
  bool keeps_empty_nodes = false;
  std::vector<ResourceType> more{};  // what `--resource-type all` adds
};

const std::vector<Command>& commands() {
  static const std::vector<ResourceType> listed{kModel,  kSnapshot,   kSeed,          kTest,     kSource,  kExposure,
                                                kMetric, kSavedQuery, kSemanticModel, kUnitTest, kFunction};
  static const std::vector<ResourceType> built{kModel,    kSnapshot,   kSeed,     kTest,
                                               kUnitTest, kSavedQuery, kExposure, kFunction};
  static const std::vector<ResourceType> compiled{kModel, kTest, kSnapshot, kAnalysis, kOperation, kSeed, kFunction};
  static const std::vector<Command> all{
      {"build", built},
      {"clone", {kModel, kSeed, kSnapshot}},
      {"compile", compiled},
      {"docs", compiled, true},
      {"docs generate", compiled, true},
      {"list", listed, true, {kAnalysis}},
      {"ls", listed, true, {kAnalysis}},
      {"retry", built},
      {"run", {kModel}},
      {"seed", {kSeed}},
      {"show", compiled},
      {"snapshot", {kSnapshot}},
      {"source", {kSource}},
      {"source freshness", {kSource}},
      {"test", {kTest, kUnitTest}},
  };
  return all;
}

Result<const Command*> find_command(std::string_view name) {
  const auto found = std::ranges::find(commands(), name, &Command::name);
  if (found != commands().end()) return &*found;
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  const std::optional<std::string> meant = nearest(name, names);
  return usage_error(
      fmt::format("'{}' is no dbt command that selects nodes", name),
      fmt::format("{}known: {}", meant ? fmt::format("did you mean '{}'? ", *meant) : "", fmt::join(names, ", ")));
}

// The words of --resource-type.
const std::vector<std::string>& option_words() {
  static const std::vector<std::string> words{"analysis", "exposure",    "function", "metric",
                                              "model",    "saved_query", "seed",     "semantic_model",
                                              "snapshot", "source",      "test",     "unit_test"};
  return words;
}

// The words of resource_type:, some of which name what never stands in the graph.
const std::vector<std::string>& method_words() {
  static const std::vector<std::string> words{"model",          "analysis",  "test",          "snapshot", "operation",
                                              "seed",           "rpc",       "sql_operation", "doc",      "source",
                                              "macro",          "exposure",  "metric",        "group",    "saved_query",
                                              "semantic_model", "unit_test", "fixture",       "function"};
  return words;
}

void set(ResourceTypes& types, std::span<const ResourceType> which, bool kept) {
  for (const ResourceType type : which) types.kept[static_cast<std::size_t>(type)] = kept;
}

Result<ResourceType> type_from(std::string_view word, std::string_view option, std::string_view also) {
  if (std::ranges::find(option_words(), word) != option_words().end()) return resource_type_from(word);
  const std::optional<std::string> meant = nearest(word, option_words());
  return usage_error(fmt::format("'{}' is not a valid resource type of {}", word, option),
                     fmt::format("{}valid: {}{}", meant ? fmt::format("did you mean '{}'? ", *meant) : "",
                                 fmt::join(option_words(), ", "), also));
}

std::vector<std::string_view> words_of(const std::vector<std::string>& entries) {
  std::vector<std::string_view> words;
  for (const std::string& entry : entries) {
    for (const std::string_view word : split(entry, ' ')) words.push_back(word);
  }
  return words;
}

Result<ResourceTypes> included_types(const SelectionRequest& request, const Command& command) {
  ResourceTypes types;
  types.keeps_empty_nodes = command.keeps_empty_nodes;
  if (request.resource_types.empty()) set(types, command.types, true);
  for (const std::string_view word : words_of(request.resource_types)) {
    if (word == "all" || word == "default") {
      set(types, command.types, true);
      if (word == "all") set(types, command.more, true);
      continue;
    }
    const Result<ResourceType> type = type_from(word, "--resource-type", ", all, default");
    if (!type) return std::unexpected(type.error());
    // Outside `dbt ls`, a kind that the command cannot work on stays out, without a word: as in dbt.
    const bool possible = command.keeps_empty_nodes || std::ranges::find(command.types, *type) != command.types.end();
    types.kept[static_cast<std::size_t>(*type)] = possible;
  }
  return types;
}

}  // namespace

Result<ResourceTypes> default_resource_types(std::string_view dbt_command) {
  SelectionRequest request;
  request.dbt_command = dbt_command;
  return resource_types_of(request);
}

Result<ResourceTypes> resource_types_of(const SelectionRequest& request) {
  const Result<const Command*> command = find_command(request.dbt_command);
  if (!command) return std::unexpected(command.error());
  if (!request.models.empty()) {
    if (!request.select.empty() || !request.resource_types.empty()) {
      return usage_error(
          fmt::format("--models and {} exclude each other", request.select.empty() ? "--resource-type" : "--select"),
          "--models x is --select x --resource-type model");
    }
    ResourceTypes models;
    models.keeps_empty_nodes = (*command)->keeps_empty_nodes;
    set(models, std::array{kModel}, true);
    return models;
  }
  Result<ResourceTypes> types = included_types(request, **command);
  if (!types) return types;
  for (const std::string_view word : words_of(request.exclude_resource_types)) {
    const Result<ResourceType> type = type_from(word, "--exclude-resource-type", "");
    if (!type) return std::unexpected(type.error());
    types->kept[static_cast<std::size_t>(*type)] = false;
  }
  return types;
}

Result<void> check_resource_type(std::string_view word) {
  if (std::ranges::find(method_words(), word) != method_words().end()) return {};
  const std::optional<std::string> meant = nearest(word, method_words());
  return usage_error(fmt::format("Invalid resource_type selector \"{}\"", word),
                     fmt::format("{}valid: {}", meant ? fmt::format("did you mean '{}'? ", *meant) : "",
                                 fmt::join(method_words(), ", ")));
}

}  // namespace plowline
