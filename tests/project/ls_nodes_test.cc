#include "project/ls_nodes.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/support.h"

using namespace plowline;
namespace fs = std::filesystem;

namespace {

using Ids = std::vector<std::string>;

Project project_of(FileBytes manifest) {
  Warnings warnings;
  return Project::build(read_manifest(std::move(manifest), warnings).value(), warnings).value();
}

Project project_at(const fs::path& manifest) {
  return project_of(FileBytes::read(manifest).value());
}

Ids ids_of(const Project& project, const std::vector<NodeId>& nodes) {
  Ids ids;
  for (const NodeId id : nodes) ids.emplace_back(project.node(id).unique_id);
  return ids;
}

Ids sorted(Ids ids) {
  std::ranges::sort(ids);
  return ids;
}

struct Listing {
  LsText text;
  Warnings warnings;
  Result<LsNodes> result;
  Ids ids;

  Listing(FileBytes bytes, const Project& project)
      : text(read_ls_text(bytes)), result(ls_nodes(text, project, warnings)) {
    if (result) ids = ids_of(project, result->nodes);
  }

  const Warning* warning(std::string_view code) const {
    const auto found = std::ranges::find(warnings, code, &Warning::code);
    return found == warnings.end() ? nullptr : &*found;
  }
};

Listing list(std::string_view text, const Project& project) {
  return {FileBytes::copy_of(text, "ls.txt"), project};
}

Listing list_file(const fs::path& file, const Project& project) {
  return {FileBytes::read(file).value(), project};
}

// A shop with everything that names can collide in: two packages with `stg_orders`, a metric and a model `orders`, a
// versioned model, sources that share a file, a disabled model.
constexpr std::string_view kShop = R"({
  "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "project_name": "shop"},
  "nodes": {
    "model.shop.customers.v1": {"unique_id": "model.shop.customers.v1", "resource_type": "model", "name": "customers",
      "package_name": "shop", "original_file_path": "models/customers_v1.sql", "fqn": ["shop", "customers", "v1"], "version": 1, "config": {"materialized": "view"}},
    "model.shop.customers.v2": {"unique_id": "model.shop.customers.v2", "resource_type": "model", "name": "customers",
      "package_name": "shop", "original_file_path": "models/customers_v2.sql", "fqn": ["shop", "customers", "v2"], "version": 2, "config": {"materialized": "table"}},
    "model.shop.items": {"unique_id": "model.shop.items", "resource_type": "model", "name": "items",
      "package_name": "shop", "original_file_path": "models\\core\\items.sql", "fqn": ["shop", "core", "items"], "alias": "the_items", "config": {}},
    "model.shop.orders": {"unique_id": "model.shop.orders", "resource_type": "model", "name": "orders",
      "package_name": "shop", "original_file_path": "models/my folder/orders.sql", "fqn": ["shop", "orders"], "config": {"materialized": "table"}},
    "model.shop.stg_orders": {"unique_id": "model.shop.stg_orders", "resource_type": "model", "name": "stg_orders",
      "package_name": "shop", "original_file_path": "models/stg_orders.sql", "fqn": ["shop", "stg_orders"], "config": {}},
    "model.other.stg_orders": {"unique_id": "model.other.stg_orders", "resource_type": "model", "name": "stg_orders",
      "package_name": "other", "original_file_path": "models/stg_orders.sql", "fqn": ["other", "stg_orders"], "config": {}}
  },
  "sources": {
    "source.shop.raw.events": {"unique_id": "source.shop.raw.events", "resource_type": "source", "name": "events", "source_name": "raw",
      "package_name": "shop", "original_file_path": "models/sources.yml", "fqn": ["shop", "core", "raw", "events"], "config": {}},
    "source.shop.raw.orders": {"unique_id": "source.shop.raw.orders", "resource_type": "source", "name": "orders", "source_name": "raw",
      "package_name": "shop", "original_file_path": "models/sources.yml", "fqn": ["shop", "core", "raw", "orders"], "config": {}}
  },
  "metrics": {
    "metric.shop.orders": {"unique_id": "metric.shop.orders", "resource_type": "metric", "name": "orders",
      "package_name": "shop", "original_file_path": "models/metrics.yml", "fqn": ["shop", "orders"], "config": {}}
  },
  "unit_tests": {
    "unit_test.shop.customers.ut.v2": {"unique_id": "unit_test.shop.customers.ut.v2", "resource_type": "unit_test", "name": "ut", "version": 2,
      "package_name": "shop", "original_file_path": "models/unit.yml", "fqn": ["shop", "customers", "ut", "v2"], "config": {}}
  },
  "disabled": {
    "model.shop.old": [{"unique_id": "model.shop.old", "resource_type": "model", "name": "old", "package_name": "shop",
      "original_file_path": "models/old.sql", "fqn": ["shop", "old"], "config": {"enabled": false}}]
  }
})";

