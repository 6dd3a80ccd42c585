// Which Snowplow packages a project holds, and what each does on a `dbt run`.
//
// A Snowplow package with incremental sessionization is made of four things, which dbt's manifest shows as ordinary
// nodes: a manifest table (`<package>_incremental_manifest`: one row per tagged model with its last_success), a model
// that computes the run's window from those rows (`<package>_base_new_event_limits`), the events of that window
// (`<package>_base_events_this_run`), and an on-run-end hook that calls snowplow_utils.snowplow_incremental_post_hook,
// which writes the rows. The hook runs at the end of every dbt run of the project, whatever is selected. Both the
// limits model and the hook ask snowplow_utils.get_enabled_snowplow_models for "the package's models": the enabled
// models with the package's tag whose bare name is in the variable models_to_run, or all tagged ones where that is
// empty.
//
// A package is recognised by what it does, not by a list of names: by its hook, or by a model that calls
// get_enabled_snowplow_models. So private packages and those that a user built on snowplow_utils are found too (the
// package is then the root project; what the macros call it, mostly `snowplow`, is its `name` here). A list of
// published names serves only for packages that do neither: snowplow_media_player before 0.6, whose models carry
// snowplow_web's tag, and snowplow_attribution, which keeps another kind of manifest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

struct SnowplowPackage {
  enum class Kind : std::uint8_t {
    kIncremental,   // has a window and a manifest table of its own
    kRidesOnOther,  // its models carry another package's tag; no window, no hook of its own
    kOwnManifest,   // has nothing to do with models_to_run
  };

  std::string name;   // what the macros call it: the package_name argument
  std::string owner;  // the dbt package that its base models belong to
  std::string tag;    // kRidesOnOther: the other package's; kOwnManifest: empty
  Kind kind = Kind::kIncremental;

  std::optional<NodeId> incremental_manifest;
  std::optional<NodeId> new_event_limits;
  std::optional<NodeId> base_events_this_run;
  // The on-run-end operations that call snowplow_incremental_post_hook (or its time-based variant) for this package.
  std::vector<NodeId> end_hooks;
  // The limits model passes an empty models_to_run to get_enabled_snowplow_models: the variable has no effect on its
  // window. A template for home-made packages once had this.
  bool limits_ignore_models_to_run = false;

  // Enabled models with `tag`, of any dbt package, in the order of their ids.
  std::vector<NodeId> tagged_models;
  // unique_ids of disabled models with `tag`: they count for nothing. Sorted, each once.
  std::vector<std::string_view> disabled_models;

  bool calls_post_hook() const { return !end_hooks.empty(); }
};

// What get_enabled_snowplow_models does when no model is left.
enum class EmptyModels : std::uint8_t {
  kRaises,      // `No enabled models identified.`: the run fails (snowplow_utils 0.15.0 and later)
  kMatchesAll,  // goes on, and the hook takes every model that ran, of any package, for the package's own
  kUnknown,     // the manifest does not tell
};

class SnowplowPackages {
 public:
  // Cost: one pass over the nodes. Errors: a hook or limits model whose code is not JSON.
  static Result<SnowplowPackages> find(const Project& project);

  // In the order in which dbt runs their on-run-end hooks: by the dbt package's name, the root project last. A hook
  // that fails stops the later ones.
  const std::vector<SnowplowPackage>& all() const { return packages_; }
  EmptyModels on_empty() const { return on_empty_; }

  // Whether models_to_run means anything in this project.
  bool read_models_to_run() const;

  const SnowplowPackage* named(std::string_view name) const;
  // The package (never one that rides on another) that counts models with this tag.
  const SnowplowPackage* with_tag(std::string_view tag) const;
  // All packages whose tag the node carries, in hook order; the node may be of any dbt package. Empty for disabled
  // nodes and for what is no model.
  std::vector<const SnowplowPackage*> tagging(const Project& project, NodeId node) const;
  // The package whose own node this is: a node of its dbt package, or, where that is the user's root project, one of
  // the base models by name. Null for the user's models.
  const SnowplowPackage* owning(const Project& project, NodeId node) const;
  // The tags that models can usefully carry in this project.
  std::vector<std::string_view> tags() const;

 private:
  friend class PackageFinder;
  std::vector<SnowplowPackage> packages_;
  EmptyModels on_empty_ = EmptyModels::kUnknown;
};

}  // namespace plowline
