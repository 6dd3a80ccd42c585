#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"

namespace plowline {
namespace {

constexpr std::string_view kPostHook = "snowplow_incremental_post_hook";
constexpr std::size_t kTimestampPosition = 3;

// What a hook hands on as the timestamp by which the manifest is written.
struct HookTimestamp {
  std::string value;
  std::string reads;  // the variable; empty for a literal
};

const SqlText::Argument* timestamp_argument(const SqlText::Call& call) {
  if (const SqlText::Argument* argument = call.keyword("session_timestamp")) return argument;
  if (call.arguments.size() <= kTimestampPosition || !call.arguments[kTimestampPosition].name.empty()) return nullptr;
  return &call.arguments[kTimestampPosition];
}

std::optional<HookTimestamp> timestamp_of(const LintProject& project, const SnowplowPackage& package, NodeId hook) {
  const SqlText& text = project.sql(hook);
  for (const SqlText::Call& call : text.calls(kPostHook)) {
    const SqlText::Argument* argument = timestamp_argument(call);
    if (argument == nullptr) continue;
    if (argument->literal) return HookTimestamp{*argument->literal, {}};
    for (const SqlText::Call& inner : text.calls("var")) {
      // The argument is this call and nothing else.
      if (inner.name != "var" || inner.arguments.empty() || !inner.arguments[0].literal) continue;
      const std::string_view written = text.text().substr(inner.offset, inner.length);
      if (written != argument->text) continue;
      const std::string& name = *inner.arguments[0].literal;
      if (const auto visible = visible_var(project, name, package.owner)) {
        if (has_jinja(*visible->value)) return std::nullopt;
        return HookTimestamp{visible->value->text, name};
      }
      if (inner.arguments.size() > 1 && inner.arguments[1].literal)
        return HookTimestamp{*inner.arguments[1].literal, name};
    }
  }
  return std::nullopt;
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  for (const SnowplowPackage& package : project.snowplow().all()) {
    const auto visible = visible_var(project, kSessionTimestamp, package.owner);
    if (package.end_hooks.empty() || !visible || !visible->set || has_jinja(*visible->value)) continue;
    const auto hook = timestamp_of(project, package, package.end_hooks.front());
    if (!hook || hook->value == visible->value->text) continue;
    const std::string why = hook->reads.empty() ? std::string() : fmt::format(" (it reads {})", printable(hook->reads));
    violations.push_back(
        {.message = fmt::format(
             "{} is {}, but the on-run-end hook of {} writes the manifest by {}{}: the windows are cut "
             "by one timestamp and moved on by another, so events are skipped or processed twice",
             kSessionTimestamp, value_words(*visible->value), printable(package.name), printable(hook->value), why),
         .at = place_of(*visible->set),
         .key = package.name});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-session-timestamp-ignored",
     .subject = "snowplow",
     .summary = "snowplow__session_timestamp that a package's hook does not read",
     .what =
         "Finds settings of `snowplow__session_timestamp` for packages whose on-run-end hook takes the timestamp from "
         "elsewhere: snowplow_media_player's reads a variable `snowplow__session_tstamp`, one of your own may hold a "
         "literal.",
     .why =
         "The package's models cut events into windows by the variable, the hook computes last_success (where the next "
         "window begins) by what it reads. The two must be the same column.",
     .example = "```yaml\nvars:\n  snowplow_media_player:\n    snowplow__session_timestamp: load_tstamp\n```",
     .use_instead = "```yaml\nvars:\n  snowplow_media_player:\n    snowplow__session_timestamp: load_tstamp\n"
                    "    snowplow__session_tstamp: load_tstamp\n```",
     .basis = "snowplow_media_player 1.0.0: on-run-end of its dbt_project.yml; snowplow_utils: "
              "`snowplow_incremental_post_hook` and `update_incremental_manifest_table`.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
