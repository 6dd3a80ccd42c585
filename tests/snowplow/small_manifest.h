// Small manifests for the tests of snowplow/, written by hand in the packages' shape: names, tags, hooks and
// dependencies as the packages have them, SQL of our own.
#pragma once

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/manifest.h"
#include "graph/node_set.h"
#include "graph/walk.h"
#include "project/project.h"
#include "snowplow/models_to_run.h"
#include "snowplow/packages.h"

namespace plowline::testing {

inline std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

inline std::string json_list(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(json_string(text));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

struct SmallNode {
  std::vector<std::string> tags = {};
  std::vector<std::string> parents = {};  // unique_ids
  std::string materialized = "table";
  std::vector<std::string> macros = {};  // unique_ids
  std::string raw_code = "select 1";
  std::string alias = {};
  int version = 0;
  bool has_enabled_setting = false;  // `enabled` stands in unrendered_config
};

// Writes one manifest. Nodes and macros may come in any order.
class SmallManifest {
 public:
  explicit SmallManifest(std::string root = "shop") : root_(std::move(root)) {}

  SmallManifest& node(const std::string& unique_id, const SmallNode& node = {}) {
    nodes_[unique_id] = text_of(unique_id, node);
    return *this;
  }
  SmallManifest& disabled(const std::string& unique_id, const SmallNode& node = {}) {
    disabled_[unique_id] = text_of(unique_id, node);
    return *this;
  }
  SmallManifest& remove(const std::string& unique_id) {
    nodes_.erase(unique_id);
    return *this;
  }
  SmallManifest& macro(const std::string& unique_id, std::string_view text,
                       const std::vector<std::string>& calls = {}) {
    const std::string name = unique_id.substr(unique_id.rfind('.') + 1);
    const std::string package = unique_id.substr(6, unique_id.rfind('.') - 6);
    macros_[unique_id] = fmt::format(
        R"({{"unique_id": {}, "name": {}, "package_name": {}, "macro_sql": {}, "depends_on": {{"macros": {}}}}})",
        json_string(unique_id), json_string(name), json_string(package), json_string(text), json_list(calls));
    return *this;
  }
  SmallManifest& end_hook(const std::string& package, int number, const std::string& code,
                          const std::vector<std::string>& parents = {},
                          const std::vector<std::string>& macros = {
                              "macro.snowplow_utils.snowplow_incremental_post_hook"}) {
    return node(
        fmt::format("operation.{0}.{0}-on-run-end-{1}", package, number),
        {.tags = {"on-run-end"}, .parents = parents, .materialized = "view", .macros = macros, .raw_code = code});
  }

  // snowplow_utils as it is since 0.15.0, and as it was before.
  SmallManifest& utils_that_raise() {
    return macro(
        "macro.snowplow_utils.get_enabled_snowplow_models",
        "{% macro get_enabled_snowplow_models(p) %}{{ raise('No enabled models identified.') }}{% endmacro %}");
  }
  SmallManifest& utils_that_match_all() {
    return macro("macro.snowplow_utils.get_enabled_snowplow_models",
                 "{% macro get_enabled_snowplow_models(p) %}{{ return(enabled_models) }}{% endmacro %}");
  }

  // A package with its base models, a this-run table, a derived table (both tagged) and its hook.
  SmallManifest& snowplow_package(const std::string& package) { return snowplow_package(package, package); }
  SmallManifest& snowplow_package(const std::string& package, const std::string& owner) {
    const std::string model = "model." + owner + "." + package;
    const std::string tag = package + "_incremental";
    node(model + "_incremental_manifest", {.materialized = "incremental"});
    node(model + "_base_new_event_limits",
         {.parents = {model + "_incremental_manifest"},
          .macros = {"macro.snowplow_utils.get_enabled_snowplow_models"},
          .raw_code = "{% set m = snowplow_utils.get_enabled_snowplow_models('" + package + "') %}"});
    node(model + "_base_sessions_lifecycle_manifest",
         {.parents = {model + "_base_new_event_limits"}, .materialized = "incremental"});
    node(model + "_base_events_this_run", {.parents = {model + "_base_sessions_lifecycle_manifest"}});
    node(model + "_views_this_run", {.tags = {tag, "this_run"}, .parents = {model + "_base_events_this_run"}});
    node(model + "_views",
         {.tags = {tag, "derived"}, .parents = {model + "_views_this_run"}, .materialized = "incremental"});
    return end_hook(owner, 0, "{{ snowplow_utils.snowplow_incremental_post_hook('" + package + "') }}",
                    {model + "_incremental_manifest", model + "_base_events_this_run"});
  }

  std::string text() const {
    const auto joined = [](const std::map<std::string, std::string>& records, bool lists) {
      std::vector<std::string> out;
      for (const auto& [id, record] : records) {
        out.push_back(json_string(id) + ": " + (lists ? "[" + record + "]" : record));
      }
      return fmt::format("{{{}}}", fmt::join(out, ",\n"));
    };
    return fmt::format(
        R"({{"metadata": {{"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "dbt_version": "1.11.0", "project_name": {}, "adapter_type": "postgres"}},
            "nodes": {}, "sources": {{}}, "macros": {}, "disabled": {}}})",
        json_string(root_), joined(nodes_, false), joined(macros_, false), joined(disabled_, true));
  }

 private:
  static std::string text_of(const std::string& unique_id, const SmallNode& node) {
    const std::size_t first = unique_id.find('.');
    const std::size_t second = unique_id.find('.', first + 1);
    const std::size_t third = node.version == 0 ? std::string::npos : unique_id.rfind('.');
    const std::string package = unique_id.substr(first + 1, second - first - 1);
    const std::string name = unique_id.substr(second + 1, third == std::string::npos ? third : third - second - 1);
    return fmt::format(
        R"({{"unique_id": {}, "resource_type": {}, "package_name": {}, "name": {}, "alias": {}, "fqn": {},
            "tags": {}, "path": "x.sql", "original_file_path": {}, "raw_code": {}, "version": {},
            "depends_on": {{"nodes": {}, "macros": {}}},
            "config": {{"enabled": true, "materialized": {}, "tags": {}}}, "unrendered_config": {{{}}}}})",
        json_string(unique_id), json_string(unique_id.substr(0, first)), json_string(package), json_string(name),
        json_string(node.alias.empty() ? name : node.alias), json_list({package, name}), json_list(node.tags),
        json_string("models/" + name + ".sql"), json_string(node.raw_code),
        node.version == 0 ? "null" : std::to_string(node.version), json_list(node.parents), json_list(node.macros),
        json_string(node.materialized), json_list(node.tags),
        node.has_enabled_setting ? R"("enabled": "{{ x }}")" : "");
  }

  std::string root_;
  std::map<std::string, std::string> nodes_;
  std::map<std::string, std::string> disabled_;
  std::map<std::string, std::string> macros_;
};

