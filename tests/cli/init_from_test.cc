// What another linter finds, and what plowline lint finds with the configuration that init --from writes for it: the
// same nodes.
//
// What dbt-checkpoint and dbt-project-evaluator find was recorded; what dbt-bouncer finds is argued here from its
// source, check by check.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "program.h"

using namespace plowline::testing;
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

using Names = std::set<std::string>;
using Found = std::map<std::string, Names>;  // by rule

// `orders_v2` for a version of a model, as dbt-checkpoint calls it by its file; `raw.orders` for a source.
std::string name_of(const std::string& unique_id) {
  const std::size_t name = unique_id.find('.', unique_id.find('.') + 1) + 1;
  std::string text = unique_id.substr(name);
  if (unique_id.starts_with("model.")) std::ranges::replace(text, '.', '_');
  return text;
}

Found findings_in(const fs::path& folder) {
  const Ran ran = run_plowline({"lint", "--format", "json", "-q"}, {.directory = folder, .input = ""});
  REQUIRE_MESSAGE((ran.status == 0 || ran.status == 1), ran.err);
  Found found;
  const Json document = Json::parse(ran.out);
  for (const Json& finding : document["findings"]) {
    if (finding["unique_id"].is_null()) continue;
    found[finding["rule"]].insert(name_of(finding["unique_id"]));
  }
  return found;
}

// Writes plowline.yml for the other linter's file, and returns what it finds.
Found found_with(const fs::path& folder, const std::string& from) {
  const Ran ran = run_plowline({"init", "--force", "--from", from}, {.directory = folder, .input = ""});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  return findings_in(folder);
}

