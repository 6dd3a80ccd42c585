#include "output/finding_words.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>
#include <unordered_set>

#include "diagnostic/error.h"
#include "lint/rule.h"

namespace plowline {
namespace {

constexpr std::size_t kMostNames = 5;

std::string some_of(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kMostNames);
  std::string out =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  return shown == names.size() ? out : fmt::format("{} and {} more", out, names.size() - shown);
}

std::size_t count_files(const std::vector<Finding>& findings) {
  std::unordered_set<std::string_view> files;
  std::string_view last;  // mostly findings of one file stand side by side
  for (const Finding& finding : findings) {
    if (!finding.file.empty() && finding.file != last) files.insert(last = finding.file);
  }
  return files.size();
}

std::string place_in(const std::string& file, const TextRange& range) {
  std::string out = printable(file);
  // A line that begins with two colons is a command to GitHub's runner, wherever it comes from.
  if (const std::size_t first = out.find_first_not_of(' '); first != std::string::npos && out[first] == ':')
    out.insert(0, "./");
  if (!range.known()) return out;
  out += fmt::format(":{}", range.line);
  if (range.column != 0) out += fmt::format(":{}", range.column);
  return out;
}

}  // namespace

std::string_view severity_word(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

std::string place_text(const Finding& finding) {
  if (finding.file.empty()) return finding.project.empty() ? "project" : "project " + printable(finding.project);
  return place_in(finding.file, finding.range);
}

std::string repository_place(const Finding& finding, const ReportOptions& options) {
  return finding.file.empty() ? place_text(finding) : place_in(repository_path(finding, options), finding.range);
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string finding_counts(const LintSummary& summary) {
  std::vector<std::string> parts;
  if (summary.errors > 0) parts.push_back(counted(summary.errors, "error"));
  if (summary.warnings > 0) parts.push_back(counted(summary.warnings, "warning"));
  return parts.empty() ? "no findings" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string summary_line(const LintReport& report) {
  const LintSummary& summary = report.summary;
  std::string out;
  if (summary.errors + summary.warnings > 0) {
    out = finding_counts(summary);
    if (const std::size_t files = count_files(report.findings); files > 0) out += " in " + counted(files, "file");
    if (summary.fixable > 0) out += fmt::format("; {} can be fixed with --fix", summary.fixable);
  } else if (summary.rules == 0) {
    out = "No rule was run";
  } else {
    out = fmt::format("All checks passed: {}, {}", counted(summary.rules, "rule"), counted(summary.nodes, "node"));
  }
  if (summary.suppressed > 0) out += fmt::format("; {} suppressed", summary.suppressed);
  if (summary.in_baseline > 0) out += fmt::format("; {} in the baseline", summary.in_baseline);
  return out;
}

std::vector<std::string> remarks(const LintReport& report) {
  std::map<std::string, std::set<std::string>> rules_by_reason;  // a rule once, in however many projects
  for (const SkippedRule& skipped : report.skipped) rules_by_reason[skipped.reason].insert(printable(skipped.rule));
  std::vector<std::string> out;
  for (const auto& [reason, rules] : rules_by_reason) {
    out.push_back(fmt::format("{} {} not run: {} ({})", counted(rules.size(), "rule"),
                              rules.size() == 1 ? "was" : "were", printable(reason),
                              some_of({rules.begin(), rules.end()})));
  }
  if (!report.fixed_baseline.empty()) {
    std::vector<std::string> fixed;
    for (const auto& [rule, unique_id] : report.fixed_baseline)
      fixed.push_back(unique_id.empty() ? printable(rule) : printable(unique_id) + " " + printable(rule));
    out.push_back(fmt::format("{} of the baseline {} fixed (--prune-baseline takes {} out): {}",
                              fixed.size() == 1 ? "1 entry" : fmt::format("{} entries", fixed.size()),
                              fixed.size() == 1 ? "is" : "are", fixed.size() == 1 ? "it" : "them", some_of(fixed)));
  }
  return out;
}

std::string absolute_rule_url(std::string_view rule) {
  if (find_rule(rule) == nullptr) return {};  // what the engine itself finds has no page
  std::string url = rule_url(rule);
  return url.starts_with("https://") || url.starts_with("http://") ? url : std::string();
}

std::string help_for(std::string_view rule) {
  const std::string url = absolute_rule_url(rule);
  return url.empty() ? fmt::format("plowline rules {}", rule) : url;
}

std::string repository_path(const Finding& finding, const ReportOptions& options) {
  const std::filesystem::path file(finding.file.empty() ? options.project_file : finding.file);
  return (std::filesystem::path(options.folder) / file).lexically_normal().generic_string();
}

std::string without_runner_commands(std::string text) {
  for (std::size_t at = text.find("##["); at != std::string::npos; at = text.find("##[", at))
    text.insert(at + 2, 1, '\\');
  return text;
}

std::string cut_text(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return std::string(text.substr(0, most)) + "…";
}

}  // namespace plowline
