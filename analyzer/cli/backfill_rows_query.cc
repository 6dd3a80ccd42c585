#include "cli/backfill_rows_query.h"

#include <filesystem>
#include <fmt/format.h>
#include <utility>

#include "artifact/console_text.h"
#include "backfill/manifest_rows.h"
#include "command/capture.h"

namespace plowline {
namespace {

// A name inside of a Jinja text in single quotes.
std::string jinja_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

void add(std::vector<std::string>& words, std::string_view flag, const std::string& value) {
  if (value.empty()) return;
  words.emplace_back(flag);
  words.push_back(value);
}

std::string last_line(std::string_view text) {
  text = trim(text);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  const std::size_t feed = text.rfind('\n');
  return printable(trim(feed == std::string_view::npos ? text : text.substr(feed + 1)));
}

}  // namespace

std::vector<std::string> show_rows_command(const DbtCall& call, const Project& project, NodeId manifest_table) {
  const NodeRecord& node = project.node(manifest_table);
  // The flags before `show` win over what the environment says (DBT_LOG_LEVEL, DBT_QUIET).
  std::vector<std::string> words{call.dbt, "--log-format", "json", "--log-level", "info", "--no-quiet", "show"};
  add(words, "--inline",
      fmt::format("select model, last_success from {{{{ ref({}, {}) }}}}", jinja_text(node.package_name),
                  jinja_text(node.name)));
  words.insert(words.end(), {"--output", "json", "--limit", "-1"});
  add(words, "--project-dir", call.project_dir);
  add(words, "--profile", call.profile);
  add(words, "--target", call.target);
  add(words, "--vars", call.vars);
  return words;
}

Result<std::vector<ManifestRow>> query_rows(const DbtCall& call, const Project& project, NodeId manifest_table) {
  const std::vector<std::string> words = show_rows_command(call, project, manifest_table);
  const auto answer = capture(words, std::filesystem::current_path());
  if (!answer) return std::unexpected(answer.error());
  const std::string name = fmt::format("dbt show of {}", printable(project.node(manifest_table).name));
  const FileBytes bytes = FileBytes::copy_of(answer->out, name);
  auto rows = read_manifest_rows(bytes);
  if (answer->status == 0) return rows;
  // dbt's own words stand among its events, or, where it did not come so far, on standard error.
  std::string reason = rows || trim(answer->out).empty() ? last_line(answer->err) : rows.error().reason;
  return input_error(name, {}, fmt::format("it ended with status {}: {}", answer->status, reason),
                     "run it yourself with the same --target; --rows FILE takes rows that were read another way");
}

}  // namespace plowline
