#include "backfill/verify_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backfill/sql_script_json.h"
#include "diagnostic/json_output.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

std::string window_text(const RunWindow& window) {
  return fmt::format("state {} ({}), from {} to {}", static_cast<int>(window.state), to_string(window.state),
                     to_text(window.lower_limit), to_text(window.upper_limit));
}

SqlScript verdict_text(const ManifestVerdict& verdict) {
  SqlScript script;
  const std::string_view answer = !verdict.safe             ? "not safe to merge"
                                  : verdict.missing.empty() ? "safe to merge"
                                                            : "safe to merge once the new models are recorded";
  script.title = fmt::format("{}: {}", printable(verdict.package), answer);
  script.notes.push_back(verdict.reason);
  if (verdict.staging_in_sync) {
    script.notes.push_back(*verdict.staging_in_sync ? "Staging is in sync." : "Staging is not in sync.");
  }
  script.notes.push_back("Production's next run after the merge: " + window_text(verdict.next));
  if (verdict.next_after_record) {
    script.notes.push_back("The same with the new models recorded: " + window_text(*verdict.next_after_record));
  }
  if (!verdict.next_step.empty()) script.notes.push_back("Next: " + verdict.next_step);
  return script;
}

Json window_json(const RunWindow& window) {
  return {{"state", static_cast<int>(window.state)},
          {"lower_limit", to_text(window.lower_limit)},
          {"upper_limit", to_text(window.upper_limit)}};
}

Json verdict_json(const ManifestVerdict& verdict) {
  return {{"package", verdict.package},
          {"safe", verdict.safe},
          {"reason", verdict.reason},
          {"next_step", verdict.next_step.empty() ? Json(nullptr) : Json(verdict.next_step)},
          {"in_sync", verdict.in_sync},
          {"staging_in_sync", verdict.staging_in_sync ? Json(*verdict.staging_in_sync) : Json(nullptr)},
          {"missing", verdict.missing},
          {"duplicated", verdict.duplicated},
          {"ahead_of_production", verdict.ahead_of_production},
          {"ahead_of_staging", verdict.ahead_of_staging},
          {"next", window_json(verdict.next)},
          {"next_after_record", verdict.next_after_record ? window_json(*verdict.next_after_record) : Json(nullptr)}};
}

}  // namespace

bool Verification::safe() const {
  return std::ranges::all_of(verdicts, &ManifestVerdict::safe);
}

std::string to_text(const Verification& verification) {
  std::string text;
  const auto add = [&](const SqlScript& script) { text += (text.empty() ? "" : "\n") + to_text(script); };
  for (const ManifestVerdict& verdict : verification.verdicts) add(verdict_text(verdict));
  std::ranges::for_each(verification.scripts, add);
  return text;
}

std::string verification_json(const Verification& verification, const Warnings& warnings) {
  Json verdicts = Json::array();
  for (const ManifestVerdict& verdict : verification.verdicts) verdicts.push_back(verdict_json(verdict));
  return document_text({{"dialect", verification.dialect},
                        {"scripts", scripts_json(verification.scripts)},
                        {"verdicts", verdicts},
                        {"warnings", warnings_json(warnings)}});
}

}  // namespace plowline
