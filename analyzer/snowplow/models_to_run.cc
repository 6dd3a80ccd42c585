#include "snowplow/models_to_run.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

#include "snowplow/checks.h"
#include "snowplow/guard.h"
#include "snowplow/tags.h"

namespace plowline {
namespace {

std::string statement_without_packages(const Project& project, const SnowplowPackages& packages) {
  if (!packages.all().empty()) {
    std::vector<std::string> names;
    for (const SnowplowPackage& package : packages.all()) names.push_back(printable(package.name));
    return fmt::format("models_to_run does not apply: {} does not read it, and no other Snowplow package is installed",
                       fmt::join(names, ", "));
  }
  for (const MacroRecord& macro : project.macros()) {
    if (!is_published_package(macro.package_name)) continue;  // a project may be called snowplow_… too
    return fmt::format(
        "models_to_run does not apply: {} is installed but switched off (it has no base_new_event_limits model and no "
        "on-run-end hook in this manifest)",
        printable(macro.package_name));
  }
  return "models_to_run does not apply: this project has no Snowplow package (no base_new_event_limits model and no "
         "on-run-end hook that calls snowplow_incremental_post_hook)";
}

class Builder {
 public:
  Builder(const Project& project, const SnowplowPackages& packages, const NodeSet& selected,
          const ModelsToRunOptions& options)
      : project_(project), packages_(packages), selected_(selected), options_(options) {}

  Result<ModelsToRun> build() {
    if (!packages_.read_models_to_run()) {
      result_.statement = statement_without_packages(project_, packages_);
      return std::move(result_);
    }
    result_.applies = true;
    start_packages();
    name_selected();
    if (!names_.empty()) {
      if (Result<void> done = name_guards(); !done) return std::unexpected(done.error());
    }
    finish();
    return std::move(result_);
  }

 private:
  void start_packages() {
    for (const SnowplowPackage& package : packages_.all()) {
      if (package.kind != SnowplowPackage::Kind::kIncremental) continue;
      PackageRun run;
      run.package = package.name;
      run.window_is_computed = package.new_event_limits && selected_.contains(*package.new_event_limits);
      for (const NodeId model : package.tagged_models) {
        if (selected_.contains(model) && can_be_named(project_.node(model).name)) run.models.push_back(model);
      }
      result_.packages.push_back(std::move(run));
    }
  }

  void name_selected() {
    for (const PackageRun& run : result_.packages) {
      for (const NodeId model : run.models) add(model, NameOrigin::kTagged, run.package);
    }
    if (!options_.all_names) return;
    selected_.for_each([&](NodeId id) {
      const NodeRecord& node = project_.node(id);
      if (node.resource_type != ResourceType::kModel || !project_.enabled(id) || !can_be_named(node.name)) return;
      add(id, NameOrigin::kSelected, {});
    });
  }

  // The first origin of a name stays: tagged, then merely selected, then guard.
  void add(NodeId model, NameOrigin origin, const std::string& package) {
    const std::string_view name = project_.node(model).name;
    const auto [place, is_new] = names_.try_emplace(name);
    RunName& entry = place->second;
    if (is_new) {
      entry.name = name;
      entry.origin = origin;
    }
    if (std::ranges::find(entry.models, model) == entry.models.end()) entry.models.push_back(model);
    if (!package.empty() && std::ranges::find(entry.packages, package) == entry.packages.end()) {
      entry.packages.push_back(package);
    }
  }

  bool is_covered(const SnowplowPackage& package) const {
    return std::ranges::any_of(package.tagged_models,
                               [&](NodeId model) { return names_.contains(project_.node(model).name); });
  }

  Result<void> name_guards() {
    for (PackageRun& run : result_.packages) {
      const SnowplowPackage& package = *packages_.named(run.package);
      if (!run.models.empty() || (!package.calls_post_hook() && !run.window_is_computed) || is_covered(package))
        continue;
      const Result<std::optional<NodeId>> guard = choose_guard(project_, packages_, package, selected_);
      if (!guard) return std::unexpected(guard.error());
      if (!*guard) continue;
      add(**guard, NameOrigin::kGuard, package.name);
      run.guard = project_.node(**guard).name;
    }
    return {};
  }

  void finish() {
    for (auto& [name, entry] : names_) {
      entry.reason = reason(entry);
      result_.tokens.push_back(name);
      result_.names.push_back(std::move(entry));
    }
    result_.value = fmt::format("{}", fmt::join(result_.tokens, " "));
    result_.statement = statement();
    add_notes();
  }