const Project& shop() {
  static const Project project = project_of(FileBytes::copy_of(kShop, "manifest.json"));
  return project;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

fs::path shared() {
  return testing::shared_or_skip("real captures of dbt ls and their manifests");
}

}  // namespace

TEST_CASE("all forms in which dbt names a node") {
  const auto one = [](std::string_view text) { return list(text, shop()).ids; };
  CHECK(one("model.shop.items") == Ids{"model.shop.items"});
  CHECK(one("shop.core.items") == Ids{"model.shop.items"});
  CHECK(one("items") == Ids{"model.shop.items"});
  CHECK(one("models/core/items.sql") == Ids{"model.shop.items"});
  CHECK(one("models\\core\\items.sql") == Ids{"model.shop.items"});
  CHECK(one("models/my folder/orders.sql") == Ids{"model.shop.orders"});
  CHECK(one("customers.v2") == Ids{"model.shop.customers.v2"});
  CHECK(one("shop.customers.v1") == Ids{"model.shop.customers.v1"});
  CHECK(one("source:shop.raw.orders") == Ids{"source.shop.raw.orders"});
  CHECK(one("shop.raw.orders") == Ids{"source.shop.raw.orders"});  // dbt 2
  CHECK(one("raw.orders") == Ids{"source.shop.raw.orders"});
  CHECK(one("metric:shop.orders") == Ids{"metric.shop.orders"});
  CHECK(one("unit_test:shop.ut_v2") == Ids{"unit_test.shop.customers.ut.v2"});
  CHECK(one("ut") == Ids{"unit_test.shop.customers.ut.v2"});
  CHECK(one("ut_v2") == Ids{"unit_test.shop.customers.ut.v2"});
}

TEST_CASE("JSON rows by unique_id, else by the keys at hand") {
  const auto one = [](std::string_view text) { return list(text, shop()).ids; };
  CHECK(one(R"({"unique_id": "metric.shop.orders", "name": "other"})") == Ids{"metric.shop.orders"});
  CHECK(one(R"({"name": "orders", "resource_type": "model"})") == Ids{"model.shop.orders"});
  CHECK(one(R"({"name": "orders", "resource_type": "source", "source_name": "raw"})") == Ids{"source.shop.raw.orders"});
  CHECK(one(R"({"name": "stg_orders", "package_name": "other"})") == Ids{"model.other.stg_orders"});
  CHECK(one(R"({"name": "customers", "config.materialized": "table"})") == Ids{"model.shop.customers.v2"});
  CHECK(one(R"({"name": "customers", "original_file_path": "models/customers_v1.sql"})") ==
        Ids{"model.shop.customers.v1"});
  CHECK(one(R"({"fqn": ["shop", "core", "items"]})") == Ids{"model.shop.items"});
  CHECK(one(R"({"alias": "the_items"})") == Ids{"model.shop.items"});
  CHECK(one(R"({"original_file_path": "models/core/items.sql", "name": "items"})") == Ids{"model.shop.items"});
  const Listing empty = list("{}\n{\"resource_type\": \"model\"}\n{\"name\": \"items\"}\n", shop());
  CHECK(empty.ids == Ids{"model.shop.items"});
  CHECK(empty.result->dropped.size() == 2);
}

TEST_CASE("words of log lines are no nodes, and what is dropped is told") {
  const Listing listing = list(
      "02:11:02  Running with dbt=1.11.14\nitems\n02:11:12  Found 6 models\n02:11:12  orders\norders were loaded\n"
      "items\nnonsense\nold\n",
      shop());
  REQUIRE(listing.result);
  CHECK(listing.ids == Ids{"model.shop.items"});
  REQUIRE(listing.result->dropped.size() == 2);
  CHECK(listing.result->dropped[0].text == "orders were loaded");
  CHECK(listing.result->dropped[0].line == 5);
  CHECK(listing.result->log_lines == 4);
  const Warning* dropped = listing.warning("ls-dropped");
  REQUIRE(dropped);
  CHECK(dropped->message == "ls.txt: 2 rows left out, no node of manifest.json: `orders were loaded` (line 5), …");
  CHECK(dropped->detail == std::vector<std::string>{"line 5: orders were loaded", "line 7: nonsense"});
  const Warning* disabled = listing.warning("ls-disabled");
  REQUIRE(disabled);
  CHECK(contains(disabled->message, "1 row left out, disabled in manifest.json: `old` (line 8)"));
}

