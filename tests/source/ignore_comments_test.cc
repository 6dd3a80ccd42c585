#include "source/ignore_comments.h"

#include <algorithm>
#include <doctest/doctest.h>

#include "small_project.h"

using namespace plowline;
using plowline::testing::SmallProject;
using plowline::testing::to_string;
using json = SmallProject::json;
using Strings = std::vector<std::string>;

namespace {

std::string marks(std::string_view comment) {
  std::string out;
  for (const IgnoreMark& mark : ignore_marks(comment)) {
    out += fmt::format("[{}]<{}>", fmt::join(mark.rules, ","), comment.substr(mark.offset, mark.length));
  }
  return out;
}

struct Commented : SmallProject {
  std::vector<IgnoreComment> comments;
  void collect() {
    read();
    comments = ignore_comments(places(), project());
  }
  // The rules whose comments cover that.
  Strings covering(const std::string& unique_id, std::string_view column, const Place& place) {
    Concern concern;
    if (!unique_id.empty()) concern.node = project().find(unique_id);
    concern.column = column;
    concern.file = place.file;
    concern.line = place.range.line;
    return covering(concern);
  }
  Strings covering(const Concern& concern) {
    Strings rules;
    for (const IgnoreComment& comment : comments) {
      if (covers(comment, concern)) rules.insert(rules.end(), comment.rules.begin(), comment.rules.end());
    }
    std::ranges::sort(rules);
    return rules;
  }
  Strings at_node(const std::string& unique_id) { return covering(unique_id, {}, places().node(id(unique_id))); }
  Strings at_properties(const std::string& unique_id) {
    return covering(unique_id, {}, places().properties(id(unique_id)));
  }
  Strings at_column(const std::string& unique_id, const char* column) {
    return covering(unique_id, column, places().column(id(unique_id), column));
  }
};

}  // namespace

TEST_CASE("Ignore comments: which words they are made of") {
  CHECK(marks("-- plowline: ignore rule-a, rule-b") == "[rule-a,rule-b]<plowline: ignore rule-a, rule-b>");
  CHECK(marks("{# plowline: ignore rule #}") == "[rule]<plowline: ignore rule>");
  CHECK(marks("{#- plowline:ignore rule -#}") == "[rule]<plowline:ignore rule>");
  CHECK(marks("/* plowline: ignore x */") == "[x]<plowline: ignore x>");
  CHECK(marks("# plowline: ignore a b,c") == "[a,b,c]<plowline: ignore a b,c>");
  CHECK(marks("# plowline: ignore: a") == "[a]<plowline: ignore: a>");
  CHECK(marks("-- plowline: ignore a -- because I say so") == "[a]<plowline: ignore a -- because I say so>");
  CHECK(marks("-- plowline: ignore a because of b") == "[a]<plowline: ignore a because of b>");
  CHECK(marks("-- plowline: ignore a, a") == "[a]<plowline: ignore a, a>");
  CHECK(marks("-- plowline: ignore") == "[]<plowline: ignore>");
  CHECK(marks("-- plowline: ignore -- no reason") == "[]<plowline: ignore -- no reason>");
  CHECK(marks("/*\n * plowline: ignore a\n * plowline: ignore b -- x\n */") ==
        "[a]<plowline: ignore a>[b]<plowline: ignore b -- x>");
  CHECK(marks("-- see plowline: ignore a") == "");
  CHECK(marks("-- plowline: ignored a") == "");
  CHECK(marks("-- plowline: ignore-next-line a") == "");
  CHECK(marks("-- plowline is good") == "");
}

TEST_CASE("Ignore comments: in SQL they count for the node of the file, wherever a finding of it is placed") {
  Commented shop;
  shop.model("a",
             "-- plowline: ignore one, two because of the wiki\nselect 'plowline: ignore no' -- plowline: ignore "
             "three\n{# plowline: ignore four #}",
             {{"patch_path", "shop://models/a.yml"}});
  shop.write("models/a.yml", "models:\n  - name: a\n    columns: [{name: x}]\n");
  shop.model("b", "select 1");
  shop.collect();
  REQUIRE(shop.comments.size() == 3);
  CHECK(to_string({shop.comments[0].file, shop.comments[0].range}) == "models/a.sql:1:4-49");
  CHECK(to_string({shop.comments[1].file, shop.comments[1].range}) == "models/a.sql:2:33-55");
  CHECK(to_string({shop.comments[2].file, shop.comments[2].range}) == "models/a.sql:3:4-25");
  const Strings all = {"four", "one", "three", "two"};
  CHECK(shop.at_node("model.shop.a") == all);
  CHECK(shop.at_properties("model.shop.a") == all);
  CHECK(shop.at_column("model.shop.a", "x") == all);
  CHECK(shop.at_node("model.shop.b").empty());
}

