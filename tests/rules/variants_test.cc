// The rules that most linters of dbt projects have, each held against the kinds of nodes that are easily forgotten: for
// every rule one project with the mistake and one without it, in each variant that the rule can meet.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rules/test_project.h"

using plowline::testing::Lines;
using plowline::testing::TestProject;
using Json = nlohmann::json;

namespace {

// The node under test is…
enum Variant : unsigned {
  kPlain = 1,
  kVersioned = 2,  // version 2 of a model
  kDisabled = 4,
  kEphemeral = 8,
  kPackage = 16,  // of a package
  kPython = 32,
  kWindows = 64,  // parsed on Windows: its paths have backslashes
  kQuoted = 128,  // has a column with `quote: true`
  kSnapshot = 256,
};

constexpr unsigned kModels = kPlain | kVersioned | kEphemeral | kPython | kWindows;
constexpr unsigned kBuiltModels = kModels & ~unsigned{kEphemeral};
constexpr unsigned kNoModels = kDisabled | kPackage | kSnapshot;
constexpr unsigned kSources = kPlain | kWindows;
constexpr unsigned kNoSources = kDisabled | kPackage;

std::string to_string(Variant variant) {
  switch (variant) {
    case kPlain:
      return "plain";
    case kVersioned:
      return "versioned";
    case kDisabled:
      return "disabled";
    case kEphemeral:
      return "ephemeral";
    case kPackage:
      return "package";
    case kPython:
      return "Python";
    case kWindows:
      return "Windows";
    case kQuoted:
      return "quoted column";
    case kSnapshot:
      return "snapshot";
  }
  return "";
}

std::string with_backslashes(std::string path) {
  const std::size_t begin = path.find("://") == std::string::npos ? 0 : path.find("://") + 3;
  std::replace(path.begin() + static_cast<std::ptrdiff_t>(begin), path.end(), '/', '\\');
  return path;
}

// One project: the node under test as the variant has it, and what a rule's row adds.
class Made {
 public:
  Made(Variant variant, bool mistake) : variant_(variant), mistake_(mistake) {}

  Variant variant() const { return variant_; }
  bool has_mistake() const { return mistake_; }
  const std::string& subject() const { return subject_; }
  TestProject& project() { return project_; }

  // The model (or snapshot) under test, in that folder below models/ or snapshots/.
  void model(const std::string& name, Json record = Json::object(), const std::string& folder = "marts") {
    const bool snapshot = variant_ == kSnapshot;
    const std::string package = variant_ == kPackage ? "other" : "shop";
    subject_ =
        fmt::format("{}.{}.{}{}", snapshot ? "snapshot" : "model", package, name, variant_ == kVersioned ? ".v2" : "");
    if (variant_ == kEphemeral) record["config"]["materialized"] = "ephemeral";
    if (variant_ == kVersioned) record["latest_version"] = 2;
    if (variant_ == kPython) {
      record["language"] = "python";
      record["raw_code"] = "def model(dbt, session):\n    return dbt.ref('x')\n";
    }
    if (!record.contains("raw_code")) record["raw_code"] = "select 1 as id";
    if (!record.contains("depends_on")) record["depends_on"] = {{"nodes", Json::array()}, {"macros", Json::array()}};
    const std::string stem = name + (variant_ == kVersioned ? "_v2" : "");
    record["path"] = fmt::format("{}/{}.{}", folder, stem, variant_ == kPython ? "py" : "sql");
    record["original_file_path"] = (snapshot ? "snapshots/" : "models/") + record["path"].get<std::string>();
    add(std::move(record));
  }

  // The source's table under test.
  void source(Json record = Json::object()) {
    subject_ = fmt::format("source.{}.raw.orders", variant_ == kPackage ? "other" : "shop");
    record["original_file_path"] = "models/staging/_sources.yml";
    record["path"] = record["original_file_path"];
    add(std::move(record));
  }

  void macro(Json record = Json::object()) {
    subject_ = fmt::format("macro.{}.cents", variant_ == kPackage ? "other" : "shop");
    if (variant_ == kWindows) record["original_file_path"] = "macros\\money\\cents.sql";
    project_.macro(subject_, "{% macro cents(column) %}{{ column }} / 100{% endmacro %}", record.dump());
  }

