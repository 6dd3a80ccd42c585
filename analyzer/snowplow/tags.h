// The tags by which Snowplow's packages know their models.
//
// Every Snowplow package counts a model as its own when the model carries the tag `<package>_incremental`, wherever the
// model lies: in the package itself or in the user's project. The comparison is exact and case-sensitive, on the tags
// that dbt merged (from dbt_project.yml, schema files and the model's own config), and looks at enabled models only.
// A package that a user built on snowplow_utils is called `snowplow`, its tag is `snowplow_incremental`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "project/project.h"

namespace plowline {

// `snowplow_unified` -> `snowplow_unified_incremental`.
std::string tag_of(std::string_view package);

// The package that a tag of that shape speaks of: `snowplow_web_incremental` -> `snowplow_web`,
// `snowplow_incremental` -> `snowplow`. Nothing for other tags. The package need not be installed.
std::optional<std::string_view> package_of_tag(std::string_view tag);

bool has_tag(const NodeRecord& node, std::string_view tag);

// An enabled model that `package` counts as its own.
bool is_tagged(const Project& project, NodeId node, std::string_view package);

// The tag among `known` that `tag` was probably meant to be: the nearest one within two edits (see edit_distance),
// upper and lower case and `-` for `_` not counted. Nothing where `tag` is one of them or is near to none. Cost:
// O(product of the lengths) per known tag of a similar length.
std::optional<std::string_view> meant_tag(std::string_view tag, const std::vector<std::string_view>& known);

// Whether Snowplow publishes, or published, a package of that name that works with models_to_run.
bool is_published_package(std::string_view package);

// snowplow_attribution and snowplow_fractribution: they neither read models_to_run nor tag models, and their manifest
// has another shape.
bool is_package_without_tag(std::string_view package);

}  // namespace plowline
