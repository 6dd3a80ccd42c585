#include "lint/fix.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <map>

#include "lint/lint_project.h"
#include "source/small_project.h"

using namespace plowline;
using testing::SmallProject;
namespace fs = std::filesystem;

namespace {

Fix tag(std::string name) {
  return {.kind = Fix::Kind::kAddTag, .key = std::move(name), .value = {}, .columns = {}};
}
Fix config(std::string key, std::string value) {
  return {.kind = Fix::Kind::kSetConfig, .key = std::move(key), .value = std::move(value), .columns = {}};
}
Fix columns(std::vector<Fix::Column> all) {
  return {.kind = Fix::Kind::kAddColumns, .key = {}, .value = {}, .columns = std::move(all)};
}
Fix types(std::vector<Fix::Column> all) {
  return {.kind = Fix::Kind::kSetColumnType, .key = {}, .value = {}, .columns = std::move(all)};
}

struct Wanted {
  std::string unique_id;
  Fix fix;
};

FixPlan plan(SmallProject& shop, const std::vector<Wanted>& wanted) {
  shop.read();
  const LintProject project({.project = &shop.project(), .location = &shop.location()});
  std::vector<Finding> findings;
  for (const Wanted& each : wanted) {
    Finding finding;
    finding.rule = "some-rule";
    finding.unique_id = each.unique_id;
    finding.fix = shared_fix(each.fix);
    findings.push_back(std::move(finding));
  }
  return plan_fixes(project, shop.places(), findings);
}

std::string reasons(const FixPlan& plan) {
  std::string out;
  for (const auto& left : plan.left) out += fmt::format("{}: {}\n", left.finding, left.reason);
  return out;
}

// What the model's code becomes; the reason where it stays.
std::string fixed_code(const std::string& code, const std::vector<Fix>& fixes) {
  SmallProject shop;
  shop.model("orders", code);
  std::vector<Wanted> wanted;
  for (const Fix& fix : fixes) wanted.push_back({"model.shop.orders", fix});
  const FixPlan made = plan(shop, wanted);
  if (made.changes.empty()) return "left: " + made.left.at(0).reason;
  CHECK(made.changes.size() == 1);
  CHECK(made.changes[0].file == "models/orders.sql");
  CHECK(made.changes[0].before == code);
  return made.changes[0].after;
}

// What models/schema.yml, which describes orders, becomes.
std::string fixed_yaml(const std::string& yaml, const std::vector<Fix>& fixes, const std::string& code = "select 1") {
  SmallProject shop;
  shop.model("orders", code, {{"patch_path", "shop://models/schema.yml"}});
  shop.write("models/schema.yml", yaml);
  std::vector<Wanted> wanted;
  for (const Fix& fix : fixes) wanted.push_back({"model.shop.orders", fix});
  const FixPlan made = plan(shop, wanted);
  if (made.changes.empty()) return "left: " + made.left.at(0).reason;
  CHECK_MESSAGE(made.left.empty(), reasons(made));
  CHECK(made.changes.size() == 1);
  CHECK(made.changes[0].file == "models/schema.yml");
  return made.changes[0].after;
}

}  // namespace

TEST_CASE("a tag is added to config() in the style that is there") {
  const auto with = [](const std::string& code) { return fixed_code(code, {tag("b")}); };
  CHECK(with("{{ config(tags='a') }}\nselect 1\n") == "{{ config(tags=['a', 'b']) }}\nselect 1\n");
  CHECK(with("{{ config(tags=\"a\") }}\nselect 1") == "{{ config(tags=[\"a\", \"b\"]) }}\nselect 1");
  CHECK(with("{{ config(tags=['a']) }}\nselect 1") == "{{ config(tags=['a', 'b']) }}\nselect 1");
  CHECK(with("{{ config(tags=['a',]) }}\nselect 1") == "{{ config(tags=['a', 'b',]) }}\nselect 1");
  CHECK(with("{{ config(tags=[]) }}\nselect 1") == "{{ config(tags=['b']) }}\nselect 1");
  CHECK(with("{{ config(tags=[\n    'a'\n  ]) }}\nselect 1") ==
        "{{ config(tags=[\n    'a',\n    'b'\n  ]) }}\nselect 1");
  CHECK(with("{{ config() }}\nselect 1") == "{{ config(tags='b') }}\nselect 1");
  CHECK(with("{{config(materialized = \"table\")}}\nselect 1") ==
        "{{config(materialized = \"table\", tags = \"b\")}}\nselect 1");
  CHECK(with("{{\n\tconfig(\n\t\tmaterialized='table',\n\t\tmeta={\n\t\t\t'a': 1\n\t\t}\n\t)\n}}\nselect 1 -- x") ==
        "{{\n\tconfig(\n\t\tmaterialized='table',\n\t\tmeta={\n\t\t\t'a': 1\n\t\t},\n\t\ttags='b'\n\t)\n}}\nselect 1 "
        "-- x");
  CHECK(with("{{ config(\n    schema='x',\n) }}\nselect 1") ==
        "{{ config(\n    schema='x',\n    tags='b',\n) }}\nselect 1");
  CHECK(with("{{ config(\n      schema='x'\n    , alias='y'\n) }}\nselect 1") ==
        "{{ config(\n      schema='x'\n    , alias='y'\n    , tags='b'\n) }}\nselect 1");
}

