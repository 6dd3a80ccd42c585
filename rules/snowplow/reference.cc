#include "rules/snowplow/reference.h"

#include <optional>
#include <utility>

#include "graph/walk.h"

namespace plowline {
namespace {

// The whole `{{ … }}` around a call; the call alone where it stands in a statement.
Anchor anchor_of(const SqlText& sql, const SqlText::Call& call) {
  for (const SqlText::Part& part : sql.parts()) {
    if (part.kind == SqlText::PartKind::kJinjaExpression && part.offset <= call.offset &&
        call.offset < part.offset + part.length) {
      return Anchor::code(part.offset, part.length);
    }
  }
  return Anchor::code(call.offset, call.length);
}

std::optional<Anchor> find_reference(const LintProject& project, NodeId reader, NodeId target) {
  const NodeRecord& node = project.node(target);
  const SqlText& sql = project.sql(reader);
  std::optional<SqlText::Call> found;
  for (SqlText::Call& call : sql.calls(node.resource_type == ResourceType::kSource ? "source" : "ref")) {
    const SqlText::Argument* name = named_node(call);
    if (name == nullptr || name->literal != node.name) continue;
    if (!found || (found->in_sql_comment && !call.in_sql_comment)) found = std::move(call);
  }
  return found ? std::optional(anchor_of(sql, *found)) : std::nullopt;
}

bool is_downstream(const LintProject& project, NodeId node, NodeId target) {
  NodeSet start(project.project().size());
  start.insert(node);
  return ancestors(project.project(), start).contains(target);
}

}  // namespace

const SqlText::Argument* named_node(const SqlText::Call& call) {
  const SqlText::Argument* last = nullptr;
  for (const SqlText::Argument& argument : call.arguments) {
    if (argument.name.empty()) last = &argument;
  }
  return last;
}

Anchor place_of_reference(const LintProject& project, NodeId reader, NodeId target) {
  if (std::optional<Anchor> found = find_reference(project, reader, target)) return *std::move(found);
  for (const NodeId parent : project.project().parents(reader)) {
    if (project.config(parent).materialized != "ephemeral" || !is_downstream(project, parent, target)) continue;
    if (std::optional<Anchor> found = find_reference(project, reader, parent)) return *std::move(found);
  }
  return {};
}

}  // namespace plowline
