#include "plan/model_runs_text.h"

#include <algorithm>
#include <fmt/format.h>

namespace plowline {
namespace {

std::string comment(std::string_view text) {
  return fmt::format("# {}\n", printable(text));
}

std::string with_next_step(const std::string& reason, const std::string& next_step) {
  return next_step.empty() ? reason : fmt::format("{}; {}", reason, next_step);
}

std::string models_to_run_comment(const PlannedModelsToRun& models) {
  if (!models.applies) return {};
  return comment(models.value.empty() ? models.statement : "models_to_run: " + models.value);
}

std::string block_of(const ModelRun& run, bool with_warnings) {
  std::string out = comment(fmt::format("{}: {}", run.name, run.file));
  if (run.error) return out + comment("no command: " + with_next_step(run.error->reason, run.error->next_step));
  if (run.plan) out += models_to_run_comment(run.plan->models_to_run);
  if (with_warnings) {
    for (const Warning& warning : run.warnings) {
      out += comment("warning: " + with_next_step(warning.message, warning.next_step));
    }
  }
  return out + run.line + "\n";
}

// A fence that nothing in the text can end.
std::string fenced(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
  return fmt::format("{}sh\n{}{}\n", fence, text, fence);
}

}  // namespace

std::string model_runs_text(const std::vector<ModelRun>& runs) {
  std::string out;
  for (const ModelRun& run : runs) out += (out.empty() ? "" : "\n") + block_of(run, false);
  return out;
}

std::string model_runs_markdown(const std::vector<ModelRun>& runs) {
  std::string out = fmt::format("{}\n\n# What must run for the changed models\n", kModelRunsHeader);
  if (runs.empty()) out += "\nNo model is new or changed.\n";
  for (const ModelRun& run : runs) out += "\n" + fenced(block_of(run, true));
  return out;
}

}  // namespace plowline