Names names_of(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

// For messages of failed checks.
std::string shown(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += name + " ";
  return text;
}

// Names of models and sources that two packages have. The other linters do not tell these apart, plowline does.
Names shared_names(const Json& manifest) {
  std::map<std::string, std::set<std::string>> packages;
  for (const char* group : {"nodes", "sources"}) {
    for (const auto& [unique_id, node] : manifest[group].items()) {
      packages[name_of(unique_id)].insert(node["package_name"].get<std::string>());
    }
  }
  Names names;
  for (const auto& [name, its] : packages) {
    if (its.size() > 1) names.insert(name);
  }
  return names;
}

Names without(Names names, const Names& others) {
  for (const std::string& name : others) names.erase(name);
  return names;
}

// The recorded project, with what dbt wrote for it.
void copy_recorded(const fs::path& shared, const fs::path& folder) {
  const fs::path recorded = shared / "oracle" / "big_features";
  fs::copy(recorded / "project", folder, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  fs::copy(recorded / "target", folder / "target", fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

void replace_in(const fs::path& file, const std::string& before, const std::string& after, const TemporaryFolder& in) {
  std::string text = read_text(file);
  const std::size_t at = text.find(before);
  REQUIRE(at != std::string::npos);
  in.write(file.filename().string(), text.replace(at, before.size(), after));
}

}  // namespace

// --- dbt-checkpoint --------------------------------------------------------------------------------------------------

namespace {

// What a hook printed before `mark`, without the disabled sources, which it reads from the files.
Names printed(const fs::path& folder, const std::string& file, const std::string& mark, const Json& manifest) {
  Names names;
  std::istringstream in(read_text(folder / file));
  for (std::string line; std::getline(in, line);) {
    while (line.starts_with("\x1B[")) line.erase(0, line.find('m') + 1);
    const std::size_t at = line.find(mark);
    if (at == std::string::npos) continue;
    std::string name = line.substr(0, at);
    if (const std::size_t color = name.find('\x1B'); color != std::string::npos) name.erase(color);
    names.insert(name);
  }
  for (const auto& [unique_id, nodes] : manifest["disabled"].items()) names.erase(name_of(unique_id));
  return names;
}

}  // namespace

TEST_CASE("init --from: with dbt-checkpoint's hooks, lint finds what these found") {
  const fs::path shared = shared_or_skip("what dbt-checkpoint printed");
  if (shared.empty()) return;
  const TemporaryFolder folder;
  copy_recorded(shared, folder.path());
  const Json manifest = Json::parse(read_text(folder.path() / "target" / "manifest.json"));
  const fs::path recorded = shared / "oracle" / "checkpoint_big_features";
  struct Compared {
    std::string file;
    std::string rule;
    std::string mark;
  };
  const std::vector<Compared> compared{
      {"check_model_has_tests.out", "model-min-tests", ": has only"},
      {"check_model_has_tests_by_group.out", "model-tests-by-group", ": has only"},
      {"check_model_name_contract.out", "model-name", ": model does not"},
      {"check_source_has_tests.out", "source-min-tests", ": has "},
      {"check_source_childs.out", "source-children-count", ": has "},
      {"check_source_has_loader.out", "source-loader", ": does not"},
      {"check_source_has_freshness.out", "source-freshness", ": mis"},
  };
  std::istringstream runs(read_text(recorded / "results.jsonl"));
  std::string hooks = "repos:\n  - repo: https://github.com/dbt-checkpoint/dbt-checkpoint\n    hooks:\n";
  for (std::string line; std::getline(runs, line);) {
    const Json run = Json::parse(line);
    if (std::ranges::find(compared, run["file"].get<std::string>(), &Compared::file) == compared.end()) continue;
    hooks += "      - {id: " + run["hook"].get<std::string>() + ", args: " + run["args"].dump() + "}\n";
  }
  folder.write(".pre-commit-config.yaml", hooks);
  Found found = found_with(folder.path(), ".pre-commit-config.yaml");
  Names others = shared_names(manifest);
  others.insert("py_scores");  // it looks at models in SQL only
  for (const auto& [file, rule, mark] : compared) {
    CAPTURE(rule);
    const Names expected = without(printed(recorded, file, mark, manifest), others);
    CHECK(!expected.empty());
    CHECK(shown(without(found[rule], others)) == shown(expected));
  }
}

TEST_CASE(
    "init --from: files of dbt-checkpoint's hooks narrow what lint finds, in a repository above the project, too") {
  const fs::path shared = shared_or_skip("what dbt-checkpoint printed");
  if (shared.empty()) return;
  const TemporaryFolder root;
  root.write(".git/HEAD", "");
  copy_recorded(shared, root.path() / "analytics");
  const auto found = [&](const std::string& files) {
    root.write(".pre-commit-config.yaml",
               "repos:\n  - repo: https://github.com/dbt-checkpoint/dbt-checkpoint\n    hooks:\n"
               "      - {id: check-model-has-tests, args: [--test-cnt, '99'], files: '" +
                   files + "'}\n");
    return found_with(root.path(), ".pre-commit-config.yaml")["model-min-tests"];
  };
  CHECK(shown(found("^analytics/models/marts/finance/")) ==
        shown(names_of({"finance_ext", "finance_report", "finance_revenue"})));
  CHECK(shown(found("^analytics/models/marts/finance/finance_re")) ==
        shown(names_of({"finance_report", "finance_revenue"})));
  CHECK(shown(found(R"(^analytics/models/(staging/crm|marts/finance)/.*\.sql$)")) ==
        shown(names_of({"finance_ext", "finance_report", "finance_revenue", "stg_campaigns", "stg_leads"})));
}

// --- dbt-project-evaluator -------------------------------------------------------------------------------------------

namespace {

// The fields before the first one with a comma of its own: names of nodes have none.
std::vector<std::string> fields_of(const std::string& line) {
  std::istringstream in(line.substr(0, line.find('\r')));
  std::vector<std::string> fields;
  for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
  return fields;
}

// A column of the evaluator's table: names of nodes of the project's own, as name_of() has them.
Names table(const fs::path& recorded, const std::string& name, const std::string& column, const Json& manifest) {
  Names own;
  for (const char* group : {"nodes", "sources", "exposures"}) {
    for (const auto& [unique_id, node] : manifest[group].items()) {
      if (node["package_name"] == manifest["metadata"]["project_name"]) own.insert(name_of(unique_id));
    }
  }
  Names names;
  std::istringstream in(read_text(recorded / (name + ".csv")));
  std::string line;
  std::getline(in, line);
  const auto names_in_line = fields_of(line);
  const auto at = static_cast<std::size_t>(std::ranges::find(names_in_line, column) - names_in_line.begin());
  REQUIRE(at < names_in_line.size());
  while (std::getline(in, line)) {
    std::string node = fields_of(line)[at];
    if (!own.contains(node)) std::ranges::replace(node, '.', '_');  // a version of a model
    if (own.contains(node)) names.insert(node);
  }
  return names;
}

}  // namespace

TEST_CASE("init --from: with dbt-project-evaluator's variables, lint finds what its tables hold") {
  const fs::path shared = shared_or_skip("the tables of dbt-project-evaluator");
  if (shared.empty()) return;
  const fs::path recorded = shared / "oracle" / "evaluator" / "big_features";
  const TemporaryFolder folder;
  copy_recorded(shared, folder.path());
  fs::copy(recorded / "manifest.json", folder.path() / "target", fs::copy_options::overwrite_existing);
  replace_in(folder.path() / "dbt_project.yml", "vars:\n", "vars:\n  dbt_project_evaluator: {}\n", folder);
  const Json manifest = Json::parse(read_text(recorded / "manifest.json"));
  struct Compared {
    std::string table;
    std::string column;
    std::string rule;
  };
  const std::vector<Compared> compared{
      {"fct_undocumented_models", "resource_name", "model-description"},
      {"fct_root_models", "child", "root-model"},
      {"fct_model_fanout", "parent", "model-fanout"},
      {"fct_model_naming_conventions", "resource_name", "model-name"},
      {"fct_direct_join_to_source", "child", "direct-join-to-source"},
      {"fct_multiple_sources_joined", "child", "multiple-sources-joined"},
      {"fct_source_fanout", "parent", "source-fanout"},
      {"fct_undocumented_source_tables", "resource_name", "source-table-description"},
      {"fct_sources_without_freshness", "resource_name", "source-freshness"},
      {"fct_missing_primary_key_tests", "resource_name", "primary-key-tested"},
      {"fct_public_models_without_contract", "resource_name", "public-model-contract"},
  };
  Found found = found_with(folder.path(), "dbt_project.yml");
  std::size_t nodes = 0;
  const Names others = shared_names(manifest);
  for (const auto& [name, column, rule] : compared) {
    CAPTURE(rule);
    const Names expected = without(table(recorded, name, column, manifest), others);
    CHECK(shown(without(found[rule], others)) == shown(expected));
    nodes += expected.size();
  }
  CHECK(nodes > 40);

  // Exceptions and paths take away what they name, and nothing else.
  folder.write("seeds/dbt_project_evaluator_exceptions.csv",
               "fct_name,column_name,id_to_exclude,comment\n"
               "fct_sources_without_freshness,resource_name,crm.%,\n"
               "fct_undocumented_models,resource_name,stg_%,\n");
  Found excepted = found_with(folder.path(), "dbt_project.yml");
  std::erase_if(found["source-freshness"], [](const std::string& name) { return name.starts_with("crm."); });
  std::erase_if(found["model-description"], [](const std::string& name) { return name.starts_with("stg_"); });
  for (const auto& [name, column, rule] : compared) {
    CAPTURE(rule);
    CHECK(shown(excepted[rule]) == shown(found[rule]));
  }
}

// --- dbt-bouncer -----------------------------------------------------------------------------------------------------

namespace {

struct SmallModel {
  std::string path;  // `staging/stg_orders`
  std::string description;
  std::string code;
  Json meta = Json::object();
  std::vector<std::string> columns = {};
};

Json record_of(const SmallModel& model) {
  const std::string name = model.path.substr(model.path.rfind('/') + 1);
  Json columns = Json::object();
  for (const std::string& column : model.columns) columns[column] = {{"name", column}, {"description", ""}};
  return {{"unique_id", "model.shop." + name},
          {"resource_type", "model"},
          {"package_name", "shop"},
          {"name", name},
          {"path", model.path + ".sql"},
          {"original_file_path", "models/" + model.path + ".sql"},
          {"fqn", {"shop", name}},
          {"config", {{"enabled", true}, {"materialized", "view"}, {"meta", model.meta}}},
          {"meta", model.meta},
          {"tags", Json::array()},
          {"description", model.description},
          {"columns", columns},
          {"raw_code", model.code},
          {"language", "sql"},
          {"database", "shop"},
          {"schema", "analytics"},
          {"alias", name},
          {"depends_on", {{"nodes", Json::array()}, {"macros", Json::array()}}}};
}

void write_project(const TemporaryFolder& folder, const std::vector<SmallModel>& models) {
  Json manifest = {{"metadata",
                    {{"dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json"},
                     {"dbt_version", "1.11.14"},
                     {"project_name", "shop"},
                     {"adapter_type", "postgres"}}}};
  for (const char* part : {"nodes", "sources", "macros", "docs", "exposures", "metrics", "groups", "selectors",
                           "disabled", "parent_map", "child_map", "semantic_models", "saved_queries", "unit_tests"}) {
    manifest[part] = Json::object();
  }
  for (const SmallModel& model : models) {
    const Json record = record_of(model);
    manifest["nodes"][record["unique_id"].get<std::string>()] = record;
    folder.write("models/" + model.path + ".sql", model.code);
  }
  folder.write("dbt_project.yml", "name: shop\nversion: '1.0.0'\nprofile: shop\n");
  folder.write("target/manifest.json", manifest.dump());
}

}  // namespace

TEST_CASE("init --from: with dbt-bouncer's checks, lint finds what these find") {
  const TemporaryFolder folder;
  write_project(folder,
                {{.path = "staging/stg_orders",
                  .description = "The orders.\n\nOwner: finance",
                  .code = "select\n  if(a, b, c)\nfrom x",
                  .meta = {{"contact", {{"email", "a@b"}, {"slack", "#a"}}}, {"owner", "finance"}},
                  .columns = {"order_id", "order_id2"}},
                 {.path = "staging/base_users",
                  .description = "Owner: x",
                  .code = "select ifnull(a, b)\nfrom x",
                  .meta = {{"contact", {{"email", "a@b"}}}, {"owner", "x"}},
                  .columns = {"Order_id"}},
                 {.path = "marts/fct_orders",
                  .description = "",
                  .code = "select 1\n\n  , ifnull(a, b)",
                  .meta = {{"owner", "y"}}},
                 {.path = "marts/fct_users", .description = "The orders of users. Owner: me", .code = "select 2"},
                 {.path = "marts/dim_users", .description = "", .code = "select 3", .meta = {{"contact", "a@b"}}}});

  Found found;
  const auto take = [&](const std::string& checks) {
    folder.write("dbt-bouncer.yml", "manifest_checks:\n" + checks);
    found = found_with(folder.path(), "dbt-bouncer.yml");
  };

  // re.match, from the start on, and not to the end.
  take("  - {name: check_model_names, include: ^models/staging, model_name_pattern: stg_}\n");
  CHECK(shown(found["model-name"]) == shown(names_of({"base_users"})));

  // re.match with DOTALL: over lines, and from the start on. `Owner` alone is in two and begins one.
  take("  - {name: check_model_description_contains_regex_pattern, regexp_pattern: '.*orders.*Owner'}\n");
  CHECK(shown(found["model-description-pattern"]) == shown(names_of({"base_users", "dim_users", "fct_orders"})));
  take("  - {code: MO020, regexp_pattern: Owner}\n");
  CHECK(shown(found["model-description-pattern"]) ==
        shown(names_of({"dim_users", "fct_orders", "fct_users", "stg_orders"})));
  take("  - {name: MO007, regexp_pattern: '.*[i][f][n]ull.*'}\n");
  CHECK(shown(found["code-forbidden-pattern"]) == shown(names_of({"base_users", "fct_orders"})));
  take("  - {name: MO007, regexp_pattern: 'ifnull'}\n");
  CHECK(found["code-forbidden-pattern"].empty());

  // find_missing_meta_keys: a key and both keys below it.
  take("  - {name: check_model_has_meta_keys, keys: [{contact: [email, slack]}, owner]}\n");
  CHECK(shown(found["model-meta-keys"]) == shown(names_of({"base_users", "dim_users", "fct_orders", "fct_users"})));

  // object_in_path: include is a prefix; a list is any of its patterns; a check's own stands in for the file's.
  take(
      "  - {name: check_model_description_populated, include: ^models/marts/fct_}\n"
      "include: ^models/staging\n");
  CHECK(shown(found["model-description"]) == shown(names_of({"fct_orders"})));
  take("  - {name: check_model_description_populated, include: ['^models/staging/', '^models/marts/d']}\n");
  CHECK(shown(found["model-description"]) == shown(names_of({"dim_users"})));
  take("  - {name: check_model_description_populated, exclude: '^models/marts/(dim|xyz)_'}\n");
  CHECK(shown(found["model-description"]) == shown(names_of({"fct_orders"})));

  // re.fullmatch, for columns.
  take("  - {name: check_model_column_names, column_name_pattern: '[a-z_]+'}\n");
  CHECK(shown(found["column-name"]) == shown(names_of({"base_users", "stg_orders"})));
}

TEST_CASE("init --from: a file without a check leaves a configuration that is there alone") {
  const TemporaryFolder folder;
  write_project(folder, {{.path = "a", .description = "", .code = "select 1"}});
  folder.write("plowline.yml", "presets: [strict]\n");
  folder.write(".pre-commit-config.yaml", "repos: [{repo: https://github.com/psf/black, hooks: [{id: black}]}]\n");
  const Ran ran =
      run_plowline({"init", "--force", "--from", ".pre-commit-config.yaml"}, {.directory = folder.path(), .input = ""});
  CHECK(ran.status == 2);
  CHECK(ran.err.find("holds no check of dbt-checkpoint") != std::string::npos);
  CHECK(read_text(folder.path() / "plowline.yml") == "presets: [strict]\n");
}
