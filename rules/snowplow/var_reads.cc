#include "rules/snowplow/var_reads.h"

#include "rules/snowplow/package_vars.h"

namespace plowline {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.-") == std::string_view::npos;
}

void read_default(const SqlText::Call& call, VarRead& read) {
  const SqlText::Argument* argument = call.keyword("default");
  if (argument == nullptr && call.arguments.size() > 1 && call.arguments[1].name.empty()) argument = &call.arguments[1];
  if (argument == nullptr) return;
  read.has_default = true;
  if (argument->literal) {
    read.default_value = argument->literal;
  } else if (is_number(argument->text)) {
    read.default_value = std::string(argument->text);
  }
}

}  // namespace

std::vector<VarRead> own_var_reads(const LintProject& project, const RuleScope& scope) {
  std::vector<VarRead> reads;
  scope.nodes().for_each([&](NodeId id) {
    if (!project.is_own(id) || !project.project().enabled(id)) return;
    if (find_var_prefix(project.node(id).raw_code.bytes) == std::string_view::npos) return;
    for (const SqlText::Call& call : project.sql(id).calls("var")) {
      if (call.name != "var" || call.arguments.empty()) continue;
      const std::optional<std::string>& name = call.arguments[0].literal;
      if (!name || !name->starts_with(kVarPrefix)) continue;
      VarRead read{.node = id, .name = *name, .offset = call.offset, .length = call.length};
      read_default(call, read);
      reads.push_back(std::move(read));
    }
  });
  return reads;
}

}  // namespace plowline
