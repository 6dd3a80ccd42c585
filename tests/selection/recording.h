// The recorded answers of the real dbt, and plowline's to the same questions.
#pragma once

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "selection/listing.h"
#include "selection/select.h"
#include "support/support.h"

namespace plowline::testing {

using nlohmann::json;

struct Arguments {
  SelectionRequest request;
  std::string indirect = "eager";
  std::string output;
  std::vector<std::string> output_keys;
  std::string state;
};

// dbt's options take all arguments up to the next one that starts with `-`, but always one.
inline Arguments arguments_of(const json& recorded) {
  Arguments out;
  out.output = recorded["output"];
  const std::vector<std::string> args = recorded["args"];
  const std::map<std::string, std::vector<std::string>*> lists{
      {"--select", &out.request.select},
      {"-s", &out.request.select},
      {"--models", &out.request.models},
      {"--model", &out.request.models},
      {"-m", &out.request.models},
      {"--exclude", &out.request.exclude},
      {"--resource-type", &out.request.resource_types},
      {"--resource-types", &out.request.resource_types},
      {"--exclude-resource-type", &out.request.exclude_resource_types},
      {"--exclude-resource-types", &out.request.exclude_resource_types},
      {"--output-keys", &out.output_keys}};
  const std::map<std::string, std::string*> texts{{"--selector", &out.request.selector},
                                                  {"--indirect-selection", &out.indirect},
                                                  {"--output", &out.output},
                                                  {"--state", &out.state}};
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (const auto text = texts.find(args[i]); text != texts.end()) {
      *text->second = args.at(++i);
    } else {
      std::vector<std::string>& list = *lists.at(args[i]);
      list.push_back(args.at(++i));
      while (i + 1 < args.size() && !args[i + 1].starts_with("-")) list.push_back(args[++i]);
    }
  }
  return out;
}

// The warnings that selection gives, out of messages that are recorded as Python shows a dict.
inline std::vector<std::string> warnings_of(const json& recorded) {
  std::vector<std::string> out;
  for (const std::string message : recorded["messages"]) {
    if (message.find("'name': 'NoNodes") == std::string::npos) continue;
    std::size_t at = message.find("'msg': ") + 7;
    const char quote = message[at++];
    std::string text;
    for (; message[at] != quote; ++at) {
      if (message[at] == '\\') {
        ++at;
        text += message[at] == 'n' ? '\n' : message[at] == 't' ? '\t' : message[at];
      } else {
        text += message[at];
      }
    }
    out.push_back(text);
  }
  return out;
}

struct Answer {
  bool is_error = false;
  std::string error;
  std::vector<std::string> lines;
  std::vector<std::string> warnings;
};

inline Result<std::vector<std::string>> ask(Selector& selector, const Project& project, Arguments& arguments,
                                            Warnings& warnings) {
  const Result<IndirectSelection> indirect = indirect_selection_from(arguments.indirect);
  if (!indirect) return std::unexpected(indirect.error());
  arguments.request.indirect = *indirect;
  const Result<ListOutput> output = list_output_from(arguments.output);
  if (!output) return std::unexpected(output.error());
  const Result<Selection> selection = selector.select(arguments.request, warnings);
  if (!selection) return std::unexpected(selection.error());
  std::vector<std::string> lines;
  for (const NodeId id : selection->nodes.ids()) {
    Result<std::string> line = listed(project, id, *output, arguments.output_keys);
    if (!line) return std::unexpected(line.error());
    lines.push_back(std::move(*line));
  }
  return lines;
}

inline Answer answer_of(Selector& selector, const Project& project, const json& recorded) {
  Arguments arguments = arguments_of(recorded);
  Warnings warnings;
  const Result<std::vector<std::string>> lines = ask(selector, project, arguments, warnings);
  Answer answer;
  if (lines) {
    answer.lines = *lines;
    for (const Warning& warning : warnings) answer.warnings.push_back(warning.message);
  } else {
    answer.is_error = true;
    answer.error = to_text(lines.error());
  }
  return answer;
}

inline Answer dbt_answer(const json& recorded) {
  Answer answer;
  answer.is_error = !recorded["error"].is_null() && recorded["error"] != "";
  if (answer.is_error) {
    answer.error = recorded["error"];
    return answer;
  }
  answer.lines = recorded["stdout"].get<std::vector<std::string>>();
  answer.warnings = warnings_of(recorded);
  return answer;
}

inline std::string difference(const Answer& ours, const Answer& dbts) {
  std::string out;
  if (ours.is_error != dbts.is_error) {
    out += fmt::format("    dbt: {}\n    plowline: {}\n", dbts.is_error ? dbts.error : "no error",
                       ours.is_error ? ours.error : "no error");
  }
  const auto list = [&](std::string_view what, const auto& in, const auto& not_in) {
    for (const std::string& line : in) {
      if (std::ranges::find(not_in, line) == not_in.end()) out += fmt::format("    {}: {}\n", what, line);
    }
  };
  list("only dbt", dbts.lines, ours.lines);
  list("only plowline", ours.lines, dbts.lines);
  list("only dbt warns", dbts.warnings, ours.warnings);
  list("only plowline warns", ours.warnings, dbts.warnings);
  return out.empty() ? "    the order differs\n" : out;
}

