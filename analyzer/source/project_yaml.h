// The YAML files at the top of a dbt project, as the user wrote them: dbt_project.yml, packages.yml (or
// dependencies.yml), selectors.yml.
//
// The manifest holds what dbt made of them, but not the vars, not the dispatch order, not the packages' version ranges,
// and no positions. Values are unrendered: Jinja stays as it stands. A file that cannot be read as YAML counts as
// absent here; dbt itself would not have parsed the project.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/placed_value.h"

namespace plowline {

struct YamlFile {
  std::string file;  // relative to the project's folder: `dbt_project.yml`
  PlacedValue value;

  // The value at a path of keys; null where there is none.
  const PlacedValue* at(const std::vector<std::string_view>& path) const;
};

// A package as packages.yml asks for it.
struct RequiredPackage {
  std::string name;                   // `snowplow_unified`: the last part of `snowplow/snowplow_unified`, of a git URL, …
  std::string source;                 // what stands there: `snowplow/snowplow_unified`
  std::vector<std::string> versions;  // as written: `>=1.0.0`, `<2.0.0`
  Position position;
};

// A variable as dbt_project.yml sets it.
struct ProjectVar {
  std::string name;
  std::string scope;  // the package it is set for; empty: for all
  const PlacedValue* value = nullptr;
  Position position;  // of the key
};

class ProjectYaml {
 public:
  ProjectYaml() = default;
  // Reads what there is in `folder`; of an empty path nothing.
  static ProjectYaml read(const std::filesystem::path& folder);

  const YamlFile* project_file() const { return project_ ? &*project_ : nullptr; }
  const YamlFile* packages_file() const { return packages_ ? &*packages_ : nullptr; }
  const YamlFile* selectors_file() const { return selectors_ ? &*selectors_ : nullptr; }

  // In the order of the file.
  std::vector<RequiredPackage> required_packages() const;
  // Every variable, in the order of the file.
  std::vector<ProjectVar> vars() const;
  // What a node of `package` sees of `name`: its package's value before the global one (dbt-core:
  // context/providers.py). Nothing where dbt_project.yml does not set it for that package.
  std::optional<ProjectVar> var(std::string_view name, std::string_view package) const;
  // dispatch: the search order of that macro namespace; nothing where there is none.
  std::optional<std::vector<std::string>> dispatch_order(std::string_view macro_namespace) const;
  // The version of an installed package: from its own dbt_project.yml in the packages' folder, else package-lock.yml.
  std::optional<std::string> installed_version(std::string_view package) const;
  // `require-dbt-version` of an installed package.
  std::vector<std::string> required_dbt_versions(std::string_view package) const;
  // The names of selectors.yml's selectors, in order.
  std::vector<std::string> selector_names() const;

 private:
  std::filesystem::path folder_;
  std::string packages_folder_ = "dbt_packages";
  std::optional<YamlFile> project_;
  std::optional<YamlFile> packages_;
  std::optional<YamlFile> selectors_;
};

}  // namespace plowline
