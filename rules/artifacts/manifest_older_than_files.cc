#include <fmt/format.h>

#include "lint/rule.h"
#include "project/freshness.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

void add(std::vector<std::string>& parts, std::string_view what, const std::vector<std::string>& files) {
  if (files.empty()) return;
  parts.push_back(fmt::format("{} {} {}", name_list(std::vector<std::string_view>(files.begin(), files.end())),
                              files.size() == 1 ? "was" : "were", what));
}

std::string shown(const FileChanges& changes) {
  std::vector<std::string> parts;
  add(parts, "changed", changes.changed);
  add(parts, "added", changes.added);
  add(parts, "removed", changes.gone);
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : "; ") + part;
  return out;
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  const FileChanges changes = compare_with_files(project.project(), project.location());
  if (!changes.any()) return {};
  violations.push_back(
      {.message = fmt::format("the manifest is older than the project's files: {} since; findings are about what the "
                              "files were, and `dbt parse` makes a new manifest",
                              shown(changes)),
       .at = Anchor::manifest(),
       .key = "files"});
  return {};
}

const RegisterRule<> rule{
    {.name = "artifacts-manifest-older-than-files",
     .subject = "artifacts",
     .summary = "files of the project changed after the manifest was made",
     .what = "Compares the checksums that the manifest has of the project's files with the files. plowline warns of "
             "such a manifest with every command; this rule makes it a finding, for those who want it in a report or "
             "as an error.",
     .why = "Everything that is said about the project is said about what it was when dbt parsed it: mistakes in files "
            "that changed since are not seen, and corrected ones are reported.",
     .example = R"(```sh
git pull && plowline lint
```)",
     .use_instead = R"(```sh
git pull && dbt parse && plowline lint
```)",
     .basis = "dbt: `checksum` of the nodes in manifest.json.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
