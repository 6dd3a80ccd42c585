#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/stray_tag.h"
#include "snowplow/checks.h"
#include "snowplow/tags.h"

namespace plowline {
namespace {

// What follows: nothing but a useless tag where another one counts.
std::string consequence_of(const LintProject& project, NodeId model) {
  if (!project.snowplow().tagging(project.project(), model).empty()) return "the tag has no effect";
  return "no package counts the model or keeps a manifest row for it, so it is never backfilled (state 2) and the "
         "windows that it misses are never made up (state 3)";
}

std::string message_of(const LintProject& project, NodeId model, const StrayTags::Tag& stray) {
  const std::string name = printable(project.node(model).name);
  if (stray.meant) {
    return fmt::format("the tag {} of {} is no Snowplow package's tag, {} was probably meant: {}", printable(stray.tag),
                       name, printable(*stray.meant), consequence_of(project, model));
  }
  const std::string package = printable(package_of_tag(stray.tag).value_or(stray.tag));
  const SnowplowPackage* installed = project.snowplow().named(package_of_tag(stray.tag).value_or(stray.tag));
  if (installed != nullptr && installed->kind == SnowplowPackage::Kind::kRidesOnOther) {
    return fmt::format(
        "the tag {} of {} counts for no package: this version of {} runs in the window of another and "
        "has its tag, {}: {}",
        printable(stray.tag), name, package, printable(installed->tag), consequence_of(project, model));
  }
  return fmt::format("the tag {} of {} speaks of {}, which has no window in this project (the tags that count: {}): {}",
                     printable(stray.tag), name, package, name_list(project.snowplow().tags()),
                     consequence_of(project, model));
}

// What a package without a window does with its own tag is its own affair.
bool is_own_tag(const LintProject& project, NodeId model, const StrayTags::Tag& stray) {
  const SnowplowPackage* owner = project.snowplow().owning(project.project(), model);
  return owner != nullptr && package_of_tag(stray.tag) == owner->name;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  if (project.snowplow().tags().empty()) return {};
  StrayTags stray_tags(project.snowplow());
  scope.for_each(ResourceType::kModel, [&](NodeId model) {
    const NodeRecord& node = project.node(model);
    if (node.tags.empty() || !project.project().enabled(model)) return;
    for (const StrayTags::Tag& stray : stray_tags.of(node)) {
      if (is_own_tag(project, model, stray)) continue;
      violations.push_back(
          {.node = model, .message = message_of(project, model, stray), .at = Anchor::tag(std::string(stray.tag))});
    }
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-unknown-tag",
     .subject = "snowplow",
     .summary = "a tag looks like a Snowplow package's but is none of this project's",
     .what = "Finds tags of the shape `snowplow_…_incremental` that no installed package counts, and tags that are one "
             "or two letters, another letter case, or a hyphen away from one that counts.",
     .why =
         "Tags are compared exactly, and a tag that nobody knows is no error to dbt or to the packages: the model is "
         "simply not counted. It gets no manifest row, is not backfilled, and a window in which it fails is never "
         "repeated.",
     .example = R"(```yaml
models:
  shop:
    snowplow_custom:
      +tags: snowplow_unified_incremetal
```)",
     .use_instead = R"(```yaml
models:
  shop:
    snowplow_custom:
      +tags: snowplow_unified_incremental
```)",
     .basis = "snowplow_utils: `get_enabled_snowplow_models` looks for `package_name ~ '_incremental'` among a node's "
              "tags, exactly.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