TEST_CASE("without config() one is put at the top, behind comments") {
  const auto with = [](const std::string& code) { return fixed_code(code, {tag("b")}); };
  CHECK(with("select 1") == "{{ config(tags='b') }}\n\nselect 1");
  CHECK(with("-- orders\n{# all of\n   them #}\n\nselect 1\n") ==
        "-- orders\n{# all of\n   them #}\n{{ config(tags='b') }}\n\nselect 1\n");
  CHECK(with("/* x */ select 1") == "{{ config(tags='b') }}\n\n/* x */ select 1");
  CHECK(with("-- {{ ref('x') }}\nselect '-- config('") ==
        "-- {{ ref('x') }}\n{{ config(tags='b') }}\n\nselect '-- config('");
}

TEST_CASE("a config is set, or replaced where it is a text") {
  const auto with = [](const std::string& code) { return fixed_code(code, {config("schema", "marts")}); };
  CHECK(with("{{ config(schema=\"x\", tags='a') }} select 1") == "{{ config(schema=\"marts\", tags='a') }} select 1");
  CHECK(with("{{ config(tags='a') }} select 1") == "{{ config(tags='a', schema='marts') }} select 1");
}

TEST_CASE("what Jinja makes is left, and why is said") {
  const auto left = [](const std::string& code, const Fix& fix) { return fixed_code(code, {fix}); };
  CHECK(left("{{ config(tags=var('t')) }} select 1", tag("b")) ==
        "left: the tags in its config() are no list of texts, or made by Jinja");
  CHECK(left("{{ config(tags=['a', var('t')]) }} select 1", tag("b")) ==
        "left: the tags in its config() are no list of texts, or made by Jinja");
  CHECK(left("{{ config({'tags': 'a'}) }} select 1", tag("b")) == "left: its config() is given a dictionary");
  CHECK(left("{{ config({'schema': 'a'}) }} select 1", tag("b")) ==
        "left: its config() has other than keywords in it, or stands in a Jinja condition");
  CHECK(left("{{ config(**args) }} select 1", tag("b")) ==
        "left: its config() has other than keywords in it, or stands in a Jinja condition");
  CHECK(left("{% if x %}{{ config(tags='a') }}{% endif %} select 1", tag("b")) ==
        "left: its config() stands in a Jinja condition");
  CHECK(left("{{ config(schema=var('s')) }} select 1", config("schema", "x")) ==
        "left: the value in its config() is no text, or made by Jinja");
  CHECK(left("{{ config(tags='b') }} select 1", tag("b")) ==
        "left: models/orders.sql has it already: let dbt parse the project again");
}

TEST_CASE("names cannot break out of their quotes") {
  CHECK(fixed_code("{{ config(tags='a') }} select 1", {tag("it's \\ \") }} x")}) ==
        "{{ config(tags=['a', 'it\\'s \\\\ \") }} x']) }} select 1");
  for (const std::string name :
       {"{{ evil() }}", "{% x %}", "{# x", "a\nb", "a\rb", "\xC2\x85", "\xFF", "\x1B[0m", ""}) {
    CHECK(fixed_code("select 1", {tag(name)}) == "left: a name in it has control characters or Jinja in it");
    CHECK(fixed_yaml("models:\n  - name: orders\n", {columns({{name, "int"}})}) ==
          "left: a name in it has control characters or Jinja in it");
  }
  const std::string yaml = fixed_yaml("models:\n  - name: orders\n",
                                      {columns({{"a: b", ""}, {"#x", "null"}, {"\"q\" 'r' \\", "yes"}, {"- x", "1"}})});
  CHECK(yaml ==
        "models:\n  - name: orders\n    columns:\n      - name: \"a: b\"\n      - name: \"#x\"\n        data_type: "
        "\"null\"\n      - name: \"\\\"q\\\" 'r' \\\\\"\n        data_type: \"yes\"\n      - name: \"- x\"\n        "
        "data_type: \"1\"\n");
}

