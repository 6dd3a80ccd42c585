#include "snowplow/packages.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

#include "snowplow/macro_calls.h"
#include "snowplow/tags.h"

namespace plowline {
namespace {

constexpr std::string_view kLimitsSuffix = "_base_new_event_limits";
constexpr std::string_view kEventsSuffix = "_base_events_this_run";
constexpr std::string_view kManifestSuffix = "_incremental_manifest";
constexpr std::string_view kHomeMade = "snowplow";
constexpr std::string_view kFamily = "snowplow_";
constexpr std::string_view kEnabledModels = "get_enabled_snowplow_models";
constexpr std::array<std::string_view, 2> kPostHooks = {"snowplow_incremental_post_hook",
                                                        "snowplow_incremental_post_hook_t"};

bool is_end_hook(const NodeRecord& node) {
  return node.resource_type == ResourceType::kOperation &&
         (has_tag(node, "on-run-end") || node.unique_id.find("-on-run-end-") != std::string_view::npos);
}

// The N of `operation.<package>.<package>-on-run-end-N`: the order in which dbt runs a package's hooks.
std::size_t hook_number(std::string_view unique_id) {
  std::size_t number = 0;
  const std::size_t dash = unique_id.rfind('-');
  if (dash != std::string_view::npos) {
    std::from_chars(unique_id.data() + dash + 1, unique_id.data() + unique_id.size(), number);
  }
  return number;
}

std::optional<std::string_view> without_suffix(std::string_view name, std::string_view suffix) {
  if (name.size() <= suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  return name.substr(0, name.size() - suffix.size());
}

bool is_family_name(std::string_view package) {
  return package == kHomeMade || package.starts_with(kFamily);
}

// snowplow_utils from 0.15.0 on has the base macros; before, it had a materialization of its own. The names tell
// where a manifest was stripped of the macros' texts.
EmptyModels empty_models_of(const Project& project) {
  if (const MacroRecord* macro = find_utils_macro(project, kEnabledModels)) {
    const std::string text = macro_text(*macro);
    if (text.find("No enabled models identified") != std::string::npos) return EmptyModels::kRaises;
    if (text.find("enabled_models") != std::string::npos) return EmptyModels::kMatchesAll;
  }
  const auto has = [&](std::string_view name) { return find_utils_macro(project, name) != nullptr; };
  if (has("base_create_snowplow_events_this_run") || has("base_create_snowplow_incremental_manifest")) {
    return EmptyModels::kRaises;
  }
  if (has("snowplow_is_incremental") || has("snowplow_merge")) return EmptyModels::kMatchesAll;
  return EmptyModels::kUnknown;
}

}  // namespace

class PackageFinder {
 public:
  explicit PackageFinder(const Project& project) : project_(project), calls_(project) {}

  Result<SnowplowPackages> find() {
    SnowplowPackages found;
    if (Result<void> done = visit_nodes(); !done) return std::unexpected(done.error());
    for (const std::string_view package : published_) add_by_name(package);
    for (auto& [name, package] : packages_) {
      complete(package);
      found.packages_.push_back(std::move(package));
    }
    if (!found.packages_.empty()) found.on_empty_ = empty_models_of(project_);
    std::ranges::stable_sort(found.packages_, {}, [&](const SnowplowPackage& package) { return hook_order(package); });
    return found;
  }

 private:
  // A user's project may call the hook in a package's stead: then it runs with the project's hooks.
  std::tuple<bool, std::string_view, std::size_t> hook_order(const SnowplowPackage& package) const {
    std::string_view owner = package.owner;
    std::size_t number = 0;
    if (!package.end_hooks.empty()) {
      const NodeRecord& hook = project_.node(package.end_hooks.front());
      owner = hook.package_name;
      number = hook_number(hook.unique_id);
    }
    return {owner == project_.root_package(), owner, number};
  }

  Result<void> visit_nodes() {
    for (std::size_t i = 0; i < project_.size(); ++i) {
      const NodeId id{static_cast<std::uint32_t>(i)};
      if (!project_.enabled(id)) continue;
      Result<void> done;
      if (project_.type(id) == ResourceType::kModel) {
        done = visit_model(id);
      } else if (project_.type(id) == ResourceType::kOperation && is_end_hook(project_.node(id))) {
        done = visit_hook(id);
      }
      if (!done) return done;
    }
    return {};
  }

