#include "query/sql_rule.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include "artifact/file.h"
#include "query/query.h"
#include "query/query_error.h"
#include "query/sql_rule_header.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUniqueId = "unique_id";
constexpr std::string_view kColumnName = "column_name";
constexpr std::string_view kMessage = "message";
constexpr std::string_view kLine = "line";
constexpr std::size_t kMostRows = 1'000'000;

std::optional<std::size_t> place_of(const std::vector<std::string>& columns, std::string_view name) {
  const auto found = std::ranges::find(columns, name);
  return found == columns.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - columns.begin()));
}

// A value within a message.
std::string said(const QueryValue& value) {
  return std::visit(
      []<typename T>(const T& held) -> std::string {
        if constexpr (std::is_same_v<T, std::monostate>) {
          return "NULL";
        } else if constexpr (std::is_same_v<T, QueryBlob>) {
          return printable(held.bytes);
        } else if constexpr (std::is_same_v<T, std::string>) {
          return printable(held);
        } else {
          return fmt::format("{}", held);
        }
      },
      value);
}

// From the beginning of that line of the code to its end; nothing where the code has no such line.
std::optional<Anchor> anchor_of_line(std::string_view code, std::int64_t line) {
  if (line < 1 || code.empty()) return std::nullopt;
  std::size_t begin = 0;
  for (std::int64_t i = 1; i < line; ++i) {
    const std::size_t end = code.find('\n', begin);
    if (end == std::string_view::npos) return std::nullopt;
    begin = end + 1;
  }
  std::size_t end = std::min(code.find('\n', begin), code.size());
  while (end > begin && (code[end - 1] == '\r' || code[end - 1] == ' ')) --end;
  while (begin < end && (code[begin] == ' ' || code[begin] == '\t')) ++begin;
  return Anchor::code(begin, end - begin);
}

// Where the values stand in a row.
struct RuleColumns {
  std::size_t unique_id = 0;
  std::optional<std::size_t> column_name;
  std::optional<std::size_t> message;
  std::optional<std::size_t> line;
};

// What a rule is, once its file is read. Does not change.
struct SqlRuleText {
  QueryText query;
  MessageTemplate message;
  bool has_message = false;  // in the header
  std::chrono::milliseconds timeout{};
  std::vector<std::string> columns;  // of the rows
  RuleColumns places;
  std::optional<Error> broken;  // why it cannot be run
};

// Turns rows into violations.
class RowReader {
 public:
  RowReader(const SqlRuleText& rule, const LintProject& project, const RuleScope& scope)
      : rule_(rule), project_(project) {
    scope.for_each_macro([&](const MacroRecord& macro) { macros_.insert(&macro); });
  }

  // Nothing for a macro that is out of scope.
  Result<std::optional<Violation>> read(const QueryRow& row) const {
    Violation violation;
    const QueryValue& id = row[rule_.places.unique_id];
    if (!std::holds_alternative<std::monostate>(id)) {
      const auto* text = std::get_if<std::string>(&id);
      if (text == nullptr) return wrong(kUniqueId, id, "text or NULL");
      violation.node = project_.project().find(*text);
      if (!violation.node) violation.macro = project_.macro(*text);
      if (!violation.node && violation.macro == nullptr) {
        return wrong(kUniqueId, id, "that of a node or macro of the project, or NULL");
      }
      if (violation.macro != nullptr && !macros_.contains(violation.macro)) return std::nullopt;
    }
    if (auto read = read_column(row, violation); !read) return std::unexpected(std::move(read.error()));
    if (auto read = read_line(row, violation); !read) return std::unexpected(std::move(read.error()));
    if (auto read = read_message(row, violation); !read) return std::unexpected(std::move(read.error()));
    return std::optional(std::move(violation));
  }

 private:
  std::unexpected<Error> wrong(std::string_view column, const QueryValue& value, std::string_view expected) const {
    return std::unexpected(error_in_query(
        rule_.query, std::nullopt, fmt::format("a row's {} is '{}', and has to be {}", column, said(value), expected)));
  }

  Result<void> read_column(const QueryRow& row, Violation& violation) const {
    if (!rule_.places.column_name) return {};
    const QueryValue& value = row[*rule_.places.column_name];
    if (std::holds_alternative<std::monostate>(value)) return {};
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return wrong(kColumnName, value, "text or NULL");
    violation.column = *text;
    violation.at = Anchor::column(*text);
    return {};
  }

  Result<void> read_line(const QueryRow& row, Violation& violation) const {
    if (!rule_.places.line) return {};
    const QueryValue& value = row[*rule_.places.line];
    if (std::holds_alternative<std::monostate>(value)) return {};
    const auto* line = std::get_if<std::int64_t>(&value);
    if (line == nullptr) return wrong(kLine, value, "a whole number or NULL");
    const std::string_view code = violation.node               ? project_.code(*violation.node)
                                  : violation.macro != nullptr ? project_.code(*violation.macro)
                                                               : std::string_view();
    if (auto anchor = anchor_of_line(code, *line)) violation.at = *std::move(anchor);
    return {};
  }

