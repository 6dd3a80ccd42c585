// A dbt project in a temporary folder, with a manifest that the test writes.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "artifact/locate.h"
#include "project/project.h"
#include "source/places.h"
#include "support/support.h"

namespace plowline::testing {

class SmallProject {
 public:
  using json = nlohmann::ordered_json;

  SmallProject() { write("dbt_project.yml", "name: shop\n"); }

  void write(std::string_view file, std::string_view text) { folder_.write(file, text); }
  const std::filesystem::path& path() const { return folder_.path(); }

  json manifest = {{"metadata",
                    {{"dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json"},
                     {"dbt_version", "1.11.14"},
                     {"project_name", "shop"}}},
                   {"nodes", json::object()},
                   {"sources", json::object()},
                   {"macros", json::object()},
                   {"unit_tests", json::object()}};

  // Adds `model.shop.NAME` and its file; `members` are put over the usual ones.
  json& model(const std::string& name, const std::string& code, json members = json::object()) {
    const std::string file = "models/" + name + ".sql";
    if (!members.contains("original_file_path")) write(file, code);
    json node = {{"resource_type", "model"},   {"name", name},          {"package_name", "shop"},
                 {"original_file_path", file}, {"path", name + ".sql"}, {"fqn", json::array({"shop", name})},
                 {"raw_code", trimmed(code)},  {"language", "sql"},     {"config", {{"enabled", true}}}};
    return add("nodes", "model.shop." + name, std::move(node), members);
  }

  // Adds a generic test on `model.shop.MODEL`.
  json& generic_test(const std::string& id, const std::string& model, const std::string& column,
                     const std::string& test, const std::string& yaml, json arguments = json::object()) {
    json node = {{"resource_type", "test"},
                 {"name", id},
                 {"package_name", "shop"},
                 {"original_file_path", yaml},
                 {"path", id + ".sql"},
                 {"fqn", json::array({"shop", id})},
                 {"raw_code", "{{ test_x(**_dbt_generic_test_kwargs) }}"},
                 {"attached_node", "model.shop." + model},
                 {"test_metadata", {{"name", test}, {"kwargs", std::move(arguments)}}},
                 {"depends_on", {{"nodes", json::array({"model.shop." + model})}}}};
    if (!column.empty()) node["column_name"] = column;
    return add("nodes", "test.shop." + id, std::move(node), json::object());
  }

  json& source(const std::string& source, const std::string& table, const std::string& yaml) {
    json node = {{"resource_type", "source"},  {"name", table},
                 {"source_name", source},      {"package_name", "shop"},
                 {"original_file_path", yaml}, {"fqn", json::array({"shop", source, table})}};
    return add("sources", "source.shop." + source + "." + table, std::move(node), json::object());
  }

  json& macro(const std::string& name, const std::string& code, const std::string& file) {
    json node = {{"name", name}, {"package_name", "shop"}, {"original_file_path", file}, {"macro_sql", code}};
    return add("macros", "macro.shop." + name, std::move(node), json::object());
  }

  json& add(const char* section, const std::string& unique_id, json node, const json& members) {
    for (const auto& [key, value] : members.items()) node[key] = value;
    node["unique_id"] = unique_id;
    return manifest[section][unique_id] = std::move(node);
  }

  // Reads the manifest. `folder_known`: whether the project's files are at hand.
  const Project& read(bool folder_known = true) {
    Warnings warnings;
    auto read = read_manifest(FileBytes::copy_of(manifest.dump(), "manifest.json"), warnings);
    if (!read) FAIL(to_text(read.error()));
    auto built = Project::build(*std::move(read), warnings);
    if (!built) FAIL(to_text(built.error()));
    project_ = std::make_unique<Project>(*std::move(built));
    location_ = {};
    if (folder_known) {
      location_.project_dir = path();
      auto file = read_dbt_project_file(path() / "dbt_project.yml", process_environment(), warnings);
      if (file) location_.project_file = *std::move(file);
    }
    places_ = std::make_unique<Places>(*project_, location_, path());
    return *project_;
  }

  // After read().
  Places& places() { return *places_; }
  const Project& project() const { return *project_; }
  const Location& location() const { return location_; }
  NodeId id(const std::string& unique_id) const {
    const auto found = project_->find(unique_id);
    if (!found) FAIL("no node " << unique_id);
    return *found;
  }

 private:
  static std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
    text.erase(0, text.find_first_not_of(" \r\n"));
    return text;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Project> project_;
  Location location_;
  std::unique_ptr<Places> places_;
};

// `models/x.yml:3:5-9`; `models/x.yml` where the line is not known.
inline std::string to_string(const Place& place) {
  const TextRange& r = place.range;
  if (!r.known()) return place.file;
  const std::string end =
      r.end_line == r.line ? fmt::format("{}", r.end_column) : fmt::format("{}:{}", r.end_line, r.end_column);
  return fmt::format("{}:{}:{}-{}", place.file, r.line, r.column, end);
}

}  // namespace plowline::testing