TEST_CASE("line ends, byte order mark and the last line's end stay as they are") {
  CHECK(fixed_code("\xEF\xBB\xBF{{ config(\r\n  schema='x'\r\n) }}\r\nselect 1\nfrom x", {tag("b")}) ==
        "\xEF\xBB\xBF{{ config(\r\n  schema='x',\r\n  tags='b'\r\n) }}\r\nselect 1\nfrom x");
  CHECK(
      fixed_yaml("models:\r\n- name: orders\r\n  columns:\r\n  - name: id  # key\r\n", {columns({{"day", "date"}})}) ==
      "models:\r\n- name: orders\r\n  columns:\r\n  - name: id  # key\r\n  - name: day\r\n    data_type: date\r\n");
  CHECK(fixed_yaml("models:\n- name: orders\n  columns:\n  - name: id", {columns({{"day", ""}})}) ==
        "models:\n- name: orders\n  columns:\n  - name: id\n  - name: day");
}

TEST_CASE("columns are added at the end of the list, in its style") {
  const auto with = [](const std::string& yaml) {
    return fixed_yaml(yaml, {columns({{"ID", "int"}, {"day", "date"}})});
  };
  CHECK(with("models:\n  - name: orders  # all\n    columns:\n      - name: id\n        tests:\n          - unique\n"
             "      # - name: old\n\n  - name: other\n    columns: []\n") ==
        "models:\n  - name: orders  # all\n    columns:\n      - name: id\n        tests:\n          - unique\n"
        "      - name: day\n        data_type: date\n      # - name: old\n\n  - name: other\n    columns: []\n");
  CHECK(with("models:\n  - name: orders\n    columns:\n      -   name: \"id\"\n\n      -   name: \"x\"\n    tests: "
             "[]\n") ==
        "models:\n  - name: orders\n    columns:\n      -   name: \"id\"\n\n      -   name: \"x\"\n\n"
        "      -   name: \"day\"\n          data_type: date\n    tests: []\n");
  CHECK(with("models:\n  - name: orders\n    columns: [{name: id}, {name: x}]\n") ==
        "models:\n  - name: orders\n    columns: [{name: id}, {name: x}, {name: day, data_type: date}]\n");
  CHECK(with("models:\n  - {name: orders, columns: [{name: id}]}\n") ==
        "models:\n  - {name: orders, columns: [{name: id}, {name: day, data_type: date}]}\n");
  CHECK(with("models: [{name: orders}]\n") ==
        "models: [{name: orders, columns: [{name: ID, data_type: int}, {name: day, data_type: date}]}]\n");
  const std::string both = "      - name: ID\n        data_type: int\n      - name: day\n        data_type: date\n";
  CHECK(with("models:\n  - name: orders\n    columns: []\n") == "models:\n  - name: orders\n    columns:\n" + both);
  CHECK(with("models:\n  - name: orders\n    columns: [ ]  # none\n    meta: {}\n") ==
        "models:\n  - name: orders\n    columns:  # none\n" + both + "    meta: {}\n");
  CHECK(with("models:\n  - name: orders\n    columns:\n    meta: {}\n") ==
        "models:\n  - name: orders\n    columns:\n" + both + "    meta: {}\n");
  CHECK(with("models:\n  - name: orders\n    description: |\n      a\n\n      # b\n\nsources: []\n") ==
        "models:\n  - name: orders\n    description: |\n      a\n\n      # b\n    columns:\n" + both +
            "\nsources: []\n");
  CHECK(fixed_yaml("models:\n  - name: orders\n    columns:\n      - name: day\n", {columns({{"Day", ""}})}) ==
        "left: models/schema.yml has it already: let dbt parse the project again");
}

