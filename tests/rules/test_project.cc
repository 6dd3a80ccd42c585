#include "rules/test_project.h"

#include <algorithm>
#include <chrono>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <re2/re2.h>
#include <set>

#include "artifact/catalog.h"
#include "artifact/results.h"
#include "lint/config.h"
#include "lint/engine.h"
#include "lint/placing.h"
#include "project/project.h"

namespace plowline::testing {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string stripped_sql(std::string_view sql) {
  while (!sql.empty() && (sql.back() == '\n' || sql.back() == ' ')) sql.remove_suffix(1);
  while (!sql.empty() && (sql.front() == '\n' || sql.front() == ' ')) sql.remove_prefix(1);
  return std::string(sql);
}

std::map<std::string, RuleSeen, std::less<>>& seen() {
  static std::map<std::string, RuleSeen, std::less<>> rules;
  return rules;
}

}  // namespace

const std::map<std::string, RuleSeen, std::less<>>& rules_seen() {
  return seen();
}

struct TestProject::Data {
  TemporaryFolder folder;
  Json manifest;
  Json catalog;
  std::optional<std::string> run_results;
  std::unique_ptr<TestProject> state;
  Json options = Json::object();
  std::string schema = "analytics";
  std::string database = "shop";
  std::chrono::system_clock::time_point now =
      std::chrono::sys_days{std::chrono::year{2025} / std::chrono::June / std::chrono::day{1}};
  bool packages = false;

  // What keeps the artifacts alive while rules run.
  struct Loaded {
    std::optional<Project> project;
    Location location;
    std::optional<Catalog> catalog;
    std::optional<Results> run_results;
    std::unique_ptr<LintProject> lint;
  };
  std::unique_ptr<Loaded> load(const LintProject* earlier, const LayerSettings* layers);
  std::string settings;  // what plowline.yml says besides presets and rules

  std::optional<std::string> find(const std::function<bool(const Json&)>& fits) const {
    for (const char* group : {"nodes", "sources"}) {
      for (const auto& [unique_id, node] : manifest[group].items()) {
        if (fits(node)) return unique_id;
      }
    }
    return std::nullopt;
  }