// The methods that a case speaks of; `default` where it names none.
inline std::set<std::string> methods_of(const json& recorded) {
  const Arguments arguments = arguments_of(recorded);
  std::set<std::string> out;
  for (const auto* list : {&arguments.request.select, &arguments.request.models, &arguments.request.exclude}) {
    for (std::string criteria : *list) {
      std::ranges::replace(criteria, ',', ' ');
      std::size_t start = 0;
      while (start <= criteria.size()) {
        const std::size_t end = std::min(criteria.find(' ', start), criteria.size());
        const Result<Criterion> criterion =
            parse_criterion(criteria.substr(start, end - start), IndirectSelection::kEager);
        out.insert(criterion ? criterion->method : "(error)");
        start = end + 1;
      }
    }
  }
  if (!arguments.request.selector.empty()) out.insert("--selector");
  if (out.empty()) out.insert("(default)");
  return out;
}

// What needs an earlier state: tests/state asks those questions, the others are asked without one.
inline bool needs_state(const json& recorded) {
  const std::vector<std::string> args = recorded["args"];
  if (std::ranges::find(args, "--state") == args.end()) return false;
  const std::set<std::string> methods = methods_of(recorded);
  const bool named = std::ranges::find(args, "state_sel") != args.end();
  return named || methods.contains("state") || methods.contains("result") || methods.contains("source_status");
}

struct Tally {
  int passed = 0;
  int failed = 0;
};

// Makes what state: and the like ask, of the folder that --state names.
using OpenState = std::function<std::unique_ptr<PreviousState>(const Project& project, const std::filesystem::path&)>;

class Recording {
 public:
  Recording(const std::filesystem::path& folder, std::string name) : folder_(folder), name_(std::move(name)) {}

  // All questions that need no earlier state.
  void run() {
    const Project project = load();
    Selector selector(project, inputs());
    // The same selectors as the project wrote them must mean what dbt made of them.
    SelectionInputs with_yaml = inputs();
    with_yaml.selectors_yml = {"selectors.yml", testing::read_text(folder_ / "project" / "selectors.yml")};
    Selector by_yaml(project, std::move(with_yaml));
    for (const json& recorded : cases()) {
      if (needs_state(recorded)) {
        ++skipped_;
        continue;
      }
      compare(selector, project, recorded);
      const std::set<std::string> methods = methods_of(recorded);
      const bool named = methods.contains("--selector") || methods.contains("(default)");
      if (named) compare(by_yaml, project, recorded);
    }
    report();
  }

  // All that do.
  void run_with_state(const OpenState& open) {
    const Project project = load();
    std::map<std::string, std::pair<std::unique_ptr<PreviousState>, std::unique_ptr<Selector>>> selectors;
    for (const json& recorded : cases()) {
      if (!needs_state(recorded)) {
        ++skipped_;
        continue;
      }
      const std::string name = arguments_of(recorded).state;
      auto& [previous, selector] = selectors[name];
      if (!selector) {
        previous = open(project, folder_ / name);
        SelectionInputs with_state = inputs();
        with_state.previous = previous.get();
        selector = std::make_unique<Selector>(project, std::move(with_state));
      }
      compare(*selector, project, recorded);
    }
    report();
  }

 private:
  Project load() const {
    Warnings warnings;
    Result<Manifest> manifest = read_manifest(folder_ / "target" / "manifest.json", warnings);
    REQUIRE_MESSAGE(manifest.has_value(), (manifest ? "" : to_text(manifest.error())));
    Result<Project> project = Project::build(std::move(*manifest), warnings);
    REQUIRE(project.has_value());
    return std::move(*project);
  }

  SelectionInputs inputs() const {
    return {.project_folder = folder_ / "project", .selectors_yml = {}, .previous = nullptr};
  }

  std::vector<json> cases() const {
    std::vector<json> out;
    std::ifstream lines(folder_ / "cases.jsonl");
    for (std::string line; std::getline(lines, line);) out.push_back(json::parse(line));
    return out;
  }

  void compare(Selector& selector, const Project& project, const json& recorded) {
    const Answer ours = answer_of(selector, project, recorded);
    const Answer dbts = dbt_answer(recorded);
    const bool same = ours.is_error == dbts.is_error && ours.lines == dbts.lines && ours.warnings == dbts.warnings;
    const auto count = [same](Tally& tally) { ++(same ? tally.passed : tally.failed); };
    count(all_);
    for (const std::string& method : methods_of(recorded)) count(by_method_[method]);
    if (same) return;
    failed_.push_back(recorded["id"]);
    const std::string text =
        fmt::format("  case {} {}\n{}", recorded["id"].get<int>(), recorded["args"].dump(), difference(ours, dbts));
    if (first_difference_.empty()) first_difference_ = text;
  }

  // Prints the count per method.
  void report() const {
    fmt::print("{}: {} of {} answers as dbt's, {} left to the other test (with or without a state)\n", name_,
               all_.passed, all_.passed + all_.failed, skipped_);
    for (const auto& [method, tally] : by_method_) {
      fmt::print("  {:16} {:4}{}\n", method, tally.passed,
                 tally.failed == 0 ? "" : fmt::format(", {} FAILED", tally.failed));
    }
    if (!failed_.empty()) fmt::print("failed: {}\n", fmt::join(failed_, " "));
    CHECK(all_.passed > 0);
    CHECK_MESSAGE(all_.failed == 0, first_difference_);
  }

  std::filesystem::path folder_;
  std::string name_;
  Tally all_;
  int skipped_ = 0;
  std::map<std::string, Tally> by_method_;
  std::vector<int> failed_;
  std::string first_difference_;
};

}  // namespace plowline::testing