  // Its tests, as dbt spells the column.
  void tests(std::initializer_list<const char*> names, const std::string& column) {
    const std::string written = variant_ == kQuoted ? '"' + column + '"' : column;
    for (const char* name : names) project_.test(name, subject_, written);
  }

  // Its table in catalog.json.
  void table() {
    project_.catalog(R"({"nodes": {}, "sources": {}})");
    if (variant_ == kDisabled || variant_ == kEphemeral) return;  // dbt does not build it
    project_.catalog_table(subject_, {{variant_ == kQuoted ? "Id" : "id", "integer"}});
  }

  // A column of the record.
  Json column(const std::string& name, Json more = Json::object()) const {
    more["name"] = name;
    if (variant_ == kQuoted) more["quote"] = true;
    return {{"columns", {{name, more}}}};
  }

  // A model of the project that depends on these.
  Made& reader(const std::string& name, std::vector<std::string> parents, const std::string& type = "model") {
    project_.add(type + ".shop." + name, depending(parents).dump());
    return *this;
  }

  static Json depending(const std::vector<std::string>& parents, Json more = Json::object()) {
    more["depends_on"] = {{"nodes", parents}, {"macros", Json::array()}};
    return more;
  }

 private:
  void add(Json record) {
    if (variant_ == kWindows) {
      for (const char* key : {"path", "original_file_path", "patch_path"}) {
        if (record.contains(key)) record[key] = with_backslashes(record[key]);
      }
    }
    if (variant_ == kDisabled) {
      project_.disabled(subject_, record.dump());
    } else {
      project_.add(subject_, record.dump());
    }
  }

