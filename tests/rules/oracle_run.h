// A rule over a recorded manifest, for tests that compare what it finds with what another tool found there.
#pragma once

#include <doctest/doctest.h>
#include <functional>
#include <memory>
#include <string>

#include "lint/config.h"
#include "lint/engine.h"
#include "support/support.h"

namespace plowline::testing {

inline std::unique_ptr<Project> open_manifest(const std::filesystem::path& manifest) {
  Warnings warnings;
  auto read = read_manifest(manifest, warnings);
  REQUIRE_MESSAGE(read, (read ? "" : to_text(read.error())));
  auto built = Project::build(std::move(*read), warnings);
  REQUIRE_MESSAGE(built, (built ? "" : to_text(built.error())));
  return std::make_unique<Project>(std::move(*built));
}

struct OracleRun {
  const Project& project;
  const Catalog* catalog = nullptr;
  bool packages = false;  // whether the nodes of packages are looked at
};

// Visits every finding of the rule; `options` as plowline.yml has them: `max: 2, allowed: [table]`.
inline void for_each_finding(const OracleRun& run, const std::string& rule, const std::string& options,
                             const std::function<void(const Violation&)>& visit) {
  const TemporaryFolder folder;
  const std::string yaml =
      "presets: []\nrules:\n  " + rule + ": {severity: warn" + (options.empty() ? "" : ", ") + options + "}\n";
  const auto config = read_lint_config(folder.write("plowline.yml", yaml));
  REQUIRE_MESSAGE(config, (config ? "" : to_text(config.error())));
  const LintProject linted({.project = &run.project, .catalog = run.catalog, .layers = &config->layers});
  NodeSet nodes(run.project.size());
  for (std::uint32_t i = 0; i < run.project.size(); ++i) {
    if (run.packages || linted.is_own(NodeId{i})) nodes.insert(NodeId{i});
  }
  const auto chosen = choose_rules(*config, nullptr, true, {});
  REQUIRE(chosen);
  REQUIRE(chosen->size() == 1);
  const auto found = run_rules(linted, {{chosen->front().configured, Severity::kWarn, nodes, true}});
  REQUIRE_MESSAGE(found, (found ? "" : to_text(found.error())));
  for (const RawFinding& finding : found->found) visit(*finding.violation);
}

}  // namespace plowline::testing