TEST_CASE("a node's name inside a warning's text is left out, and said") {
  const Listing listing =
      list("02:11:12  [WARNING]: Something about\nitems\nis deprecated\ncustomers.v1\ncustomers.v2\n", shop());
  CHECK(listing.ids == Ids{"model.shop.customers.v1", "model.shop.customers.v2"});
  const Warning* warning = listing.warning("ls-in-message");
  REQUIRE(warning);
  CHECK(warning->detail == std::vector<std::string>{"line 2: items"});
}

TEST_CASE("rows on one line count only where every word is a node") {
  CHECK(list("customers.v1 items\tcustomers.v2", shop()).ids ==
        Ids{"model.shop.customers.v1", "model.shop.items", "model.shop.customers.v2"});
  const Listing mixed = list("items\ncustomers.v1 items now", shop());
  CHECK(mixed.ids == Ids{"model.shop.items"});
  CHECK(mixed.result->dropped.size() == 1);
  CHECK(list("02:11:02 Running with dbt=1.11.14 02:11:12 Found 6 models, 1 unit test items customers.v1", shop()).ids ==
        Ids{"model.shop.items", "model.shop.customers.v1"});
}

TEST_CASE("names and paths of several nodes") {
  SUBCASE("as many rows as nodes") {
    const Listing listing = list("stg_orders\nitems\nstg_orders\n", shop());
    CHECK(listing.ids == Ids{"model.other.stg_orders", "model.shop.items", "model.shop.stg_orders"});
    CHECK(listing.warnings.empty());
  }
  SUBCASE("two packages, one row: all are taken, with a warning") {
    const Listing listing = list("items\nstg_orders\n", shop());
    CHECK(listing.ids == Ids{"model.shop.items", "model.other.stg_orders", "model.shop.stg_orders"});
    const Warning* warning = listing.warning("ls-ambiguous");
    REQUIRE(warning);
    CHECK(warning->message ==
          "ls.txt: a name is several nodes, and the text does not say which; all are taken: `stg_orders` (line 2): "
          "model.other.stg_orders, model.shop.stg_orders");
  }
  SUBCASE("dbt's order tells the type") {
    CHECK(list("customers.v2\nitems\norders\n", shop()).ids ==
          Ids{"model.shop.customers.v2", "model.shop.items", "model.shop.orders"});
    CHECK(list("orders\nitems\n", shop()).ids == Ids{"metric.shop.orders", "model.shop.items"});
    CHECK(list("orders\nitems\norders\n", shop()).ids ==
          Ids{"metric.shop.orders", "model.shop.items", "model.shop.orders"});
  }
  SUBCASE("without dbt's order all types are taken") {
    const Listing listing = list("orders\nitems\ncustomers.v1\n", shop());
    CHECK(sorted(listing.ids) ==
          Ids{"metric.shop.orders", "model.shop.customers.v1", "model.shop.items", "model.shop.orders"});
    CHECK(listing.warning("ls-ambiguous"));
  }
  SUBCASE("sources of one file") {
    CHECK(list("models/sources.yml\nmodels/sources.yml\n", shop()).warnings.empty());
    const Listing listing = list("models/sources.yml\n", shop());
    CHECK(listing.ids == Ids{"source.shop.raw.events", "source.shop.raw.orders"});
    CHECK(listing.warning("ls-ambiguous"));
  }
  SUBCASE("a versioned model's name without its version") {
    CHECK(list("customers\ncustomers\n", shop()).ids == Ids{"model.shop.customers.v1", "model.shop.customers.v2"});
    CHECK_FALSE(list("events\n", shop()).result);  // a source's table is never listed without its source
  }
}

TEST_CASE("texts that are no listing of this project") {
  const auto error = [](std::string_view text) {
    const Listing listing = list(text, shop());
    return listing.result ? std::string() : to_text(listing.result.error());
  };
  CHECK(contains(error(""), "ls.txt: the text is empty"));
  CHECK(contains(error("foo\nbar\n"), "ls.txt:1:1: not one of 2 rows is a node of manifest.json; the first is `foo`"));
  CHECK(contains(error("foo\n"), "is the manifest of the same project"));
  CHECK(contains(error("items,customers.v1\n"), "without commas and quotes"));
  CHECK(contains(error("\"items\"\n"), "without commas and quotes"));
  CHECK(contains(error("items\n02:11:02  Encountered an error:\nRuntime Error\n  bad\n"),
                 "dbt failed: Runtime Error bad"));
  const Listing nothing = list(
      "02:11:02  The selection criterion 'x' does not match any enabled nodes\n02:11:02  No nodes selected!\n", shop());
  REQUIRE(nothing.result);
  CHECK(nothing.ids.empty());
  REQUIRE(nothing.warning("ls-no-match"));
  CHECK(nothing.warning("ls-no-match")->message ==
        "ls.txt: line 1: dbt says that 'x' does not match any enabled nodes");
}

