// What a quick look at a model's code says, so that rules about code read only the few models that need it.
//
// The look does not tell Jinja, comments and strings from SQL: it may say of a text that something could be in it that
// is not, never the other way round (but for a comment or Jinja in the middle of a dotted name).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lint/lazy_nodes.h"
#include "lint/lint_project.h"

namespace plowline {

struct CodeSurvey {
  std::uint32_t lines = 0;  // as an editor shows them; a line end at the very end begins no line
  std::uint32_t ctes = 0;   // no more of them than these: `as (`
  bool join = false;
  bool star = false;
  bool semicolon = false;
  bool config = false;          // the word
  bool is_incremental = false;  // the word
  bool relation = false;        // behind `from` and the like stands more than `{{ ref('x') }}` or `name`
  bool list = false;            // relations with a comma between them, or brackets
};

// `json` is a string as the manifest has it, with its quotes and escapes. One pass; memory for the open brackets only.
CodeSurvey survey_of(std::string_view json);

// That of each SQL model, by node. An index: a model is looked at when it is first asked for.
class CodeSurveys {
 public:
  explicit CodeSurveys(const LintProject& project) : project_(project), surveys_(project.project().size()) {}
  // Of what is no model, or no SQL: an empty one.
  const CodeSurvey& of(NodeId id) const;

 private:
  const LintProject& project_;
  mutable LazyNodes<CodeSurvey> surveys_;
};

// An enabled model whose code is SQL.
bool is_sql_model(const LintProject& project, NodeId id);

}  // namespace plowline
