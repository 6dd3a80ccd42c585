#include "rules/snowplow/package_reads.h"

#include <algorithm>

#include "rules/snowplow/reference.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

using Part = SqlText::Part;

bool reads_rows(const Part& part) {
  return part.kind == SqlText::PartKind::kJinjaExpression && part.within != SqlText::PartKind::kSqlComment;
}

std::optional<NodeId> parent_named(const LintProject& project, NodeId reader, const SqlText::Call& call) {
  const SqlText::Argument* name = named_node(call);
  if (name == nullptr || !name->literal) return std::nullopt;
  for (const NodeId parent : project.project().parents(reader)) {
    if (project.node(parent).name == *name->literal && project.node(parent).resource_type != ResourceType::kSource)
      return parent;
  }
  return std::nullopt;
}

}  // namespace

bool begins_with_call(std::string_view expression, std::string_view name) {
  const std::size_t start = expression.find_first_not_of("{-+ \t\r\n");
  if (start == std::string_view::npos || !expression.substr(start).starts_with(name)) return false;
  const std::size_t bracket = expression.find_first_not_of(" \t\r\n", start + name.size());
  return bracket != std::string_view::npos && expression[bracket] == '(';
}

std::size_t count_relations(const SqlText& sql) {
  return static_cast<std::size_t>(std::ranges::count_if(sql.parts(), [&](const Part& part) {
    const std::string_view text = sql.text_of(part);
    return reads_rows(part) && (begins_with_call(text, "ref") || begins_with_call(text, "source"));
  }));
}

std::vector<PackageRead> package_reads(const LintProject& project, NodeId reader) {
  std::vector<PackageRead> reads;
  if (std::ranges::none_of(project.project().parents(reader),
                           [&](NodeId parent) { return is_package_node(project, parent); })) {
    return reads;
  }
  const SqlText& sql = project.sql(reader);
  const std::vector<SqlText::Call> calls = sql.calls("ref");
  for (const Part& part : sql.parts()) {
    if (!reads_rows(part) || !begins_with_call(sql.text_of(part), "ref")) continue;
    const auto call = std::ranges::find_if(calls, [&](const SqlText::Call& candidate) {
      return candidate.offset >= part.offset && candidate.offset < part.offset + part.length;
    });
    if (call == calls.end()) continue;
    const std::optional<NodeId> table = parent_named(project, reader, *call);
    if (!table || !project.project().enabled(*table)) continue;
    if (const SnowplowPackage* package = project.snowplow().owning(project.project(), *table))
      reads.push_back({*table, package, part.offset, part.length});
  }
  return reads;
}

std::vector<NodeId> own_models_below_packages(const LintProject& project, const RuleScope& scope) {
  std::vector<NodeId> models;
  scope.for_each(ResourceType::kModel, [&](NodeId model) {
    if (!project.project().enabled(model) || is_package_node(project, model)) return;
    if (std::ranges::any_of(project.project().parents(model),
                            [&](NodeId parent) { return is_package_node(project, parent); })) {
      models.push_back(model);
    }
  });
  return models;
}

}  // namespace plowline
