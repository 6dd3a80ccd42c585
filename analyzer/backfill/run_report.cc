#include "backfill/run_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <string_view>

#include "backfill/window_json.h"
#include "diagnostic/json_output.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

// Columns as wide as their widest cell, two blanks between them.
std::string table_text(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string models_of(const RunReport& report, std::string_view between = ", ") {
  std::vector<std::string> names;
  for (const std::string& model : report.models) names.push_back(printable(model));
  return fmt::format("{}", fmt::join(names, between));
}

std::string took(const DrivenRun& run) {
  if (!run.finished) return "";
  return duration_text(std::chrono::round<std::chrono::seconds>(*run.finished - run.started));
}

// dbt's own words, line by line, each set in.
std::string error_text(const std::string& error) {
  std::string text;
  std::size_t from = 0;
  while (from <= error.size()) {
    const std::size_t end = std::min(error.find('\n', from), error.size());
    text += "  " + printable(std::string_view(error).substr(from, end - from)) + "\n";
    from = end + 1;
  }
  return text;
}

std::string runs_table(const std::vector<DrivenRun>& runs) {
  std::vector<Row> rows{{"run", "result", "package", "state", "lower limit", "upper limit", "took"}};
  for (const DrivenRun& run : runs) {
    Row row{std::to_string(run.number), std::string(to_string(run.result))};
    if (run.windows.empty()) {
      row.insert(row.end(), {"", "", "", "", took(run)});
      rows.push_back(std::move(row));
    }
    for (std::size_t i = 0; i < run.windows.size(); ++i) {
      const DrivenWindow& window = run.windows[i];
      if (i > 0) row = {"", ""};
      row.insert(row.end(), {printable(window.package), state_text(window.state), to_text(window.lower_limit),
                             to_text(window.upper_limit), i == 0 ? took(run) : ""});
      rows.push_back(std::move(row));
    }
  }
  return table_text(rows);
}

std::string count_text(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "run" : "runs");
}

std::string plan_text(const RunReport& report) {
  std::string text = fmt::format("{}: this command would run", models_of(report));
  if (report.expected) text += fmt::format(", {} from the start where events are dense", count_text(*report.expected));
  text += "\n\n" + report.command + "\n\n";
  std::vector<Row> rows{{"run", "package", "state", "lower limit", "upper limit"}};
  for (const auto& [package, windows] : report.planned) {
    for (std::size_t i = 0; i < windows.size(); ++i) {
      rows.push_back({std::to_string(i + 1), printable(package), state_text(windows[i].state),
                      to_text(windows[i].lower_limit), to_text(windows[i].upper_limit)});
    }
  }
  if (rows.size() > 1) text += table_text(rows) + "\n";
  if (!report.runs.empty())
    text += fmt::format("it would go on after run {} of earlier starts\n", report.runs.back().number);
  return text + fmt::format("logs: {}\n", printable(report.log_dir));
}

std::string status_of(const RunReport& report) {
  return report.result ? std::string(to_string(report.result->end)) : "planned";
}

std::string result_line(const RunReport& report) {
  const DriveResult& result = *report.result;
  const auto good = std::ranges::count(report.runs, RunResult::kSucceeded, &DrivenRun::result);
  if (result.end == DriveEnd::kUpToDate)
    return fmt::format("{}: up to date after {}", models_of(report), count_text(static_cast<std::size_t>(good)));
  return fmt::format("{}: stopped ({}) after {} that succeeded", models_of(report),
                     result.problem.empty() ? to_string(result.end) : result.problem,
                     count_text(static_cast<std::size_t>(good)));
}

Json window_json(const DrivenWindow& window) {
  return {{"package", window.package},
          {"state", window.state ? Json(static_cast<int>(*window.state)) : Json(nullptr)},
          {"lower_limit", to_text(window.lower_limit)},
          {"upper_limit", to_text(window.upper_limit)},
          {"reaches_now", window.reaches_now}};
}

Json run_json(const DrivenRun& run) {
  Json windows = Json::array();
  for (const DrivenWindow& window : run.windows) windows.push_back(window_json(window));
  return {{"number", run.number},
          {"result", to_string(run.result)},
          {"started", to_text(run.started)},
          {"finished", run.finished ? Json(to_text(*run.finished)) : Json(nullptr)},
          {"exit_status", run.exit_status ? Json(*run.exit_status) : Json(nullptr)},
          {"windows", windows},
          {"up_to_date", run.up_to_date()},
          {"log", fmt::format("run_{:04}.jsonl", run.number)},
          {"errors", run.errors}};
}

Json planned_json(const RunReport& report) {
  Json planned = Json::array();
  for (const auto& [package, windows] : report.planned) {
    Json all = Json::array();
    for (const RunWindow& window : windows) {
      Json one = {{"package", package}};
      one.update(window_json(window));
      all.push_back(std::move(one));
    }
    planned.push_back({{"package", package}, {"windows", all}});
  }
  return planned;
}

}  // namespace

std::string run_report_text(const RunReport& report) {
  if (!report.result) return plan_text(report);
  const DriveResult& result = *report.result;
  std::string text = result_line(report) + "\n";
  if (!result.reason.empty()) text += result.reason + "\n";
  for (const std::string& error : result.errors) text += "\n" + error_text(error);
  if (!result.errors.empty()) text += "\n";
  if (!result.next_step.empty()) text += "next: " + result.next_step + "\n";
  if (!report.runs.empty()) text += "\n" + runs_table(report.runs);
  text += fmt::format("\nlogs: {}\n", printable(report.log_dir));
  if (result.end == DriveEnd::kUpToDate)
    text += fmt::format("next: plowline backfill migrate {}\n", models_of(report, " "));
  return text;
}

std::string run_report_json(const RunReport& report, const Warnings& warnings) {
  Json runs = Json::array();
  for (const DrivenRun& run : report.runs) runs.push_back(run_json(run));
  const DriveResult none;
  const DriveResult& result = report.result ? *report.result : none;
  return document_text({{"models", report.models},
                        {"target", text_or_null(report.target)},
                        {"command", report.command},
                        {"log_dir", report.log_dir},
                        {"status", status_of(report)},
                        {"up_to_date", report.result && result.end == DriveEnd::kUpToDate},
                        {"problem", text_or_null(result.problem)},
                        {"reason", text_or_null(result.reason)},
                        {"next_step", text_or_null(result.next_step)},
                        {"errors", result.errors},
                        {"expected_runs", report.expected ? Json(*report.expected) : Json(nullptr)},
                        {"runs", runs},
                        {"planned", planned_json(report)},
                        {"warnings", warnings_json(warnings)}});
}

std::string duration_text(std::chrono::seconds duration) {
  const auto total = std::max<std::int64_t>(duration.count(), 0);
  if (total < 60) return fmt::format("{} s", total);
  if (total < 3600) return fmt::format("{} min {} s", total / 60, total % 60);
  return fmt::format("{} h {} min", total / 3600, total / 60 % 60);
}

std::string state_text(const std::optional<RunState>& state) {
  if (!state) return "unknown";
  return fmt::format("{} ({})", static_cast<int>(*state), to_string(*state));
}

}  // namespace plowline