TEST_CASE("an edit that would change more than its place is left") {
  const std::string left = "left: its YAML entry ";
  CHECK(fixed_yaml("x: &c\n  - name: id\nmodels:\n  - name: orders\n    columns: *c\n  - name: b\n    columns: *c\n",
                   {columns({{"day", ""}})})
            .starts_with(left));
  CHECK(fixed_yaml("x: &c {columns: [{name: id}]}\nmodels:\n  - name: orders\n    <<: *c\n", {columns({{"day", ""}})})
            .starts_with(left));
  CHECK(fixed_yaml("models:\n  - name: orders\n    columns: &c\n      - name: id\n  - name: b\n    columns: *c\n",
                   {columns({{"day", ""}})})
            .starts_with(left));
  // What `|+` keeps would no longer be kept.
  CHECK(fixed_yaml("models:\n  - name: orders\n    description: |+\n      a\n\n\n", {columns({{"day", ""}})})
            .starts_with(left));
  CHECK(fixed_yaml("models:\n  - name: orders\n    columns: all\n", {columns({{"day", ""}})}) ==
        "left: `columns` of its YAML entry is no list");
  CHECK(fixed_yaml("models:\n  - name: others\n", {columns({{"day", ""}})}) ==
        "left: models/schema.yml does not describe it any more: let dbt parse the project again");
  CHECK(fixed_yaml("models: [\n", {columns({{"day", ""}})}) == "left: models/schema.yml cannot be read as YAML");
}

TEST_CASE("a column's type is set or replaced, of all columns or of none") {
  const std::string yaml =
      "models:\n  - name: orders\n    columns:\n      - name: Id\n        data_type: 'int' # was\n      - name: day\n"
      "        description: >\n          d\n      - {name: x}\n";
  CHECK(fixed_yaml(yaml, {types({{"id", "numeric(38,0)"}, {"day", "timestamp"}, {"x", "numeric(1,0)"}})}) ==
        "models:\n  - name: orders\n    columns:\n      - name: Id\n        data_type: 'numeric(38,0)' # was\n"
        "      - name: day\n        data_type: timestamp\n        description: >\n          d\n"
        "      - {name: x, data_type: \"numeric(1,0)\"}\n");
  CHECK(fixed_yaml(yaml, {types({{"id", "bigint"}, {"gone", "int"}})}) == "left: no entry for its column gone");
}

TEST_CASE("a config goes into the YAML entry where the code has none") {
  const auto with = [](const std::string& entry, const Fix& fix) {
    return fixed_yaml("models:\n  - name: orders\n" + entry, {fix}).substr(25);
  };
  CHECK(with("    config:\n      tags: [a]\n", tag("b")) == "    config:\n      tags: [a, b]\n");
  CHECK(with("    config:\n      tags:\n        - 'a'\n      schema: x\n", tag("b")) ==
        "    config:\n      tags:\n        - 'a'\n        - 'b'\n      schema: x\n");
  CHECK(with("    config:\n      tags: a # x\n", tag("b")) == "    config:\n      tags: [a, b] # x\n");
  CHECK(with("    config: {tags: \"a\"}\n", tag("b")) == "    config: {tags: [\"a\", \"b\"]}\n");
  CHECK(with("    tags: [a]\n    config: {}\n", tag("b")) == "    tags: [a, b]\n    config: {}\n");
  CHECK(with("    config:\n      schema: x\n", tag("b")) == "    config:\n      schema: x\n      tags: [b]\n");
  CHECK(with("    config: {}\n", tag("b")) == "    config: {tags: [b]}\n");
  CHECK(with("    config:\n", tag("b")) == "    config:\n      tags: [b]\n");
  CHECK(with("    description: d\n    columns:\n      - name: id\n", tag("b")) ==
        "    description: d\n    config:\n      tags: [b]\n    columns:\n      - name: id\n");
  CHECK(with("    config:\n      +schema: 'x'\n", config("schema", "y")) == "    config:\n      +schema: 'y'\n");
  CHECK(with("    config:\n      enabled: true\n", config("schema", "on")) ==
        "    config:\n      enabled: true\n      schema: \"on\"\n");
  CHECK(fixed_yaml("models:\n  - name: orders\n    config:\n      schema: \"{{ var('x') }}\"\n",
                   {config("schema", "y")}) == "left: `schema` of its YAML entry is made by Jinja");
  // The key in the YAML entry counts more than a config() without it.
  CHECK(fixed_yaml("models:\n  - name: orders\n    config: {schema: x}\n", {config("schema", "z")},
                   "{{ config(alias='a') }} select 1") == "models:\n  - name: orders\n    config: {schema: z}\n");
}