inline Project build_project(FileBytes file) {
  Warnings warnings;
  Result<Manifest> manifest = read_manifest(std::move(file), warnings);
  REQUIRE_MESSAGE(manifest.has_value(), (manifest ? "" : to_text(manifest.error())));
  Result<Project> project = Project::build(*std::move(manifest), warnings);
  REQUIRE_MESSAGE(project.has_value(), (project ? "" : to_text(project.error())));
  return *std::move(project);
}

inline Project build_project(const SmallManifest& manifest) {
  return build_project(FileBytes::copy_of(manifest.text(), "small/manifest.json"));
}

inline Project read_project(const std::filesystem::path& file) {
  Result<FileBytes> bytes = FileBytes::read(file);
  REQUIRE(bytes.has_value());
  return build_project(*std::move(bytes));
}

inline SnowplowPackages find_packages(const Project& project) {
  Result<SnowplowPackages> packages = SnowplowPackages::find(project);
  REQUIRE(packages.has_value());
  return *std::move(packages);
}

inline NodeId id_of(const Project& project, std::string_view unique_id) {
  const std::optional<NodeId> id = project.find(unique_id);
  REQUIRE_MESSAGE(id.has_value(), unique_id);
  return *id;
}

// The nodes alone; with their ancestors (`dbt run --select +a +b`).
inline NodeSet only(const Project& project, const std::vector<std::string>& unique_ids) {
  NodeSet set(project.size());
  for (const std::string& id : unique_ids) set.insert(id_of(project, id));
  return set;
}
inline NodeSet with_lineage(const Project& project, const std::vector<std::string>& unique_ids) {
  NodeSet set = only(project, unique_ids);
  set |= ancestors(project, NodeSet(set));
  return set;
}

struct Computed {
  ModelsToRun run;
  Warnings warnings;

  std::vector<std::string> codes() const {
    std::vector<std::string> out;
    for (const Warning& warning : warnings) out.push_back(warning.code);
    return out;
  }
  // The warning's text as people see it, detail included; empty where there is none with this code.
  std::string warning(std::string_view code) const {
    for (const Warning& warning : warnings) {
      if (warning.code == code) return to_text(warning, true);
    }
    return {};
  }
  const RunName* name(std::string_view wanted) const {
    const auto found = std::ranges::find(run.names, wanted, &RunName::name);
    return found == run.names.end() ? nullptr : &*found;
  }
};

inline Computed compute(const Project& project, const NodeSet& selected, const ModelsToRunOptions& options = {}) {
  Computed out;
  Result<ModelsToRun> run = models_to_run(project, find_packages(project), selected, options, out.warnings);
  REQUIRE_MESSAGE(run.has_value(), (run ? "" : to_text(run.error())));
  out.run = *std::move(run);
  return out;
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace plowline::testing
