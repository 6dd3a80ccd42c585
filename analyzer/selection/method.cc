#include "selection/method.h"

#include <array>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace plowline {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 22> kMethods{{
    {"access", select_by_access},
    {"config", select_by_config},
    {"exposure", select_by_exposure},
    {"file", select_by_file},
    {"fqn", select_by_fqn},
    {"group", select_by_group},
    {"metric", select_by_metric},
    {"package", select_by_package},
    {"path", select_by_path},
    {"resource_type", select_by_resource_type},
    {"result", select_by_result},
    {"saved_query", select_by_saved_query},
    {"selector", select_by_selector},
    {"semantic_model", select_by_semantic_model},
    {"source", select_by_source},
    {"source_status", select_by_source_status},
    {"state", select_by_state},
    {"tag", select_by_tag},
    {"test_name", select_by_test_name},
    {"test_type", select_by_test_type},
    {"unit_test", select_by_unit_test},
    {"version", select_by_version},
}};

}  // namespace

Method find_method(std::string_view name) {
  for (const auto& [known, method] : kMethods) {
    if (known == name) return method;
  }
  return nullptr;
}

const std::vector<std::string>& method_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, method] : kMethods) all.emplace_back(name);
    return all;
  }();
  return names;
}

Result<NodeSet> select_by_package_and_name(MethodContext& context, const Criterion& criterion, ResourceType type) {
  const std::string_view value = criterion.value.text;
  const std::size_t dot = value.find('.');
  if (dot != std::string_view::npos && value.find('.', dot + 1) != std::string_view::npos) {
    return usage_error(fmt::format("Invalid {} selector value \"{}\"", criterion.method, value),
                       fmt::format("write {0}:name or {0}:package.name", criterion.method));
  }
  const std::string_view name = dot == std::string_view::npos ? value : value.substr(dot + 1);
  NodeSet found = context.none();
  context.index.names().collect(Glob(name), found);
  found &= context.index.of_type(type);
  if (dot != std::string_view::npos) {
    NodeSet in_package = context.none();
    context.index.packages().collect(Glob(value.substr(0, dot)), in_package);
    found &= in_package;
  }
  return found;
}

}  // namespace plowline