  Result<void> visit_hook(NodeId id) {
    for (const std::string_view macro : kPostHooks) {
      const Result<std::optional<MacroCall>> call = calls_.find(id, macro);
      if (!call) return std::unexpected(call.error());
      if (!*call) continue;
      add(name_in_hook(id, (*call)->text, macro), project_.node(id).package_name).end_hooks.push_back(id);
    }
    return {};
  }

  // The package_name argument; where it is no literal, the events table that the hook reads says the same.
  std::string name_in_hook(NodeId id, std::string_view text, std::string_view macro) const {
    const std::optional<std::vector<MacroArgument>> arguments = call_arguments(text, macro);
    if (arguments) {
      if (arguments->empty()) return std::string(kHomeMade);  // the macro's default
      if (std::optional<std::string> name = literal_argument(*arguments, "package_name", 0)) return *name;
    }
    for (const NodeId parent : project_.parents(id)) {
      if (const auto prefix = without_suffix(project_.node(parent).name, kEventsSuffix)) return std::string(*prefix);
    }
    const std::string_view owner = project_.node(id).package_name;
    return std::string(is_family_name(owner) ? owner : kHomeMade);
  }

  Result<void> visit_model(NodeId id) {
    const NodeRecord& node = project_.node(id);
    const std::string_view owner = node.package_name;
    if (owner.starts_with(kFamily) && (is_published_package(owner) || is_package_without_tag(owner)))
      published_.insert(owner);
    const std::optional<std::string_view> prefix = without_suffix(node.name, kLimitsSuffix);
    const bool asks = depends_on_utils_macro(node, kEnabledModels);
    if (!asks && !(prefix && is_family_name(*prefix))) return {};
    const Result<JsonText> code = project_.read(id, &NodeRecord::raw_code);
    if (!code) return std::unexpected(code.error());
    const auto arguments = call_arguments(code->string().value_or(""), kEnabledModels);
    std::optional<std::string> name;
    if (arguments) name = literal_argument(*arguments, "package_name", 0);
    if (!name && prefix) name = std::string(*prefix);
    if (!name) return {};
    SnowplowPackage& package = add(*name, node.package_name);
    if (package.new_event_limits && !prefix) return {};
    package.new_event_limits = id;
    package.limits_ignore_models_to_run = arguments && literal_argument(*arguments, "models_to_run", 2) == "";
    return {};
  }

  SnowplowPackage& add(const std::string& name, std::string_view owner) {
    SnowplowPackage& package = packages_[name];
    if (package.name.empty()) {
      package.name = name;
      package.owner = owner;
      package.tag = tag_of(name);
    }
    return package;
  }

  // Published packages that have no hook and no window of their own.
  void add_by_name(std::string_view owner) {
    if (packages_.contains(std::string(owner))) return;
    SnowplowPackage& package = add(std::string(owner), owner);
    if (is_package_without_tag(owner)) {
      package.kind = SnowplowPackage::Kind::kOwnManifest;
      package.tag.clear();
    } else if (const std::string other = tag_carried_by(owner); !other.empty() && other != package.tag) {
      package.kind = SnowplowPackage::Kind::kRidesOnOther;
      package.tag = other;
    }
  }

  // The Snowplow tag that most of a package's models carry; its own where there is any.
  std::string tag_carried_by(std::string_view owner) const {
    std::map<std::string_view, std::size_t> counts;
    for (std::size_t i = 0; i < project_.size(); ++i) {
      const NodeRecord& node = project_.node(NodeId{static_cast<std::uint32_t>(i)});
      if (node.package_name != owner || node.resource_type != ResourceType::kModel) continue;
      for (const std::string_view tag : node.tags) {
        if (package_of_tag(tag)) ++counts[tag];
      }
    }
    if (counts.empty() || counts.contains(tag_of(owner))) return {};
    return std::string(std::ranges::max_element(counts, {}, [](const auto& count) { return count.second; })->first);
  }

