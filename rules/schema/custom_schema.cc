#include "rules/schema/custom_schema.h"

#include "artifact/json.h"

namespace plowline {

bool schema_is_written(const LintProject& project, NodeId id) {
  const auto written = check(project.node(id).unrendered_config);
  if (written && written->get("schema")) return true;
  return config_entry(project.sql(id), "schema").has_value();
}

std::string_view folder_of(const NodeRecord& node) {
  const std::string_view path = node.original_file_path;
  const std::size_t end = path.find_last_of("/\\");
  return end == std::string_view::npos ? std::string_view() : path.substr(0, end);
}

}  // namespace plowline