  Variant variant_;
  bool mistake_;
  std::string subject_;
  TestProject project_;
};

struct Row {
  const char* rule;
  const char* options;
  unsigned found;   // where the mistake is a finding
  unsigned silent;  // where it is none
  void (*make)(Made& made);
};

const std::vector<Row> kRows = {
    {"model-description", "{}", kModels, kNoModels,
     [](Made& made) { made.model("orders", {{"description", made.has_mistake() ? " " : "The orders."}}); }},
    {"documentation-coverage", "{}", kModels, kNoModels,
     [](Made& made) { made.model("orders", {{"description", made.has_mistake() ? "" : "The orders."}}); }},
    {"model-column-description", "{}", kBuiltModels | kQuoted, kNoModels | kEphemeral,
     [](Made& made) {
       made.model("orders", made.column("Id", {{"description", made.has_mistake() ? "" : "The key."}}));
     }},
    {"source-description", "{}", kSources, kNoSources,
     [](Made& made) { made.source({{"source_description", made.has_mistake() ? "" : "The shop."}}); }},
    {"source-table-description", "{}", kSources, kNoSources,
     [](Made& made) { made.source({{"description", made.has_mistake() ? "" : "The orders."}}); }},
    {"source-column-description", "{}", kSources | kQuoted, kNoSources,
     [](Made& made) { made.source(made.column("Id", {{"description", made.has_mistake() ? "" : "The key."}})); }},
    {"macro-description", "{}", kPlain | kWindows, kPackage,
     [](Made& made) { made.macro({{"description", made.has_mistake() ? "" : "In euros."}}); }},
    {"macro-argument-description", "{}", kPlain | kWindows, kPackage,
     [](Made& made) {
       made.macro({{"arguments", {{{"name", "column"}, {"description", made.has_mistake() ? "" : "In cents."}}}}});
     }},
    {"model-has-properties-file", "{}", kBuiltModels, kNoModels | kEphemeral,
     [](Made& made) {
       made.model("orders", made.has_mistake() ? Json::object() : Json{{"patch_path", "shop://models/marts/_m.yml"}});
     }},
    {"properties-colocated", "{}", kModels, kNoModels,
     [](Made& made) {
       made.model("orders",
                  {{"patch_path", made.has_mistake() ? "shop://models/_m.yml" : "shop://models/marts/_m.yml"}});
     }},
    {"model-name", "{}", kModels, kNoModels,
     [](Made& made) { made.model(made.has_mistake() ? "orders" : "stg_orders", Json::object(), "staging"); }},
    {"model-columns-match-catalog", "{}", kBuiltModels | kQuoted, kNoModels | kEphemeral,
     [](Made& made) {
       made.model("orders", made.column(made.has_mistake() ? "Gone" : "Id"));
       made.table();
     }},
    {"source-columns-match-catalog", "{}", kSources | kQuoted, kNoSources,
     [](Made& made) {
       made.source(made.column(made.has_mistake() ? "Gone" : "Id"));
       made.table();
     }},
    {"model-tests-by-name", R"({"tests": {"unique": 1}})", kBuiltModels | kQuoted, kNoModels | kEphemeral,
     [](Made& made) {
       made.model("orders", made.column("Id"));
       made.tests({made.has_mistake() ? "not_null" : "unique"}, "Id");
     }},
    {"primary-key-tested", "{}", kModels | kQuoted, kNoModels,
     [](Made& made) {
       made.model("orders", made.column("Id"));
       made.tests({"unique"}, "Id");
       if (!made.has_mistake()) made.tests({"not_null"}, "Id");
     }},
    {"test-coverage", "{}", kModels | kQuoted, kNoModels,
     [](Made& made) {
       made.model("orders", made.column("Id"));
       if (!made.has_mistake()) made.tests({"unique"}, "Id");
     }},
    {"source-min-tests", "{}", kSources | kQuoted, kNoSources,
     [](Made& made) {
       made.source(made.column("Id"));
       if (!made.has_mistake()) made.tests({"unique"}, "Id");
     }},
    {"source-freshness", "{}", kSources, kNoSources,
     [](Made& made) {
       const Json limit = {{"count", 1}, {"period", "day"}};
       made.source(made.has_mistake() ? Json::object()
                                      : Json{{"freshness", {{"warn_after", limit}, {"error_after", limit}}},
                                             {"loaded_at_field", "at"}});
     }},
    {"source-loader", "{}", kSources, kNoSources,
     [](Made& made) { made.source({{"loader", made.has_mistake() ? "" : "fivetran"}}); }},
    {"source-meta-keys", R"({"keys": ["owner"]})", kSources, kNoSources,
     [](Made& made) { made.source({{"meta", {{made.has_mistake() ? "ownr" : "owner", "a"}}}}); }},
    {"source-tags", R"({"required": ["hourly"]})", kSources, kNoSources,
     [](Made& made) { made.source({{"tags", {made.has_mistake() ? "horly" : "hourly"}}}); }},
    {"unused-source", "{}", kSources, kNoSources,
     [](Made& made) {
       made.source();
       if (!made.has_mistake()) made.reader("reader", {made.subject()});
     }},
    // (Here the node under test is what reads the source.)
    {"unused-source", "{}", kDisabled, kModels | kPackage | kSnapshot,
     [](Made& made) {
       made.project().add("source.shop.raw.orders");
       made.model("reader", Made::depending({"source.shop.raw.orders"}));
       if (!made.has_mistake()) made.reader("other", {"source.shop.raw.orders"});
     }},
    {"duplicate-source", "{}", kPlain | kWindows | kPackage, kDisabled,
     [](Made& made) {
       made.source();
       made.project().add("source.shop.crm.orders", fmt::format(R"({{"schema": "{}", "relation_name": "x"}})",
                                                                made.has_mistake() ? "raw" : "crm"));
     }},
    {"source-fanout", "{}", kModels | kPackage, kDisabled | kSnapshot,
     [](Made& made) {
       made.project().add("source.shop.raw.orders").add("source.shop.raw.other");
       made.reader("one", {"source.shop.raw.orders"});
       made.model("two", Made::depending({made.has_mistake() ? "source.shop.raw.orders" : "source.shop.raw.other"}));
     }},
    {"source-children-count", R"({"min": 0, "max": 1})", kModels | kPackage, kDisabled | kSnapshot,
     [](Made& made) {
       made.project().add("source.shop.raw.orders").add("source.shop.raw.other");
       made.reader("one", {"source.shop.raw.orders"});
       made.model("two", Made::depending({made.has_mistake() ? "source.shop.raw.orders" : "source.shop.raw.other"}));
     }},
    {"direct-join-to-source", "{}", kModels, kNoModels,
     [](Made& made) {
       made.project().add("source.shop.raw.orders").add("model.shop.stg_a");
       made.model("fct_orders", made.has_mistake() ? Made::depending({"source.shop.raw.orders", "model.shop.stg_a"})
                                                   : Made::depending({"model.shop.stg_a"}));
     }},
    {"layer-depends-on-source", "{}", kModels | kSnapshot, kDisabled | kPackage,
     [](Made& made) {
       made.project().add("source.shop.raw.orders").add("model.shop.stg_a");
       made.model("fct_orders", Made::depending({made.has_mistake() ? "source.shop.raw.orders" : "model.shop.stg_a"}));
     }},
    {"staging-depends-on-staging", "{}", kModels | kSnapshot, kDisabled | kPackage,
     [](Made& made) {
       made.project().add("source.shop.raw.orders").add("model.shop.stg_a");
       made.model("stg_orders", Made::depending({made.has_mistake() ? "model.shop.stg_a" : "source.shop.raw.orders"}),
                  "staging");
     }},
    {"staging-depends-on-downstream", "{}", kModels, kNoModels,
     [](Made& made) {
       made.project().add("source.shop.raw.orders").add("model.shop.fct_a");
       made.model("stg_orders", Made::depending({made.has_mistake() ? "model.shop.fct_a" : "source.shop.raw.orders"}),
                  "staging");
     }},
    {"permitted-upstream", R"({"path_pattern": "models/staging"})", kBuiltModels, kNoModels | kEphemeral,
     [](Made& made) {
       made.project().add("model.shop.a", fmt::format(R"({{"original_file_path": "models/{}/a.sql"}})",
                                                      made.has_mistake() ? "marts" : "staging"));
       made.model("orders", Made::depending({"model.shop.a"}));
     }},
    // (Here it is what is read.)
    {"permitted-upstream", R"({"path_pattern": "models/staging"})", kModels, kDisabled | kPackage | kSnapshot,
     [](Made& made) {
       made.model("a", Json::object(), made.has_mistake() ? "marts" : "staging");
       made.reader("orders", {made.subject()});
     }},
    {"parent-count", R"({"max": 1})", kBuiltModels, kNoModels | kEphemeral,
     [](Made& made) {
       made.project().add("model.shop.a").add("model.shop.b");
       made.model("orders", made.has_mistake() ? Made::depending({"model.shop.a", "model.shop.b"})
                                               : Made::depending({"model.shop.a"}));
     }},
    {"multiple-sources-joined", "{}", kModels | kSnapshot, kDisabled | kPackage,
     [](Made& made) {
       made.project().add("source.shop.raw.a").add("source.shop.raw.b");
       made.model("orders", made.has_mistake() ? Made::depending({"source.shop.raw.a", "source.shop.raw.b"})
                                               : Made::depending({"source.shop.raw.a"}));
     }},
    {"model-fanout", R"({"max": 1})", kModels | kPackage, kDisabled | kSnapshot,
     [](Made& made) {
       made.project().add("model.shop.a").add("model.shop.b");
       made.reader("one", {"model.shop.a"});
       made.model("two", Made::depending({made.has_mistake() ? "model.shop.a" : "model.shop.b"}));
     }},
    {"rejoining-upstream-concepts", "{}", kModels | kSnapshot, kDisabled | kPackage,
     [](Made& made) {
       made.project().add("model.shop.a");
       made.reader("b", {"model.shop.a"});
       made.model("c", made.has_mistake() ? Made::depending({"model.shop.a", "model.shop.b"})
                                          : Made::depending({"model.shop.b"}));
     }},
    {"root-model", "{}", kModels, kNoModels,
     [](Made& made) {
       made.project().add("source.shop.raw.a");
       made.model("orders", made.has_mistake() ? Json::object() : Made::depending({"source.shop.raw.a"}));
     }},
    {"chained-views", R"({"max": 1})", kModels, kNoModels,
     [](Made& made) {
       made.project().add("model.shop.a");
       made.reader("b", {"model.shop.a"});
       made.model("c", Made::depending({made.has_mistake() ? "model.shop.b" : "model.shop.a"}));
     }},
    {"exposure-parent-materialization", "{}", kPlain | kVersioned | kEphemeral | kWindows, kDisabled | kSnapshot,
     [](Made& made) {
       // (What is ephemeral cannot be mended by another materialization.)
       const bool mended_ephemeral = !made.has_mistake() && made.variant() == kEphemeral;
       made.model("orders", {{"config", {{"materialized", made.has_mistake() ? "view" : "table"}}}});
       made.reader("board", {mended_ephemeral ? "model.shop.none" : made.subject()}, "exposure");
     }},
    {"hard-coded-reference", "{}", kPlain | kVersioned | kEphemeral | kWindows, kNoModels | kPython,
     [](Made& made) {
       made.model("orders", {{"raw_code", made.has_mistake() ? "select * from raw.orders" : "select 1 as id"}});
     }},
    {"public-model-contract", "{}", kModels, kNoModels,
     [](Made& made) { made.model("orders", {{"access", made.has_mistake() ? "public" : "protected"}}); }},
    {"model-contract", "{}", kPlain | kVersioned | kWindows, kNoModels | kEphemeral | kPython,
     [](Made& made) { made.model("orders", {{"contract", {{"enforced", !made.has_mistake()}}}}); }},
    {"model-contract", R"({"paths": ["models/marts"]})", kPlain | kVersioned | kWindows,
     kNoModels | kEphemeral | kPython,
     [](Made& made) { made.model("orders", Json::object(), made.has_mistake() ? "marts" : "marts_old"); }},
    {"model-meta-keys", R"({"keys": ["owner"]})", kModels, kNoModels,
     [](Made& made) { made.model("orders", {{"meta", {{made.has_mistake() ? "ownr" : "owner", "a"}}}}); }},
    {"model-tags", R"({"all": ["hourly"]})", kModels, kNoModels,
     [](Made& made) { made.model("orders", {{"tags", {made.has_mistake() ? "horly" : "hourly"}}}); }},
    {"exposure-public-parents", "{}", kModels | kSnapshot, kDisabled,
     [](Made& made) {
       const bool mended_snapshot = !made.has_mistake() && made.variant() == kSnapshot;
       made.project().add("model.shop.a", R"({"access": "public"})");
       made.model("orders", {{"access", made.has_mistake() ? "protected" : "public"}});
       made.reader("board", {mended_snapshot ? "model.shop.none" : made.subject()}, "exposure");
     }},
};

Lines lint(const Row& row, Variant variant, bool mistake) {
  Made made(variant, mistake);
  row.make(made);
  return made.project().option(row.options).lint(row.rule);
}

// And not what the engine says of itself.
bool is_finding(const std::string& line) {
  return line.find(": warn: ") != std::string::npos || line.find(": error: ") != std::string::npos;
}

}  // namespace

TEST_CASE("what most linters check: versions, disabled and ephemeral models, packages, Python, Windows, snapshots") {
  for (const Row& row : kRows) {
    CAPTURE(std::string(row.rule));
    for (unsigned bit = kPlain; bit <= kSnapshot; bit <<= 1) {
      if (((row.found | row.silent) & bit) == 0) continue;
      const auto variant = static_cast<Variant>(bit);
      CAPTURE(to_string(variant));
      const Lines found = lint(row, variant, true);
      CAPTURE(found);
      CHECK_MESSAGE(!found.empty() == ((row.found & bit) != 0), "the mistake");
      for (const std::string& line : found) CHECK(is_finding(line));
      const Lines right = lint(row, variant, false);
      CAPTURE(right);
      CHECK_MESSAGE(right.empty(), "without the mistake");
    }
  }
}