  Json dependencies(const std::string& sql) const {
    std::set<std::string> nodes;
    std::set<std::string> macros;
    std::string name;
    std::string table;
    re2::StringPiece text(sql);
    static const RE2 kRef(R"(\bref\(\s*(?:['"][\w]+['"]\s*,\s*)?['"]([\w]+)['"])");
    while (RE2::FindAndConsume(&text, kRef, &name)) {
      const auto found = find([&](const Json& node) {
        return node["name"] == name && (node["resource_type"] == "model" || node["resource_type"] == "seed" ||
                                        node["resource_type"] == "snapshot");
      });
      REQUIRE_MESSAGE(found, "no node " << name << " for ref(): add it first");
      nodes.insert(*found);
    }
    text = re2::StringPiece(sql);
    static const RE2 kSource(R"(\bsource\(\s*['"]([\w]+)['"]\s*,\s*['"]([\w]+)['"])");
    while (RE2::FindAndConsume(&text, kSource, &name, &table)) {
      const auto found =
          find([&](const Json& node) { return node.value("source_name", "") == name && node["name"] == table; });
      REQUIRE_MESSAGE(found, "no source " << name << "." << table << ": add it first");
      nodes.insert(*found);
    }
    text = re2::StringPiece(sql);
    static const RE2 kMacro(R"(\b([a-z_]+)\.([a-z_0-9]+)\()");
    while (RE2::FindAndConsume(&text, kMacro, &name, &table)) {
      const std::string unique_id = "macro." + name + "." + table;
      if (manifest["macros"].contains(unique_id)) macros.insert(unique_id);
    }
    return {{"nodes", nodes}, {"macros", macros}};
  }

  // What dbt copies from the config, and the relation.
  void complete(Json& node) const {
    const Json config = node.value("config", Json::object());
    const std::string type = node["resource_type"];
    const bool has_relation = type == "model" || type == "seed" || type == "snapshot";
    const auto text = [&](const char* key) {
      return config.contains(key) && config[key].is_string() ? config[key].get<std::string>() : std::string();
    };
    if (config.contains("tags") && !node.contains("tags")) {
      node["tags"] = config["tags"].is_array() ? config["tags"] : Json::array({config["tags"]});
    }
    if (!node.contains("tags")) node["tags"] = Json::array();
    if (config.contains("meta") && !node.contains("meta")) node["meta"] = config["meta"];
    if (!has_relation) return;
    if (!node.contains("schema")) node["schema"] = text("schema").empty() ? schema : schema + "_" + text("schema");
    if (!node.contains("database")) node["database"] = text("database").empty() ? database : text("database");
    if (!node.contains("alias"))
      node["alias"] = text("alias").empty() ? node["name"].get<std::string>() : text("alias");
    if (!node.contains("relation_name") && text("materialized") != "ephemeral") {
      node["relation_name"] = fmt::format("\"{}\".\"{}\".\"{}\"", node["database"].get<std::string>(),
                                          node["schema"].get<std::string>(), node["alias"].get<std::string>());
    }
  }

  Json defaults(const std::string& unique_id) const {
    const std::vector<std::string> parts = parts_of(unique_id, '.');
    REQUIRE(parts.size() >= 3);
    const std::string& type = parts[0];
    const std::string& package = parts[1];
    const bool versioned = type == "model" && parts.size() == 4;
    const std::string name = versioned ? parts[2] : parts.back();
    Json node = {{"unique_id", unique_id}, {"resource_type", type}, {"package_name", package}, {"name", name}};
    const std::string stem = versioned ? name + "_" + parts[3] : name;
    const std::string folder_of_type =
        type == "source" || type == "exposure" || type == "test" ? "models/" : type + "s/";
    const bool in_yaml = type != "model" && type != "seed" && type != "snapshot" && type != "operation";
    node["original_file_path"] =
        type == "seed" ? "seeds/" + name + ".csv" : folder_of_type + (in_yaml ? "schema.yml" : stem + ".sql");
    if (type == "operation") node["original_file_path"] = "./dbt_project.yml";
    node["path"] = in_yaml ? "schema.yml" : stem + ".sql";
    node["fqn"] = versioned ? Json{package, name, parts[3]} : Json{package, name};
    if (type == "source") {
      node["source_name"] = parts[2];
      node["schema"] = parts[2];
      node["database"] = database;
      node["identifier"] = name;
      node["relation_name"] = fmt::format("\"{}\".\"{}\".\"{}\"", database, parts[2], name);
      node["fqn"] = Json{package, parts[2], name};
    }
    if (versioned) node["version"] = std::stoi(parts[3].substr(1));
    node["config"] = {{"enabled", true}};
    if (type == "model") node["config"]["materialized"] = "view";
    if (type == "seed") node["config"]["materialized"] = "seed";
    if (type == "snapshot") node["config"]["materialized"] = "snapshot";
    node["description"] = "";
    return node;
  }

  static const char* group_of(const std::string& type) {
    if (type == "source") return "sources";
    if (type == "exposure") return "exposures";
    if (type == "metric") return "metrics";
    if (type == "semantic_model") return "semantic_models";
    if (type == "saved_query") return "saved_queries";
    if (type == "unit_test") return "unit_tests";
    return "nodes";
  }

  Json record(const std::string& unique_id, std::string_view json) const {
    const Json given = Json::parse(json);
    Json node = defaults(unique_id);
    node.merge_patch(given);
    for (const char* key : {"schema", "database", "alias", "relation_name", "tags", "meta"}) {
      if (given.contains(key)) node[key] = given[key];
    }
    complete(node);
    if (node.contains("raw_code") && !node.contains("depends_on")) {
      node["depends_on"] = dependencies(node["raw_code"].get<std::string>());
    }
    if (!node.contains("depends_on")) node["depends_on"] = {{"nodes", Json::array()}, {"macros", Json::array()}};
    return node;
  }
};

