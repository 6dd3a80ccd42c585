// plowline lint FILE…: what is looked at besides the nodes that the files make.
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "program.h"

using namespace plowline::testing;
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

Json macro(const std::string& name, const std::string& patch_path) {
  return {{"name", name},
          {"unique_id", "macro.shop." + name},
          {"resource_type", "macro"},
          {"package_name", "shop"},
          {"path", "macros/" + name + ".sql"},
          {"original_file_path", "macros/" + name + ".sql"},
          {"patch_path", patch_path.empty() ? Json(nullptr) : Json(patch_path)},
          {"macro_sql", "{% macro " + name + "() %}1{% endmacro %}"},
          {"depends_on", {{"macros", Json::array()}}},
          {"description", ""},
          {"arguments", Json::array()}};
}

// Two macros and a model, none of which is described.
class Shop {
 public:
  Shop() {
    for (const std::string& name : std::vector<std::string>{"cents", "euros"}) {
      folder_.write("macros/" + name + ".sql", "{% macro " + name + "() %}1{% endmacro %}\n");
    }
    folder_.write("macros/_macros.yml", "macros:\n  - name: euros\n");
    folder_.write("models/orders.sql", "select 1 as id\n");
    folder_.write("dbt_project.yml", "name: shop\n");
    folder_.write("plowline.yml", "presets: []\nrules: {macro-description: warn, documentation-coverage: warn}\n");
    const Json model = {{"name", "orders"},
                        {"unique_id", "model.shop.orders"},
                        {"resource_type", "model"},
                        {"package_name", "shop"},
                        {"original_file_path", "models/orders.sql"},
                        {"path", "orders.sql"},
                        {"fqn", {"shop", "orders"}},
                        {"config", {{"enabled", true}, {"materialized", "view"}}},
                        {"raw_code", "select 1 as id"},
                        {"language", "sql"}};
    const Json manifest = {{"metadata",
                            {{"dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json"},
                             {"dbt_version", "1.11.0"},
                             {"project_name", "shop"}}},
                           {"nodes", {{"model.shop.orders", model}}},
                           {"sources", Json::object()},
                           {"macros",
                            {{"macro.shop.cents", macro("cents", "")},
                             {"macro.shop.euros", macro("euros", "shop://macros/_macros.yml")}}}};
    folder_.write("target/manifest.json", manifest.dump());
  }

  // `macro-description macro.shop.cents`, `documentation-coverage`
  std::set<std::string> found(std::vector<std::string> files) const {
    files.insert(files.begin(), {"lint", "--format", "json", "-q"});
    const Ran ran = run_plowline(files, {.directory = folder_.path(), .input = ""});
    REQUIRE_MESSAGE(ran.status == 0, ran.err);
    std::set<std::string> found;
    const Json document = Json::parse(ran.out);
    for (const Json& finding : document["findings"]) {
      std::string line = finding["rule"];
      if (!finding["unique_id"].is_null()) line += " " + finding["unique_id"].get<std::string>();
      found.insert(line);
    }
    return found;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace

using Found = std::set<std::string>;

TEST_CASE("lint FILE: macros that the file defines or describes, and no others") {
  const Shop shop;
  CHECK(shop.found({"macros/cents.sql"}) == Found{"macro-description macro.shop.cents"});
  CHECK(shop.found({"macros/euros.sql"}) == Found{"macro-description macro.shop.euros"});
  CHECK(shop.found({"macros/_macros.yml"}) == Found{"macro-description macro.shop.euros"});
  CHECK(shop.found({"models/orders.sql"}) == Found{});
}

TEST_CASE("lint FILE: shares of the whole project count where all of it is looked at") {
  const Shop shop;
  const Found all{"documentation-coverage", "macro-description macro.shop.cents", "macro-description macro.shop.euros"};
  CHECK(shop.found({}) == all);
  CHECK(shop.found({"dbt_project.yml"}) == all);
  CHECK(shop.found({"--select", "orders"}) == Found{});
}
