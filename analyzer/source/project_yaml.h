// The YAML files at the top of a dbt project, as the user wrote them: dbt_project.yml, packages.yml (or
// dependencies.yml), selectors.yml, vars.yml; and those of the packages that `dbt deps` installed.
//
// The manifest holds what dbt made of them, but not the vars, not the dispatch order, not the packages' version ranges,
// and no positions. Values are unrendered: Jinja stays as it stands. A file that cannot be read as YAML counts as
// absent here; dbt itself would not have parsed the project. The same goes for files over 4 MiB and for whatever lies
// outside of the project's folder once links are followed: a project from a pull request must not make anybody read
// other files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
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
  enum class Kind : std::uint8_t { kHub, kGit, kPrivate, kTarball, kLocal };
  Kind kind = Kind::kHub;
  // `snowplow_unified`: the last part of `snowplow/snowplow_unified`, of a git URL (there without `.git`, and with
  // `dbt-snowplow-unified` taken for what Snowplow calls it), of a folder; or the `name` beside it.
  std::string name;
  std::string source;                 // what stands there: `snowplow/snowplow_unified`
  std::vector<std::string> versions;  // as written: `>=1.0.0`, `<2.0.0`; of a hub package only
  std::string revision;               // as written; of a git or private package only
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
  // Reads what there is in `folder`; of an empty path nothing. Cost: parses each of the files, and two small ones per
  // installed package.
  static ProjectYaml read(const std::filesystem::path& folder);

  const YamlFile* project_file() const { return project_ ? &*project_ : nullptr; }
  // The one of packages.yml and dependencies.yml that lists packages, as dbt chooses it.
  const YamlFile* packages_file() const { return packages_ ? &*packages_ : nullptr; }
  const YamlFile* selectors_file() const { return selectors_ ? &*selectors_ : nullptr; }

  // In the order of the file.
  std::vector<RequiredPackage> required_packages() const;
  // Every variable, in the order of the file (since dbt 1.12 it may be vars.yml). A map under the name of the project
  // or of a package is no variable, its members are. A map under any other name is one, and its members are listed as
  // well: whether it means a package cannot be told.
  std::vector<ProjectVar> vars() const;
  // What a node of `package` sees of `name`: its package's value before the global one (dbt-core:
  // context/providers.py). Nothing where dbt_project.yml does not set it for that package; then default_var() counts.
  std::optional<ProjectVar> var(std::string_view name, std::string_view package) const;
  // dispatch: the search order of that macro namespace; nothing where there is none.
  std::optional<std::vector<std::string>> dispatch_order(std::string_view macro_namespace) const;
  // The names of selectors.yml's selectors, in order.
  std::vector<std::string> selector_names() const;

  // --- installed packages (those whose dbt_project.yml lies in the packages' folder) ---
  // The version of an installed package: from its own dbt_project.yml, else from package-lock.yml.
  std::optional<std::string> installed_version(std::string_view package) const;
  // Its dbt_project.yml; null where it is not installed.
  const YamlFile* installed_project_file(std::string_view package) const;
  // The names of the packages in the packages' folder, sorted.
  std::vector<std::string> installed_packages() const;
  // What it asks for in its own packages.yml.
  std::vector<RequiredPackage> required_packages_of(std::string_view package) const;
  // The value that the package itself gives a variable; null where it gives none.
  const PlacedValue* default_var(std::string_view name, std::string_view package) const;
  // `require-dbt-version` of an installed package, or of the project itself by its name: `>=1.6.0`, `<2.0.0`.
  std::vector<std::string> required_dbt_versions(std::string_view package) const;

 private:
  struct Installed {
    YamlFile project;
    std::optional<YamlFile> packages;
  };
  void read_installed(const class YamlFolder& folder);
  std::vector<RequiredPackage> read_packages(const YamlFile& file) const;
  std::string name_of_repository(std::string_view url) const;
  std::string_view project_name() const;
  bool is_package(std::string_view name) const;
  const PlacedValue* all_vars() const;

  std::optional<YamlFile> project_;
  std::optional<YamlFile> packages_;
  std::optional<YamlFile> selectors_;
  std::optional<YamlFile> vars_;
  std::optional<YamlFile> lock_;
  std::map<std::string, Installed, std::less<>> installed_;  // by name
};

}  // namespace plowline