TestProject::TestProject() : data_(std::make_unique<Data>()) {
  data_->manifest = {{"metadata",
                      {{"dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json"},
                       {"dbt_version", "1.11.14"},
                       {"generated_at", "2025-06-01T00:00:00.000000Z"},
                       {"project_name", "shop"},
                       {"adapter_type", "postgres"}}},
                     {"nodes", Json::object()},
                     {"sources", Json::object()},
                     {"macros", Json::object()},
                     {"docs", Json::object()},
                     {"exposures", Json::object()},
                     {"metrics", Json::object()},
                     {"groups", Json::object()},
                     {"selectors", Json::object()},
                     {"disabled", Json::object()},
                     {"parent_map", Json::object()},
                     {"child_map", Json::object()},
                     {"semantic_models", Json::object()},
                     {"saved_queries", Json::object()},
                     {"unit_tests", Json::object()}};
  file("dbt_project.yml", "name: shop\nversion: '1.0.0'\nprofile: shop\n");
}

TestProject::~TestProject() = default;
TestProject::TestProject(TestProject&&) noexcept = default;

TestProject& TestProject::model(std::string_view name, std::string_view sql, std::string_view json) {
  const std::vector<std::string> folders = parts_of(name, '/');
  const std::string unique_id = "model.shop." + folders.back();
  Json given = Json::parse(json);
  const std::string path = std::string(name) + ".sql";
  if (!given.contains("raw_code")) given["raw_code"] = stripped_sql(sql);
  if (!given.contains("path")) given["path"] = path;
  if (!given.contains("original_file_path")) given["original_file_path"] = "models/" + path;
  if (!given.contains("fqn")) {
    given["fqn"] = Json{"shop"};
    for (const std::string& folder : folders) given["fqn"].push_back(folder);
  }
  const std::string id = given.value("unique_id", unique_id);
  data_->manifest["nodes"][id] = data_->record(id, given.dump());
  return file(given["original_file_path"].get<std::string>(), sql);
}

TestProject& TestProject::add(std::string_view unique_id, std::string_view json) {
  const std::string id(unique_id);
  data_->manifest[Data::group_of(parts_of(id, '.').front())][id] = data_->record(id, json);
  return *this;
}

TestProject& TestProject::test(std::string_view name, std::string_view node_unique_id, std::string_view column,
                               std::string_view json) {
  const std::string node(node_unique_id);
  const std::string node_name = parts_of(node, '.').back();
  const std::string id = fmt::format("test.shop.{}_{}_{}.{:010x}", name, node_name, column,
                                     std::hash<std::string>{}(node + std::string(name) + std::string(column)));
  Json given = {{"name", fmt::format("{}_{}_{}", name, node_name, column)},
                {"attached_node", node},
                {"test_metadata",
                 {{"name", name},
                  {"namespace", nullptr},
                  {"kwargs", {{"model", fmt::format("{{{{ get_where_subquery(ref('{}')) }}}}", node_name)}}}}},
                {"depends_on", {{"nodes", {node}}, {"macros", Json::array()}}}};
  if (!column.empty()) {
    given["column_name"] = column;
    given["test_metadata"]["kwargs"]["column_name"] = column;
  }
  given.merge_patch(Json::parse(json));
  return add(id, given.dump());
}

TestProject& TestProject::disabled(std::string_view unique_id, std::string_view json) {
  const std::string id(unique_id);
  Json node = data_->record(id, json);
  node["config"]["enabled"] = false;
  data_->manifest["disabled"][id] = Json::array({node});
  return *this;
}

TestProject& TestProject::macro(std::string_view unique_id, std::string_view sql, std::string_view json) {
  const std::string id(unique_id);
  const std::vector<std::string> parts = parts_of(id, '.');
  Json macro = {{"unique_id", id},
                {"resource_type", "macro"},
                {"package_name", parts[1]},
                {"name", parts[2]},
                {"path", "macros/" + parts[2] + ".sql"},
                {"original_file_path", "macros/" + parts[2] + ".sql"},
                {"macro_sql", stripped_sql(sql)},
                {"depends_on", {{"macros", Json::array()}}},
                {"arguments", Json::array()},
                {"description", ""},
                {"meta", Json::object()}};
  macro.merge_patch(Json::parse(json));
  data_->manifest["macros"][id] = macro;
  if (parts[1] == "shop") file(macro["original_file_path"].get<std::string>(), sql);
  return *this;
}