TEST_CASE("an entry that is not there is made, in the file of the neighbours or a new one") {
  SmallProject shop;
  shop.model("orders", "select 1");
  shop.model("day", "select 1");
  const std::vector<Wanted> wanted{{"model.shop.orders", columns({{"id", "int"}})},
                                   {"model.shop.day", columns({{"day", ""}})}};
  FixPlan made = plan(shop, wanted);
  CHECK(reasons(made).empty());
  REQUIRE(made.changes.size() == 1);
  CHECK(made.changes[0].file == "models/_models.yml");
  CHECK(made.changes[0].before.empty());
  CHECK(made.changes[0].after ==
        "version: 2\n\nmodels:\n  - name: orders\n    columns:\n      - name: id\n        data_type: int\n"
        "  - name: day\n    columns:\n      - name: day\n");

  shop.model("other", "select 1", {{"patch_path", "shop://models/all.yml"}});
  shop.write("models/all.yml", "models:\n- name: other\n\n# the end\n");
  made = plan(shop, wanted);
  REQUIRE(made.changes.size() == 1);
  CHECK(made.changes[0].file == "models/all.yml");
  CHECK(
      made.changes[0].after ==
      "models:\n- name: other\n- name: orders\n  columns:\n  - name: id\n    data_type: int\n- name: day\n  columns:\n"
      "  - name: day\n\n# the end\n");

  shop.write("models/new.yml", "models: [{name: day}]\n");
  made = plan(shop, {wanted[1]});
  CHECK(reasons(made) ==
        "0: models/new.yml describes it although the manifest does not know: let dbt parse the project again\n");
}

TEST_CASE("a new file is named as the others are") {
  SmallProject shop;
  shop.write("models/marts/orders.sql", "select 1");
  shop.model("orders", "select 1", {{"original_file_path", "models/marts/orders.sql"}});
  shop.model("a", "select 1", {{"patch_path", "shop://models/stg/_stg__models.yml"}});
  FixPlan made = plan(shop, {{"model.shop.orders", columns({{"id", ""}})}});
  REQUIRE(made.changes.size() == 1);
  CHECK(made.changes[0].file == "models/marts/_marts__models.yml");
  shop.model("b", "select 1", {{"patch_path", "shop://models/stg/b.yaml"}});
  shop.model("c", "select 1", {{"patch_path", "shop://models/stg/c.yaml"}});
  made = plan(shop, {{"model.shop.orders", columns({{"id", ""}})}});
  REQUIRE(made.changes.size() == 1);
  CHECK(made.changes[0].file == "models/marts/orders.yaml");
}

TEST_CASE("several fixes of one file, and of one place") {
  CHECK(fixed_code("{{ config(tags='a') }} select 1", {tag("b"), config("schema", "s"), tag("c"), tag("b")}) ==
        "{{ config(tags=['a', 'b', 'c'], schema='s') }} select 1");
  SmallProject shop;
  shop.model("orders", "select 1");
  const FixPlan made = plan(shop, {{"model.shop.orders", config("schema", "a")},
                                   {"model.shop.orders", config("schema", "b")},
                                   {"model.shop.orders", config("schema", "a")}});
  CHECK(made.fixed == std::vector{true, false, true});
  CHECK(reasons(made) == "1: another fix of this run changes the same place\n");
  REQUIRE(made.changes.size() == 1);
  CHECK(made.changes[0].after == "{{ config(schema='a') }}\n\nselect 1");
  CHECK(fixed_yaml("models:\n  - name: orders\n    columns:\n      - name: id\n",
                   {columns({{"day", "date"}}), types({{"id", "int"}}), columns({{"DAY", "date"}, {"x", ""}})}) ==
        "models:\n  - name: orders\n    columns:\n      - name: id\n        data_type: int\n      - name: day\n"
        "        data_type: date\n      - name: x\n");
}

