// The comments at the top of a user's own rule, which say what its query means:
//
//   -- name: mart-without-owner
//   -- severity: error
//   -- subject: ownership
//   -- summary: a mart that nobody owns
//   -- message: '{name} has no owner'
//   -- timeout: 5
//   -- docs: A mart is read by people who ask somebody when a number looks wrong.
//   --   Lines of docs that are indented go on with it.
//   select unique_id, name from nodes where …
//
// `name` is needed; `severity` is warn, and `subject` is `custom`, where nothing is said. A value may stand in quotes.
// The header ends with the first line that is no comment. A comment of another form than `-- word: …` is passed over.
// Docs may begin with `|` or `>`, as a text of several lines does in YAML.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "lint/finding.h"

namespace plowline {

struct SqlRuleHeader {
  std::string name;
  Severity severity = Severity::kWarn;
  std::string subject = "custom";
  std::string summary;
  std::string message;  // a template: see MessageTemplate; empty: the query has a column `message`
  std::string docs;
  std::chrono::milliseconds timeout{10'000};
};

// Errors (status 2) with line: no name, an unknown key (with the nearest one), a key twice, a value of the wrong form.
Result<SqlRuleHeader> read_sql_rule_header(std::string_view sql, const std::string& file);

// The name alone, where the header gives one that can be a rule's: whatever else may be wrong with it.
std::optional<std::string> name_in_header(std::string_view sql);

// `{name} has no owner`: text with columns of the row; `{{` and `}}` are braces.
class MessageTemplate {
 public:
  static Result<MessageTemplate> parse(std::string_view text);

  // The columns that it names, in its order.
  std::vector<std::string> columns() const;

  // With `value_of(column)` in the place of each column.
  template <typename ValueOf>
  std::string filled(ValueOf&& value_of) const {
    std::string out;
    for (const Part& part : parts_) out += part.is_column ? value_of(part.text) : part.text;
    return out;
  }

 private:
  struct Part {
    std::string text;
    bool is_column = false;
  };
  std::vector<Part> parts_;
};

}  // namespace plowline