TestProject& TestProject::file(std::string_view path, std::string_view text) {
  data_->folder.write(path, text);
  return *this;
}

TestProject& TestProject::metadata(std::string_view json) {
  data_->manifest["metadata"].merge_patch(Json::parse(json));
  return *this;
}

TestProject& TestProject::manifest(std::string_view json) {
  data_->manifest.merge_patch(Json::parse(json));
  return *this;
}

TestProject& TestProject::target(std::string_view schema, std::string_view database) {
  data_->schema = schema;
  data_->database = database;
  return *this;
}

TestProject& TestProject::catalog(std::string_view json) {
  if (data_->catalog.is_null()) data_->catalog = Json::object();
  data_->catalog.merge_patch(Json::parse(json));
  return *this;
}

TestProject& TestProject::catalog_table(std::string_view unique_id, std::vector<CatalogColumn> columns,
                                        std::string_view type, std::string_view comment) {
  const std::string id(unique_id);
  const char* group = id.starts_with("source.") ? "sources" : "nodes";
  const Json& nodes = data_->manifest[group];
  REQUIRE_MESSAGE(nodes.contains(id), "add " << id << " before its catalog table");
  if (data_->catalog.is_null()) data_->catalog = {{"nodes", Json::object()}, {"sources", Json::object()}};
  Json table = {{"metadata",
                 {{"type", type},
                  {"schema", nodes[id]["schema"]},
                  {"database", nodes[id]["database"]},
                  {"name", nodes[id].value("alias", nodes[id]["name"].get<std::string>())},
                  {"comment", comment.empty() ? Json(nullptr) : Json(comment)}}},
                {"columns", Json::object()},
                {"stats", Json::object()},
                {"unique_id", id}};
  int index = 1;
  for (const CatalogColumn& column : columns) {
    table["columns"][column.name] = {{"type", column.type},
                                     {"index", index++},
                                     {"name", column.name},
                                     {"comment", column.comment.empty() ? Json(nullptr) : Json(column.comment)}};
  }
  data_->catalog[group][id] = table;
  return *this;
}

TestProject& TestProject::run_results(std::string_view json) {
  data_->run_results = json;
  return *this;
}

TestProject& TestProject::state(TestProject earlier) {
  data_->state = std::make_unique<TestProject>(std::move(earlier));
  return *this;
}

TestProject& TestProject::option(std::string_view json) {
  data_->options.merge_patch(Json::parse(json));
  return *this;
}

TestProject& TestProject::lint_packages() {
  data_->packages = true;
  return *this;
}

TestProject& TestProject::today(std::string_view date) {
  const std::vector<std::string> parts = parts_of(date, '-');
  data_->now = std::chrono::sys_days{std::chrono::year{std::stoi(parts.at(0))} /
                                     std::chrono::month{static_cast<unsigned>(std::stoi(parts.at(1)))} /
                                     std::chrono::day{static_cast<unsigned>(std::stoi(parts.at(2)))}};
  return *this;
}

const std::filesystem::path& TestProject::folder() const {
  return data_->folder.path();
}