TEST_CASE("fixes that are written are not made again") {
  SmallProject shop;
  const std::string code = "{{ config(tags=['a']) }}\nselect 1\n";
  shop.model("orders", code, {{"patch_path", "shop://models/schema.yml"}});
  shop.write("models/schema.yml", "models:\n  - name: orders\n");
  const std::vector<Wanted> wanted{{"model.shop.orders", tag("b")},
                                   {"model.shop.orders", columns({{"id", "int"}})},
                                   {"model.shop.orders", types({{"id", "bigint"}})}};
  const FixPlan made = plan(shop, wanted);
  CHECK(made.fixed == std::vector{true, true, false});
  REQUIRE(write_changes(made.changes));
  const FixPlan again = plan(shop, {wanted[0], wanted[1]});
  CHECK(again.changes.empty());
  CHECK(reasons(again) ==
        "0: models/orders.sql has changed since the manifest was written: let dbt parse the project again\n"
        "1: models/schema.yml has it already: let dbt parse the project again\n");
  CHECK(testing::read_text(shop.path() / "models/schema.yml") ==
        "models:\n  - name: orders\n    columns:\n      - name: id\n        data_type: int\n");
}

TEST_CASE("a file that changed meanwhile is not written over") {
  SmallProject shop;
  shop.model("a", "select 1");
  shop.model("b", "select 1");
  const FixPlan made = plan(shop, {{"model.shop.a", tag("t")}, {"model.shop.b", tag("t")}});
  REQUIRE(made.changes.size() == 2);
  shop.write("models/b.sql", "select 2");
  fs::permissions(shop.path() / "models/a.sql", fs::perms::owner_all);
  const auto written = write_changes(made.changes);
  REQUIRE(!written);
  CHECK(to_text(written.error()) ==
        "models/b.sql: has changed while fixes were worked out\n  not written: models/b.sql");
  CHECK(written.error().status == ExitStatus::kInput);
  CHECK(testing::read_text(shop.path() / "models/a.sql") == "{{ config(tags='t') }}\n\nselect 1");
  CHECK(fs::status(shop.path() / "models/a.sql").permissions() == fs::perms::owner_all);
  CHECK(testing::read_text(shop.path() / "models/b.sql") == "select 2");
}

TEST_CASE("a new file is not written over one that came up meanwhile") {
  SmallProject shop;
  shop.model("a", "select 1");
  const FixPlan made = plan(shop, {{"model.shop.a", columns({{"id", ""}})}});
  shop.write("models/_models.yml", "models: []\n");
  CHECK(!write_changes(made.changes));
  CHECK(testing::read_text(shop.path() / "models/_models.yml") == "models: []\n");
}

TEST_CASE("only the project's own files are changed") {
  SmallProject shop;
  const testing::TemporaryFolder outside;
  outside.write("x.sql", "select 1");
  outside.write("x.yml", "models: [{name: linked}]\n");
  shop.write("models/keep", "");
  fs::create_symlink(outside.path() / "x.sql", shop.path() / "models/linked.sql");
  fs::create_symlink(outside.path() / "x.yml", shop.path() / "models/x.yml");
  shop.model("linked", "select 1",
             {{"original_file_path", "models/linked.sql"}, {"patch_path", "shop://models/x.yml"}});
  shop.model("up", "select 1", {{"original_file_path", "../../up.sql"}});
  shop.model("theirs", "select 1", {{"package_name", "other"}});
  shop.model("patched", "select 1", {{"patch_path", "other://models/x.yml"}});
  const FixPlan made = plan(shop, {{"model.shop.linked", tag("t")},
                                   {"model.shop.linked", columns({{"id", ""}})},
                                   {"model.shop.up", tag("t")},
                                   {"model.shop.up", columns({{"id", ""}})},
                                   {"model.shop.theirs", tag("t")},
                                   {"model.shop.patched", columns({{"id", ""}})},
                                   {"model.shop.gone", tag("t")}});
  CHECK(made.changes.empty());
  CHECK(reasons(made) ==
        "0: its file cannot be read\n1: models/x.yml cannot be read\n2: its file cannot be read\n"
        "3: its file cannot be read\n4: it belongs to a package\n5: its YAML entry belongs to a package\n"
        "6: it is about no node of the project\n");
}

TEST_CASE("code that is not what the manifest was made from is left") {
  SmallProject shop;
  shop.model("orders", "select 1");
  shop.write("models/orders.sql", "select 2");
  CHECK(reasons(plan(shop, {{"model.shop.orders", tag("t")}})) ==
        "0: models/orders.sql has changed since the manifest was written: let dbt parse the project again\n");
}

