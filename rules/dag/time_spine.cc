#include "rules/dag/time_spine.h"

#include "lint/record_member.h"

namespace plowline {
namespace {

// Reading all of a record takes too long where every model is asked about, and dbt writes `"time_spine": null` near its
// end.
bool may_have_time_spine(std::string_view record) {
  static constexpr std::string_view kKey = "\"time_spine\"";
  const std::size_t at = record.rfind(kKey);
  if (at == std::string_view::npos) return false;
  const std::string_view value = record.substr(at + kKey.size());
  const std::size_t begin = value.find_first_not_of(" \t\r\n:");
  return begin == std::string_view::npos || !value.substr(begin).starts_with("null");
}

}  // namespace

bool is_time_spine(const LintProject& project, NodeId id) {
  static const RecordMember kTimeSpine("time_spine");
  const NodeRecord& node = project.node(id);
  if (node.name == "metricflow_time_spine") return true;
  return may_have_time_spine(node.whole.bytes) && !kTimeSpine.of(project, id).empty();
}

}  // namespace plowline