std::unique_ptr<TestProject::Data::Loaded> TestProject::Data::load(const LintProject* earlier,
                                                                   const LayerSettings* layers) {
  folder.write("target/manifest.json", manifest.dump());
  auto loaded = std::make_unique<Loaded>();
  Warnings warnings;
  const auto fail = [](const Error& error) { FAIL("the test's project: " << to_text(error)); };
  auto location = locate({.project_dir = folder.path()}, process_environment(), warnings);
  if (!location) fail(location.error());
  loaded->location = std::move(*location);
  auto read = read_manifest(loaded->location.manifest, warnings);
  if (!read) fail(read.error());
  auto built = Project::build(std::move(*read), warnings);
  if (!built) fail(built.error());
  loaded->project = std::move(*built);
  if (!catalog.is_null()) {
    Json whole = {{"metadata",
                   {{"dbt_schema_version", "https://schemas.getdbt.com/dbt/catalog/v1.json"},
                    {"dbt_version", "1.11.14"},
                    {"generated_at", "2025-06-01T00:00:00.000000Z"}}},
                  {"nodes", Json::object()},
                  {"sources", Json::object()},
                  {"errors", nullptr}};
    whole.merge_patch(catalog);
    auto tables = read_catalog(folder.write("target/catalog.json", whole.dump()), warnings);
    if (!tables) fail(tables.error());
    loaded->catalog = std::move(*tables);
  }
  if (run_results) {
    auto results = read_results(folder.write("target/run_results.json", *run_results));
    if (!results) fail(results.error());
    loaded->run_results = std::move(*results);
  }
  loaded->lint =
      std::make_unique<LintProject>(LintInputs{.project = &*loaded->project,
                                               .location = &loaded->location,
                                               .catalog = loaded->catalog ? &*loaded->catalog : nullptr,
                                               .run_results = loaded->run_results ? &*loaded->run_results : nullptr,
                                               .layers = layers,
                                               .state = earlier,
                                               .now = now});
  return loaded;
}

TestProject& TestProject::settings(std::string_view yaml) {
  data_->settings += yaml;
  return *this;
}

Lines TestProject::lint(std::string_view rule) {
  const Rule* found = find_rule(rule);
  REQUIRE_MESSAGE(found != nullptr, "no rule " << rule);
  std::string yaml = fmt::format("presets: []\n{}rules:\n  {}:\n    severity: {}\n", data_->settings, rule,
                                 to_string(found->info().severity));
  for (const auto& [key, value] : data_->options.items()) yaml += fmt::format("    {}: {}\n", key, value.dump());
  const auto config = read_lint_config(data_->folder.write("plowline.yml", yaml));
  REQUIRE_MESSAGE(config, (config ? "" : to_text(config.error())));

  std::unique_ptr<Data::Loaded> earlier;
  if (data_->state) earlier = data_->state->data_->load(nullptr, &config->layers);
  const auto loaded = data_->load(earlier ? earlier->lint.get() : nullptr, &config->layers);
  const LintProject& project = *loaded->lint;
  if (const std::string reason = missing_for(found->info(), project); !reason.empty()) return {"skipped: " + reason};

  const auto chosen = choose_rules(*config, nullptr, true, {});
  REQUIRE_MESSAGE(chosen, (chosen ? "" : to_text(chosen.error())));

  NodeSet nodes(project.project().size());
  for (std::size_t i = 0; i < project.project().size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    if (data_->packages || project.is_own(id)) nodes.insert(id);
  }
  std::vector<ActiveRule> rules;
  for (const RuleChoice& choice : *chosen) {
    rules.push_back({choice.configured, choice.severity, nodes, true, {.all = data_->packages, .names = {}}});
  }
  REQUIRE(rules.size() == 1);

  auto raw = run_rules(project, rules);
  if (!raw) return {"failed: " + to_text(raw.error())};
  Places places(project.project(), loaded->location, data_->folder.path());
  Lines lines;
  for (const Finding& finding : placed_findings(project, rules, std::move(*raw), places)) {
    std::string line = finding.file;
    if (finding.range.known()) line += fmt::format(":{}:{}", finding.range.line, finding.range.column);
    line += fmt::format(": {}: {}", to_string(finding.severity), finding.message);
    if (!finding.column.empty()) line += fmt::format(" [column {}]", finding.column);
    lines.push_back(std::move(line));
  }
  (lines.empty() ? seen()[std::string(rule)].silent : seen()[std::string(rule)].fired) = true;
  return lines;
}

}  // namespace plowline::testing