TEST_CASE("Ignore comments: in SQL they are found without the file") {
  Commented shop;
  shop.model("a", "select 1 /* plowline: ignore one */", {{"original_file_path", "models/gone.sql"}});
  shop.macro("m", "{% macro m() %}-- plowline: ignore two\n{% endmacro %}", "macros/gone.sql");
  shop.read(false);
  shop.comments = ignore_comments(shop.places(), shop.project());
  CHECK(shop.at_node("model.shop.a") == Strings{"one"});
  CHECK(shop.covering({.macro = &shop.project().macros()[0]}) == Strings{"two"});
}

TEST_CASE("Ignore comments: Python models") {
  Commented shop;
  const std::string code = "# plowline: ignore one\ndef model(dbt, session):\n    return 1  # plowline: ignore two\n";
  shop.write("models/p.py", code);
  shop.model("p", code, {{"original_file_path", "models/p.py"}, {"language", "python"}});
  shop.collect();
  CHECK(shop.at_node("model.shop.p") == Strings{"one", "two"});
  CHECK(shop.comments[1].range.line == 3);
}

TEST_CASE("Ignore comments: a file with several blocks") {
  Commented shop;
  const std::string file =
      "-- plowline: ignore all-of-them\n{% snapshot a %}\n-- plowline: ignore only-a\nselect 1\n"
      "{% endsnapshot %}\n{% snapshot b %}\nselect 2\n{% endsnapshot %}\n";
  shop.write("snapshots/s.sql", file);
  for (const std::string name : {"a", "b"}) {
    shop.add("nodes", "snapshot.shop." + name,
             {{"resource_type", "snapshot"},
              {"name", name},
              {"package_name", "shop"},
              {"original_file_path", "snapshots/s.sql"},
              {"raw_code", name == "a" ? "-- plowline: ignore only-a\nselect 1" : "select 2"}},
             json::object());
  }
  shop.write("macros/m.sql",
             "{% macro one() %}\n{# plowline: ignore only-one #}\n{% endmacro %}\n{% macro two() %}{% endmacro %}\n");
  shop.macro("one", "{% macro one() %}\n{# plowline: ignore only-one #}\n{% endmacro %}", "macros/m.sql");
  shop.macro("two", "{% macro two() %}{% endmacro %}", "macros/m.sql");
  shop.collect();
  CHECK(shop.at_node("snapshot.shop.a") == Strings{"all-of-them", "only-a"});
  CHECK(shop.at_node("snapshot.shop.b") == Strings{"all-of-them"});
  for (const MacroRecord& macro : shop.project().macros()) {
    const Place place = shop.places().macro(macro);
    const Concern concern{.macro = &macro, .file = place.file, .line = place.range.line};
    CHECK(shop.covering(concern) == (macro.name == "one" ? Strings{"only-one"} : Strings{}));
  }
}

TEST_CASE("Ignore comments: in YAML they count for the smallest entry around them") {
  Commented shop;
  shop.write("models/schema.yml", R"(version: 2
models:
  # plowline: ignore above-orders
  # and a line between
  - name: orders
    description: |
      # plowline: ignore no-comment
    columns:
      - name: id  # plowline: ignore column-id
        data_tests:
          - unique  # plowline: ignore test-unique
          - not_null:
              config:
                severity: warn  # plowline: ignore test-not-null
      # plowline: ignore above-status
      - name: status
        description: "# plowline: ignore no-comment"
        # plowline: ignore inside-status
    config:  # plowline: ignore orders-config
      tags: [x]
  - name: other
    # plowline: ignore in-other
    columns: [{name: id, tests: [unique]}]  # plowline: ignore in-other-columns
sources:  # plowline: ignore all-sources
  - name: raw  # plowline: ignore raw
    tables:
      - name: t1  # plowline: ignore t1
      - name: t2
)");
  for (const std::string name : {"orders", "other"}) {
    shop.model(name, "select 1", {{"patch_path", "shop://models/schema.yml"}});
  }
  shop.generic_test("unique_id", "orders", "id", "unique", "models/schema.yml");
  shop.generic_test("not_null_id", "orders", "id", "not_null", "models/schema.yml");
  shop.source("raw", "t1", "models/schema.yml");
  shop.source("raw", "t2", "models/schema.yml");
  shop.collect();
  const Strings orders = {"above-orders", "orders-config"};
  CHECK(shop.at_node("model.shop.orders") == orders);        // although it is placed in the SQL file
  CHECK(shop.at_properties("model.shop.orders") == orders);  // the column's comments do not count
  CHECK(shop.at_column("model.shop.orders", "id") == Strings{"above-orders", "column-id", "orders-config"});
  CHECK(shop.at_column("model.shop.orders", "status") ==
        Strings{"above-orders", "above-status", "inside-status", "orders-config"});
  // A column's finding that is placed elsewhere.
  CHECK(shop.covering("model.shop.orders", "ID", {"models/orders.sql", {1, 1, 1, 1}}) ==
        Strings{"above-orders", "column-id", "orders-config"});
  CHECK(shop.at_node("test.shop.unique_id") == Strings{"above-orders", "column-id", "orders-config", "test-unique"});
  CHECK(shop.covering("test.shop.not_null_id", {}, {"dbt_project.yml", {3, 1, 3, 1}}) ==
        Strings{"above-orders", "column-id", "orders-config", "test-not-null"});
  CHECK(shop.at_node("model.shop.other") == Strings{"in-other"});
  CHECK(shop.at_column("model.shop.other", "id") == Strings{"in-other", "in-other-columns"});
  CHECK(shop.at_node("source.shop.raw.t1") == Strings{"all-sources", "raw", "t1"});
  CHECK(shop.at_node("source.shop.raw.t2") == Strings{"all-sources", "raw"});
}