  Result<void> read_message(const QueryRow& row, Violation& violation) const {
    if (rule_.has_message) {
      violation.message =
          rule_.message.filled([&](const std::string& column) { return said(row[*place_of(rule_.columns, column)]); });
      return {};
    }
    const QueryValue& value = row[*rule_.places.message];
    if (std::holds_alternative<std::monostate>(value)) return wrong(kMessage, value, "text");
    violation.message = said(value);
    return {};
  }

  const SqlRuleText& rule_;
  const LintProject& project_;
  std::set<const MacroRecord*> macros_;  // in scope
};

bool comes_first(const Violation& a, const Violation& b) {
  const auto key = [](const Violation& violation) {
    const std::string_view macro = violation.macro == nullptr ? std::string_view() : violation.macro->unique_id;
    return std::tuple(violation.node, macro, std::string_view(violation.column), violation.at.offset,
                      std::string_view(violation.message));
  };
  return key(a) < key(b);
}

class ConfiguredSqlRule final : public ConfiguredRule {
 public:
  ConfiguredSqlRule(const Rule& rule, const SqlRuleText& text) : rule_(rule), text_(text) {}
  const RuleInfo& info() const override { return rule_.info(); }

  Result<void> check(const LintProject& project, const RuleScope& scope, Violations& violations) const override {
    if (text_.broken) return std::unexpected(*text_.broken);
    const auto result = run_query(text_.query, {.project = &project}, {.time = text_.timeout, .rows = kMostRows});
    if (!result) return std::unexpected(result.error());
    if (result->truncated) {
      return std::unexpected(
          error_in_query(text_.query, std::nullopt, fmt::format("the rule has more than {} findings", kMostRows)));
    }
    const RowReader reader(text_, project, scope);
    Violations found;
    for (const QueryRow& row : result->rows) {
      auto violation = reader.read(row);
      if (!violation) return std::unexpected(std::move(violation.error()));
      if (*violation) found.push_back(**std::move(violation));
    }
    std::ranges::stable_sort(found, comes_first);
    std::ranges::move(found, std::back_inserter(violations));
    return {};
  }

 private:
  const Rule& rule_;
  const SqlRuleText& text_;
};

class SqlRule final : public Rule {
 public:
  SqlRule(RuleInfo info, SqlRuleText text) : Rule(std::move(info), {}), text_(std::move(text)) {}
  std::unique_ptr<ConfiguredRule> configure(const std::map<std::string, OptionValue>&) const override {
    return std::make_unique<ConfiguredSqlRule>(*this, text_);
  }
  const Error* why_broken() const { return text_.broken ? &*text_.broken : nullptr; }

 private:
  SqlRuleText text_;
};

std::string listed(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

// Whether the rows have what a finding is made of, and nothing that is lost. The Error says what is missing.
std::optional<Error> place_columns(SqlRuleText& rule) {
  const auto wrong = [&](std::string reason, std::string next_step) {
    return error_in_query(rule.query, std::nullopt, std::move(reason), std::move(next_step));
  };
  const auto unique_id = place_of(rule.columns, kUniqueId);
  if (!unique_id) {
    return wrong(fmt::format("the rule's query gives no unique_id, but: {}", printable(listed(rule.columns))),
                 "a row is a finding on the node (or macro) of that unique_id; NULL stands for the project");
  }
  rule.places.unique_id = *unique_id;
  rule.places.column_name = place_of(rule.columns, kColumnName);
  rule.places.message = place_of(rule.columns, kMessage);
  rule.places.line = place_of(rule.columns, kLine);
  if (!rule.has_message && !rule.places.message) {
    return wrong("the rule says no message",
                 "write one in the header, -- message: '{unique_id} has …', or give a column message");
  }
  std::set<std::string_view> used{kUniqueId, kColumnName, kLine};
  if (!rule.has_message) used.insert(kMessage);
  const std::vector<std::string> named = rule.message.columns();
  for (const std::string& column : named) {
    used.insert(column);
    if (place_of(rule.columns, column)) continue;
    return wrong(fmt::format("the message names the column '{}', which the query does not give", printable(column)),
                 "it gives: " + printable(listed(rule.columns)));
  }
  std::set<std::string_view> seen;
  for (const std::string& column : rule.columns) {
    if (!seen.insert(column).second)
      return wrong(fmt::format("the query gives two columns '{}'", printable(column)), "name each once");
    if (used.contains(column)) continue;
    return wrong(
        fmt::format("the query gives a column '{}' that nothing is made of", printable(column)),
        "a finding has unique_id, column_name, message and line; name others in the header's message, or leave "
        "them out");
  }
  return std::nullopt;
}

// Prepares the query, so that it is known what it needs and whether it can be run at all.
std::uint8_t prepare_rule(SqlRuleText& rule) {
  const auto shape = shape_of(rule.query);
  if (!shape) {
    rule.broken = shape.error();
    return kManifestOnly;
  }
  rule.columns = shape->columns;
  if (shape->findings) {
    rule.broken = error_in_query(rule.query, std::nullopt, "a rule cannot ask for findings: they are what rules make",
                                 "'plowline query' can");
  } else {
    rule.broken = place_columns(rule);
  }
  return shape->needs;
}

RuleInfo info_of(const SqlRuleHeader& header, const std::string& file) {
  RuleInfo info;
  info.name = header.name;
  info.subject = header.subject;
  info.summary = header.summary.empty() ? "what the query in " + file + " gives" : header.summary;
  info.what = header.docs.empty() ? "Each row of its query is a finding." : header.docs;
  info.basis = fmt::format("A rule of your own: `{}`.", printable(file));
  info.severity = header.severity;
  info.presets = kOwnRule;
  info.file = file;
  return info;
}

// A file's name as that of a rule: lower-case letters and digits with hyphens between.
std::string name_of_file(const fs::path& file) {
  std::string name;
  for (const char c : file.stem().string()) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool kept = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (kept) {
      name += lower;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "rule" : name;
}

// A rule that only tells why it is none: so it is reported as one that cannot be run, and the others run.
std::shared_ptr<const Rule> broken_rule(const fs::path& file, std::string name, Error error) {
  const std::string path = file.generic_string();
  RuleInfo info = info_of({.name = std::move(name)}, path);
  info.summary = "a rule of your own that cannot be run";
  info.what = fmt::format("The file is no rule: {}.", error.reason);
  SqlRuleText text;
  text.broken = std::move(error);
  return std::make_shared<const SqlRule>(std::move(info), std::move(text));
}

// What a broken rule is called: as its header says, else as its file. The name of another rule would stop the linter.
std::string name_for_broken(const fs::path& file, const std::set<std::string, std::less<>>& taken) {
  const auto bytes = FileBytes::read(file);
  const auto said = bytes ? name_in_header(bytes->text()) : std::nullopt;
  const std::string name = said.value_or(name_of_file(file));
  std::string free = name;
  for (int number = 2; taken.contains(free); ++number) free = fmt::format("{}-{}", name, number);
  return free;
}

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

Result<void> add_folder(const fs::path& folder, std::set<fs::path>& files) {
  std::error_code failed;
  fs::recursive_directory_iterator at(folder, failed);
  for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    std::error_code ignored;
    if (is_hidden(at->path())) {
      if (at->is_directory(ignored)) at.disable_recursion_pending();
    } else if (at->path().extension() == ".sql" && at->is_regular_file(ignored)) {
      files.insert(at->path());
    }
  }
  if (!failed) return {};
  return std::unexpected(
      Error{ExitStatus::kUsage, folder.generic_string(), {}, "cannot be read: " + failed.message(), {}});
}

}  // namespace