TEST_CASE("a snapshot's config is edited in its own block") {
  SmallProject shop;
  const std::string text =
      "{% snapshot one %}\n{{ config(tags='a') }}\nselect 1\n{% endsnapshot %}\n"
      "{% snapshot two %}\n{{ config(tags='a') }}\nselect 2\n{% endsnapshot %}\n";
  shop.write("snapshots/all.sql", text);
  shop.model("two", "{{ config(tags='a') }}\nselect 2",
             {{"resource_type", "snapshot"}, {"original_file_path", "snapshots/all.sql"}});
  const FixPlan made = plan(shop, {{"model.shop.two", tag("b")}});
  REQUIRE(made.changes.size() == 1);
  CHECK(made.changes[0].after ==
        "{% snapshot one %}\n{{ config(tags='a') }}\nselect 1\n{% endsnapshot %}\n"
        "{% snapshot two %}\n{{ config(tags=['a', 'b']) }}\nselect 2\n{% endsnapshot %}\n");
}

TEST_CASE("one version of a model is not fixed in the entry of all") {
  SmallProject shop;
  shop.model("orders", "select 1", {{"version", 2}, {"patch_path", "shop://models/schema.yml"}});
  shop.write("models/schema.yml", "models:\n  - name: orders\n    columns: []\n    versions:\n      - v: 2\n");
  FixPlan made = plan(shop, {{"model.shop.orders", columns({{"id", ""}})}, {"model.shop.orders", tag("t")}});
  CHECK(reasons(made) == "0: its columns are those of all versions of the model\n");
  REQUIRE(made.changes.size() == 1);
  CHECK(made.changes[0].after == "{{ config(tags='t') }}\n\nselect 1");
  shop.write("models/schema.yml",
             "models:\n  - name: orders\n    versions:\n      - v: 2\n        columns:\n          - include: all\n");
  made = plan(shop, {{"model.shop.orders", columns({{"id", ""}})}});
  REQUIRE(made.changes.size() == 1);
  CHECK(made.changes[0].after ==
        "models:\n  - name: orders\n    versions:\n      - v: 2\n        columns:\n          - include: all\n"
        "          - name: id\n");
}

TEST_CASE("columns of a source's table") {
  SmallProject shop;
  shop.source("raw", "orders", "models/src.yml");
  shop.write("models/src.yml", "sources:\n  - name: raw\n    tables:\n      - name: orders\n      - name: x\n");
  const FixPlan made = plan(shop, {{"source.shop.raw.orders", columns({{"id", "int"}})}});
  CHECK(reasons(made).empty());
  REQUIRE(made.changes.size() == 1);
  CHECK(made.changes[0].after ==
        "sources:\n  - name: raw\n    tables:\n      - name: orders\n        columns:\n          - name: id\n"
        "            data_type: int\n      - name: x\n");
}

TEST_CASE("the diff is one that patch(1) applies") {
  std::string before;
  for (int i = 0; i < 40; ++i) before += fmt::format("line {}\r\n", i % 7);
  std::string after = before;
  after.insert(after.find("line 3"), "new 1\nnew 2\n");
  after.replace(after.rfind("line 4\r\n"), 8, "no end");
  after.resize(after.rfind("no end") + 6);
  const std::string new_file = "version: 2\nmodels: []\n";
  const std::vector<FileChange> changes{{"", "models/a.yml", before, after},
                                        {"", "models/new.yml", "", new_file},
                                        {"", "models/one.sql", "select 1", "-- x\nselect 1\n"}};
  const std::string diff = unified_diff(changes);
  CHECK(
      diff.ends_with("--- /dev/null\n+++ b/models/new.yml\n@@ -0,0 +1,2 @@\n+version: 2\n+models: []\n"
                     "--- a/models/one.sql\n+++ b/models/one.sql\n@@ -1 +1,2 @@\n-select 1\n"
                     "\\ No newline at end of file\n+-- x\n+select 1\n"));
  const testing::TemporaryFolder folder;
  folder.write("models/a.yml", before);
  folder.write("models/one.sql", "select 1");
  folder.write("change.diff", diff);
  const auto ran =
      testing::run({"git", "apply", "change.diff"}, {.directory = folder.path(), .environment = {}, .input = {}});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  CHECK(testing::read_text(folder.path() / "models/a.yml") == after);
  CHECK(testing::read_text(folder.path() / "models/new.yml") == new_file);
  CHECK(testing::read_text(folder.path() / "models/one.sql") == "-- x\nselect 1\n");
}