  void complete(SnowplowPackage& package) {
    std::ranges::sort(package.end_hooks, {}, [&](NodeId id) { return hook_number(project_.node(id).unique_id); });
    for (const NodeId hook : package.end_hooks) {
      for (const NodeId parent : project_.parents(hook)) place_base_model(package, parent);
    }
    for (std::size_t i = 0; i < project_.size(); ++i) {
      const NodeId id{static_cast<std::uint32_t>(i)};
      const NodeRecord& node = project_.node(id);
      if (node.resource_type != ResourceType::kModel || !project_.enabled(id)) continue;
      if (!package.tag.empty() && has_tag(node, package.tag)) package.tagged_models.push_back(id);
      if (package.kind == SnowplowPackage::Kind::kIncremental && node.package_name == package.owner &&
          node.name.starts_with(package.name)) {
        place_by_name(package, id, node.name.substr(package.name.size()));
      }
    }
    if (!package.tag.empty()) find_disabled(package);
  }

  // What the hook reads comes first: its arguments may name other tables than the usual ones.
  void place_base_model(SnowplowPackage& package, NodeId id) const {
    const std::string_view name = project_.node(id).name;
    if (!package.base_events_this_run && name.ends_with(kEventsSuffix)) package.base_events_this_run = id;
    if (!package.incremental_manifest && name.ends_with(kManifestSuffix)) package.incremental_manifest = id;
  }

  // By the usual names, where neither the hook nor depends_on.macros told (dbt 2 leaves the latter empty).
  void place_by_name(SnowplowPackage& package, NodeId id, std::string_view suffix) const {
    if (suffix == kEventsSuffix || suffix == kManifestSuffix) place_base_model(package, id);
    if (suffix == kLimitsSuffix && !package.new_event_limits) package.new_event_limits = id;
  }

  void find_disabled(SnowplowPackage& package) const {
    for (const NodeRecord& node : project_.disabled()) {
      if (node.resource_type == ResourceType::kModel && has_tag(node, package.tag) && !project_.find(node.unique_id)) {
        package.disabled_models.push_back(node.unique_id);
      }
    }
    std::ranges::sort(package.disabled_models);
    const auto repeated = std::ranges::unique(package.disabled_models);
    package.disabled_models.erase(repeated.begin(), repeated.end());
  }

  const Project& project_;
  CallFinder calls_;
  std::map<std::string, SnowplowPackage> packages_;  // by name
  std::set<std::string_view> published_;             // packages of Snowplow's that own a model
};

Result<SnowplowPackages> SnowplowPackages::find(const Project& project) {
  return PackageFinder(project).find();
}

bool SnowplowPackages::read_models_to_run() const {
  return std::ranges::any_of(
      packages_, [](const SnowplowPackage& package) { return package.kind == SnowplowPackage::Kind::kIncremental; });
}

const SnowplowPackage* SnowplowPackages::named(std::string_view name) const {
  const auto found = std::ranges::find(packages_, name, &SnowplowPackage::name);
  return found == packages_.end() ? nullptr : &*found;
}

const SnowplowPackage* SnowplowPackages::with_tag(std::string_view tag) const {
  for (const SnowplowPackage& package : packages_) {
    if (package.kind == SnowplowPackage::Kind::kIncremental && package.tag == tag) return &package;
  }
  return nullptr;
}

std::vector<const SnowplowPackage*> SnowplowPackages::tagging(const Project& project, NodeId node) const {
  std::vector<const SnowplowPackage*> out;
  const NodeRecord& record = project.node(node);
  if (record.resource_type != ResourceType::kModel || !project.enabled(node)) return out;
  for (const SnowplowPackage& package : packages_) {
    if (package.kind == SnowplowPackage::Kind::kIncremental && has_tag(record, package.tag)) out.push_back(&package);
  }
  return out;
}

const SnowplowPackage* SnowplowPackages::owning(const Project& project, NodeId node) const {
  const NodeRecord& record = project.node(node);
  for (const SnowplowPackage& package : packages_) {
    if (record.package_name != package.owner) continue;
    if (package.owner == package.name || package.owner != project.root_package()) return &package;
    if (package.new_event_limits == node || package.base_events_this_run == node ||
        package.incremental_manifest == node || record.name.starts_with(package.name + "_base_")) {
      return &package;
    }
  }
  return nullptr;
}

std::vector<std::string_view> SnowplowPackages::tags() const {
  std::vector<std::string_view> out;
  for (const SnowplowPackage& package : packages_) {
    if (package.kind == SnowplowPackage::Kind::kIncremental) out.push_back(package.tag);
  }
  return out;
}

}  // namespace plowline