  std::string reason(const RunName& entry) const {
    const std::string packages = printable(fmt::format("{}", fmt::join(entry.packages, " and ")));
    if (entry.origin == NameOrigin::kSelected) return "selected; no package counts it (named because of --all-names)";
    if (entry.origin == NameOrigin::kTagged) {
      return fmt::format("selected and tagged {}: {} counts it", printable(tags_of(entry)), packages);
    }
    return fmt::format("not selected, so it is not run; named only because {}", guard_reason(packages));
  }

  std::string tags_of(const RunName& entry) const {
    std::vector<std::string> tags;
    for (const std::string& package : entry.packages) tags.push_back(packages_.named(package)->tag);
    return fmt::format("{}", fmt::join(tags, " and "));
  }

  std::string guard_reason(const std::string& package) const {
    switch (packages_.on_empty()) {
      case EmptyModels::kRaises:
        return fmt::format("{}'s on-run-end hook would otherwise fail with \"No enabled models identified.\"", package);
      case EmptyModels::kMatchesAll:
        return fmt::format("{}'s on-run-end hook would otherwise write manifest rows for models of other packages",
                           package);
      case EmptyModels::kUnknown:
        break;
    }
    return fmt::format(
        "{0}'s on-run-end hook would otherwise fail with \"No enabled models identified.\" (snowplow_utils 0.15.0 and "
        "later) or write manifest rows for models of other packages (before)",
        package);
  }

  std::string statement() const {
    if (result_.value.empty()) {
      return "models_to_run is left out: no selected model carries a Snowplow package's tag, and an empty value would "
             "mean every tagged model";
    }
    const auto count = [&](NameOrigin origin) {
      return static_cast<std::size_t>(std::ranges::count(result_.names, origin, &RunName::origin));
    };
    std::string out = fmt::format("models_to_run names {} tagged {}", count(NameOrigin::kTagged),
                                  plural(count(NameOrigin::kTagged), "model", "models"));
    if (const std::size_t others = count(NameOrigin::kSelected); others > 0) {
      out += fmt::format(", {} other selected {}", others, plural(others, "model", "models"));
    }
    if (const std::size_t guards = count(NameOrigin::kGuard); guards > 0) {
      out += fmt::format(", and {} guard {}", guards, plural(guards, "name", "names"));
    }
    return out;
  }

  void add_notes() {
    std::vector<std::string> covered;
    for (const PackageRun& run : result_.packages) {
      if (!run.models.empty()) covered.push_back(printable(run.package));
      const std::vector<std::string_view>& disabled = packages_.named(run.package)->disabled_models;
      if (disabled.empty()) continue;
      result_.notes.push_back(fmt::format("{} {} with the tag {} {} disabled and not counted: {}", disabled.size(),
                                          plural(disabled.size(), "model", "models"),
                                          printable(packages_.named(run.package)->tag),
                                          plural(disabled.size(), "is", "are"), name_list(disabled)));
    }
    if (covered.size() > 1) {
      result_.notes.push_back(fmt::format(
          "the selection runs models of {}: each computes a window of its own from its own manifest, in one dbt run",
          fmt::join(covered, " and ")));
    }
    for (const SnowplowPackage& package : packages_.all()) {
      if (package.kind == SnowplowPackage::Kind::kRidesOnOther) {
        result_.notes.push_back(fmt::format("{}'s models carry the tag {}: they run in that package's window",
                                            printable(package.name), printable(package.tag)));
      }
    }
  }

  const Project& project_;
  const SnowplowPackages& packages_;
  const NodeSet& selected_;
  const ModelsToRunOptions& options_;
  std::map<std::string_view, RunName> names_;  // sorted as the value is
  ModelsToRun result_;
};

}  // namespace

Result<ModelsToRun> models_to_run(const Project& project, const SnowplowPackages& packages, const NodeSet& selected,
                                  const ModelsToRunOptions& options, Warnings& warnings) {
  Result<ModelsToRun> result = Builder(project, packages, selected, options).build();
  if (!result || !result->applies) return result;
  const CheckInput input{project, packages, selected, options, *result};
  for (const Check check : selection_checks()) {
    if (Result<void> done = check(input, warnings); !done) return std::unexpected(done.error());
  }
  return result;
}

}  // namespace plowline