// Whether the JSON rows have a key that names their node.
bool says_which(const nlohmann::json& rows) {
  return std::ranges::all_of(rows, [](const nlohmann::json& row) {
    const nlohmann::json keys = nlohmann::json::parse(row.get<std::string>());
    return keys.contains("unique_id") || keys.contains("name") || keys.contains("fqn");
  });
}

// Every answer that dbt gave for these two projects, as quiet and as noisy text: its rows must be nodes again.
TEST_CASE("the oracle's listings come back as the nodes that dbt listed") {
  const fs::path root = shared();
  if (root.empty()) return;
  for (const std::string name : {"big_features", "big_features_default", "snowplow_unified_demo"}) {
    const fs::path folder = root / "oracle" / name;
    const Project project = project_at(folder / "target" / "manifest.json");
    std::ifstream cases(folder / "cases.jsonl");
    std::size_t tried = 0;
    for (std::string line; std::getline(cases, line);) {
      const nlohmann::json answer = nlohmann::json::parse(line);
      if (!answer.value("error", nlohmann::json()).is_null() || answer["stdout"].empty()) continue;
      std::string text = "02:11:02  Running with dbt=1.11.14\n02:11:12  Found 25 models\n";
      for (const auto& row : answer["stdout"]) text += row.get<std::string>() + "\n";
      const Listing listing = list(text, project);
      CAPTURE(line);
      if (answer["output"] == "json" && !says_which(answer["stdout"])) {
        CHECK_FALSE(listing.result);  // rows of nothing but tags
        continue;
      }
      REQUIRE(listing.result);
      CHECK(listing.result->dropped.empty());
      CHECK(listing.ids.size() >= answer["stdout"].size());
      if (listing.result->ambiguous.empty()) {
        CHECK(listing.ids.size() == answer["stdout"].size());
        CHECK(listing.ids == sorted(listing.ids));
      }
      ++tried;
    }
    CHECK(tried > 10);
  }
}

TEST_CASE("real captures against their manifests") {
  const fs::path root = shared();
  if (root.empty()) return;
  const fs::path captures = root / "corpus" / "ls";
  SUBCASE("big_features") {
    const Project project = project_at(root / "oracle" / "big_features" / "target" / "manifest.json");
    const Listing noisy = list_file(captures / "dbt_1_11" / "state_modified.both.txt", project);
    const Listing quiet = list_file(captures / "dbt_1_11" / "state_modified_quiet.both.txt", project);
    CHECK(noisy.ids == quiet.ids);
    CHECK(noisy.result->dropped.empty());
    CHECK(list_file(captures / "dbt_1_11" / "big_version_warning.both.txt", project).ids.size() == 11);
    const Listing all = list_file(captures / "dbt_1_11" / "big_default.both.txt", project);
    CHECK(all.result->dropped.empty());
    CHECK(all.warnings.empty());
  }
  SUBCASE("snowplow_unified: four outputs, one answer") {
    const Project project = project_at(root / "oracle" / "snowplow_unified_demo" / "target" / "manifest.json");
    const Ids json = list_file(captures / "dbt_1_11" / "snow_selector_json.both.txt", project).ids;
    CHECK(json.size() == 37);
    for (const std::string output : {"selector", "name", "path"}) {
      const Listing listing = list_file(captures / "dbt_1_11" / ("snow_selector_" + output + ".both.txt"), project);
      CHECK(listing.ids == json);
      CHECK(listing.warnings.empty());
    }
    CHECK(list_file(captures / "dbt_1_11" / "models_flag_deprecation.both.txt", project).ids.size() == 17);
  }
  SUBCASE("large public projects") {
    for (const std::string name : {"cerebro", "tuva"}) {
      const Project project = project_at(root / "corpus" / "large" / name / "state" / "manifest.json");
      for (const auto& entry : fs::directory_iterator(captures / "public_projects")) {
        const std::string file = entry.path().filename().string();
        if (!file.starts_with(name) || file == "tuva_ls_error.stdout") continue;
        CAPTURE(file);
        const Listing listing = list_file(entry.path(), project);
        REQUIRE(listing.result);
        CHECK(listing.result->ambiguous.empty());
        CHECK(listing.result->dropped.empty());
        CHECK(listing.ids.size() == listing.text.rows().size());
      }
    }
  }
}