TEST_CASE("Ignore comments: versions of a model, macros and groups of YAML, the top of the file") {
  Commented shop;
  shop.write("models/schema.yml", R"(# plowline: ignore everything

models:
  - name: customers
    columns:
      - name: id  # plowline: ignore in-all-versions
    versions:
      - v: 1
        # plowline: ignore only-v1
        columns: [{include: all}]
      - v: 2

macros:
  - name: cents  # plowline: ignore cents
  - name: other
)");
  for (const int version : {1, 2}) {
    json node = shop.model("customers", "select 1", {{"patch_path", "shop://models/schema.yml"}, {"version", version}});
    shop.add("nodes", "model.shop.customers.v" + std::to_string(version), node, json::object());
  }
  shop.manifest["nodes"].erase("model.shop.customers");
  for (const std::string name : {"cents", "other"}) {
    const std::string code = "{% macro " + name + "() %}{% endmacro %}";
    shop.write("macros/" + name + ".sql", code);
    shop.macro(name, code, "macros/" + name + ".sql")["patch_path"] = "shop://models/schema.yml";
  }
  shop.collect();
  CHECK(shop.at_node("model.shop.customers.v1") == Strings{"everything", "only-v1"});
  CHECK(shop.at_properties("model.shop.customers.v2") == Strings{"everything"});
  CHECK(shop.at_column("model.shop.customers.v2", "id") == Strings{"everything", "in-all-versions"});
  for (const MacroRecord& macro : shop.project().macros()) {
    const Place place = shop.places().macro(macro);
    CHECK(shop.covering({.macro = &macro, .file = place.file, .line = place.range.line}) ==
          (macro.name == "cents" ? Strings{"cents", "everything"} : Strings{"everything"}));
  }
}

TEST_CASE("Ignore comments: in dbt_project.yml and its like they count for a line") {
  Commented shop;
  shop.write("dbt_project.yml",
             "name: shop\nvars:\n  # plowline: ignore next\n  # (a reason)\n  a: 1\n  b: 2  # plowline: ignore same\n  "
             "c: 3\n");
  shop.write("packages.yml", "# plowline: ignore whole-file\npackages:\n  - local: x\n");
  shop.collect();
  const auto at = [&](const Place& place) { return shop.covering({}, {}, place); };
  CHECK(at(shop.places().project_file("vars.a")) == Strings{"next"});
  CHECK(at(shop.places().project_file("vars.b")) == Strings{"same"});
  CHECK(at(shop.places().project_file("vars.c")).empty());
  CHECK(at(shop.places().project_file("vars")).empty());
  CHECK(at(shop.places().packages_file("x")) == Strings{"whole-file"});
}

TEST_CASE("Ignore comments: only the scope's files are looked at") {
  Commented shop;
  for (const std::string name : {"a", "b"}) {
    shop.model(name, "select 1 -- plowline: ignore sql-" + name, {{"patch_path", "shop://models/" + name + ".yml"}});
    shop.write("models/" + name + ".yml", "models:\n  - name: " + name + "  # plowline: ignore yaml-" + name + "\n");
  }
  shop.read();
  const std::vector<NodeId> scope = {shop.id("model.shop.b")};
  shop.comments = ignore_comments(shop.places(), scope);
  CHECK(shop.comments.size() == 2);
  CHECK(shop.at_node("model.shop.b") == Strings{"sql-b", "yaml-b"});
}

TEST_CASE("Ignore comments: hostile files and names") {
  Commented shop;
  shop.write("models/broken.yml", "models:\n  - name: [a\n# plowline: ignore x\n\x1b\xff: {{\n");
  shop.write("models/empty.yml", "# plowline: ignore\n");
  shop.model("a", "select 1 -- plowline: ignore \x1b[31m, \"x\", $(rm)", {{"patch_path", "shop://models/broken.yml"}});
  shop.model("b", "{# plowline: ignore never-closed", {{"patch_path", "shop://models/empty.yml"}});
  shop.model("c\nd", "--plowline: ignore ok",
             {{"original_file_path", "models/c.sql"}, {"patch_path", "shop://../../etc/passwd.yml"}});
  shop.collect();
  Strings rules;
  for (const IgnoreComment& comment : shop.comments) {
    rules.push_back(comment.file + ": " + fmt::format("{}", fmt::join(comment.rules, "|")));
  }
  CHECK(rules == Strings{"models/a.sql: \x1b[31m|\"x\"|$(rm)", "models/b.sql: never-closed", "models/broken.yml: x",
                         "models/c.sql: ok", "models/empty.yml: "});
  // A broken file has no entries: the comment counts for its own line.
  CHECK(shop.at_node("model.shop.a").size() == 3);
}