Result<std::shared_ptr<const Rule>> read_sql_rule(const fs::path& file) {
  const auto bytes = FileBytes::read(file);
  if (!bytes) {
    Error error = bytes.error();
    error.status = ExitStatus::kUsage;
    return std::unexpected(std::move(error));
  }
  const std::string name = file.generic_string();
  const auto header = read_sql_rule_header(bytes->text(), name);
  if (!header) return std::unexpected(header.error());
  SqlRuleText rule{.query = {.sql = std::string(bytes->text()), .file = name}};
  rule.timeout = header->timeout;
  rule.has_message = !header->message.empty();
  if (rule.has_message) rule.message = MessageTemplate::parse(header->message).value_or(MessageTemplate());
  RuleInfo info = info_of(*header, name);
  info.needs = prepare_rule(rule);
  return std::make_shared<const SqlRule>(std::move(info), std::move(rule));
}

Result<std::vector<fs::path>> sql_rule_files(const std::vector<fs::path>& paths) {
  std::set<fs::path> files;
  for (const fs::path& path : paths) {
    const fs::path normal = path.lexically_normal();
    std::error_code ignored;
    if (!fs::is_directory(normal, ignored)) {
      files.insert(normal);
    } else if (auto added = add_folder(normal, files); !added) {
      return std::unexpected(std::move(added.error()));
    }
  }
  return std::vector<fs::path>(files.begin(), files.end());
}

Result<std::vector<std::shared_ptr<const Rule>>> read_sql_rules(const std::vector<fs::path>& paths) {
  const auto files = sql_rule_files(paths);
  if (!files) return std::unexpected(files.error());
  std::set<std::string, std::less<>> taken{SqlRuleHeader().subject};
  for (const Rule* rule : all_rules()) taken.insert({rule->info().name, rule->info().subject});
  std::vector<Result<std::shared_ptr<const Rule>>> read;
  for (const fs::path& file : *files) {
    const auto& rule = read.emplace_back(read_sql_rule(file));
    if (rule) taken.insert({(*rule)->info().name, (*rule)->info().subject});
  }
  std::vector<std::shared_ptr<const Rule>> rules;
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (read[i]) {
      rules.push_back(*std::move(read[i]));
      continue;
    }
    rules.push_back(broken_rule((*files)[i], name_for_broken((*files)[i], taken), std::move(read[i].error())));
    taken.insert(rules.back()->info().name);
  }
  return rules;
}

const Error* why_broken(const Rule& rule) {
  const auto* own = dynamic_cast<const SqlRule*>(&rule);
  return own == nullptr ? nullptr : own->why_broken();
}

}  // namespace plowline
