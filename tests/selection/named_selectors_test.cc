#include "selection/named_selectors.h"

#include <doctest/doctest.h>
#include <string>

#include "selection/projects.h"

namespace plowline {
namespace {

using Names = std::vector<std::string>;

nlohmann::json shop(const std::string& version = "1.11.14") {
  nlohmann::json manifest = testing::empty_manifest(version);
  testing::add_model(manifest, "a")["tags"] = {"nightly"};
  testing::add_model(manifest, "b", {"a"})["tags"] = {"nightly", "core"};
  testing::add_model(manifest, "c", {"b"})["config"]["meta"] = {{"priority", 1}, {"pii", true}};
  testing::add_test(manifest, "t", "relationships", {"a", "c"});
  return manifest;
}

// What the selector of that name in the YAML text selects, or the error.
Names yaml_selects(const std::string& text, const std::string& name, const std::string& version = "1.11.14",
                   IndirectSelection indirect = IndirectSelection::kEmpty) {
  const Project project = testing::project_of(shop(version));
  Selector selector(project, {.project_folder = {}, .selectors_yml = {{"selectors.yml", text}}, .previous = nullptr});
  SelectionRequest request;
  request.selector = name;
  request.indirect = indirect;
  return testing::names_of(selector, request);
}

std::string yaml_error(const std::string& definition) {
  return yaml_selects("selectors:\n  - name: x\n    definition: " + definition + "\n", "x").at(0);
}

std::string defined(const std::string& definition) {
  return "selectors:\n  - name: x\n    definition: " + definition + "\n";
}

TEST_CASE("every shape of a definition") {
  CHECK(yaml_selects(defined("'tag:nightly'"), "x") == Names{"a", "b"});
  CHECK(yaml_selects(defined("{tag: nightly}"), "x") == Names{"a", "b"});
  CHECK(yaml_selects(defined("{method: fqn, value: a, children: true, children_depth: 1}"), "x") ==
        Names{"a", "b", "t"});
  CHECK(yaml_selects(defined("{method: tag, value: nightly, exclude: ['tag:core']}"), "x") == Names{"a"});
  CHECK(yaml_selects(defined("{union: ['a', {fqn: c}]}"), "x") == Names{"a", "c"});
  CHECK(yaml_selects(defined("{intersection: [{tag: nightly}, {tag: core}]}"), "x") == Names{"b"});
  CHECK(yaml_selects(defined("{union: ['*', {exclude: [a, {tag: core}, {test_type: data}]}]}"), "x") == Names{"c"});
  CHECK(yaml_selects(defined("{method: fqn, value: c, childrens_parents: yes, exclude: [t]}"), "x") ==
        Names{"a", "b", "c"});
}

TEST_CASE("values that are no text are for config alone") {
  CHECK(yaml_selects(defined("{config.meta.priority: 1}"), "x") == Names{"c"});
  CHECK(yaml_selects(defined("{config.meta.priority: '1'}"), "x").empty());
  CHECK(yaml_selects(defined("{config.meta.pii: true}"), "x") == Names{"c"});
  CHECK(yaml_error("{tag: 2024}") ==
        "selectors.yml:3:23: the value of 'tag' must be text, not a number\n  put it in quotes");
}

TEST_CASE("dbt's corners are kept") {
  SUBCASE("a text is one criterion") {
    CHECK(yaml_selects(defined("'tag:nightly fqn:c'"), "x").empty());
  }
  SUBCASE("a depth of 0 is no limit, the text \"0\" is one") {
    CHECK(yaml_selects(defined("{method: fqn, value: c, parents: true, parents_depth: 0}"), "x") ==
          Names{"a", "b", "c"});
    CHECK(yaml_selects(defined("{method: fqn, value: c, parents: true, parents_depth: '0'}"), "x") == Names{"c"});
  }
  SUBCASE("an exclude among the parts takes its own method with it") {
    CHECK(yaml_selects(defined("{union: [{tag: nightly}, {method: fqn, value: c, exclude: [a]}]}"), "x") == Names{"b"});
  }
  SUBCASE("a selector's indirect selection beats the command's") {
    CHECK(yaml_selects(defined("{method: fqn, value: a, indirect_selection: eager}"), "x") == Names{"a", "t"});
    CHECK(yaml_selects(defined("{method: fqn, value: a, indirect_selection: cautious}"), "x", "1.11.14",
                       IndirectSelection::kEager) == Names{"a"});
  }
}

const std::string kInheriting = R"(
selectors:
  - name: base
    definition: {tag: nightly}
  - name: heir
    definition: {method: selector, value: base, exclude: ['tag:core']}
  - name: union_heir
    definition:
      union:
        - {method: selector, value: base}
        - exclude: ['tag:core']
)";

TEST_CASE("inheritance") {
  // Up to 1.11 nothing beside `method: selector` counts.
  CHECK(yaml_selects(kInheriting, "heir") == Names{"a", "b"});
  CHECK(yaml_selects(kInheriting, "heir", "1.12.0") == Names{"a"});
  CHECK(yaml_selects(kInheriting, "union_heir") == Names{"a"});
  CHECK(yaml_selects(kInheriting, "union_heir", "1.12.0") == Names{"a"});
  CHECK(yaml_error("{method: selector, value: later}") ==
        "selectors.yml:3:43: there is no selector 'later' before this one\n"
        "  up to dbt 1.11 a selector can inherit from those above it only");
}

TEST_CASE("selector: is a method since dbt 1.12") {
  const auto select = [](const std::string& version, const std::string& criterion) {
    const Project project = testing::project_of(shop(version));
    Selector selector(project,
                      {.project_folder = {}, .selectors_yml = {{"selectors.yml", kInheriting}}, .previous = nullptr});
    SelectionRequest request;
    request.select = {criterion};
    request.indirect = IndirectSelection::kEmpty;
    return testing::names_of(selector, request);
  };
  CHECK(select("1.12.1", "selector:base") == Names{"a", "b"});
  CHECK(select("2.0.0-beta.2", "selector:ba*+1") == Names{"a", "b", "c", "t"});
  CHECK(select("1.12.1", "selector:nope").at(0).starts_with("Selector 'nope' did not match any selector"));
  CHECK(select("1.11.14", "selector:base").at(0).starts_with("'selector' is not a valid method name"));
}

TEST_CASE("selectors that lead back to themselves are an error") {
  const std::string text =
      "selectors:\n  - name: a\n    definition: {selector: b}\n  - name: b\n    definition: {selector: a}\n";
  CHECK(yaml_selects(text, "a", "1.12.0").at(0) == "Circular dependency detected in selector: b > a > b");
}

TEST_CASE("the default selector") {
  const auto select = [](const std::string& text, SelectionRequest request) {
    const Project project = testing::project_of(shop());
    Selector selector(project, {.project_folder = {}, .selectors_yml = {{"selectors.yml", text}}, .previous = nullptr});
    request.indirect = IndirectSelection::kEmpty;
    return testing::names_of(selector, request);
  };
  const std::string text =
      "selectors:\n  - {name: x, default: true, definition: 'tag:core'}\n  - {name: y, definition: a}\n";
  CHECK(select(text, {}) == Names{"b"});
  SelectionRequest excluding;
  excluding.exclude = {"b"};
  CHECK(select(text, excluding) == Names{"a", "c", "t"});
  SelectionRequest named;
  named.selector = "y";
  CHECK(select(text, named) == Names{"a"});
  named.selector = "z";
  CHECK(select(text, named).at(0) == "Could not find selector named z\n  did you mean 'x'? valid selectors: x, y");
  CHECK(
      select("selectors:\n  - {name: x, default: true, definition: a}\n  - {name: y, default: on, definition: b}\n", {})
          .at(0) == "selectors.yml:3:40: two selectors have 'default: true': x and y\n  keep one of them");
}

TEST_CASE("a default that is Jinja is taken from the manifest") {
  nlohmann::json manifest = shop();
  const SelectionInputs inputs{
      .project_folder = {},
      .selectors_yml =
          {{"selectors.yml",
            "selectors:\n  - {name: x, default: \"{{ target.name == 'prod' }}\", definition: 'tag:core'}\n"}},
      .previous = nullptr};
  SelectionRequest request;
  request.indirect = IndirectSelection::kEmpty;
  SUBCASE("which knows it") {
    manifest["selectors"]["x"] = {
        {"name", "x"}, {"default", true}, {"definition", {{"method", "tag"}, {"value", "core"}}}};
    const Project project = testing::project_of(manifest);
    Selector selector(project, inputs);
    CHECK(testing::names_of(selector, request) == Names{"b"});
  }
  SUBCASE("which does not, and it is said") {
    const Project project = testing::project_of(manifest);
    Selector selector(project, inputs);
    Warnings warnings;
    const Result<Selection> selection = selector.select(request, warnings);
    REQUIRE(selection.has_value());
    CHECK(selection->selector.empty());
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].code == "selector-default-unknown");
  }
}

TEST_CASE("errors have the line and the column") {
  CHECK(yaml_error("{taag: x}")
            .starts_with("selectors.yml:3:18: 'taag' is not a valid method name\n  did you mean 'tag'?"));
  CHECK(yaml_error("{method: tag}").starts_with("selectors.yml:3:18: 'method' is not a valid method name"));
  CHECK(yaml_error("{method: tag, valu: x}") ==
        "selectors.yml:3:17: a selector's part needs one key, or 'method' and 'value', but has method, valu\n"
        "  write `tag: nightly`, or `method: tag` and `value: nightly`");
  CHECK(yaml_error("{union: a}") == "selectors.yml:3:25: 'union' must be a list");
  CHECK(yaml_error("{union: [1]}") == "selectors.yml:3:26: a part of 'union' must be text or a map, not a number");
  CHECK(yaml_error("{union: [a], intersection: [b]}")
            .starts_with("selectors.yml:3:17: a definition with 'union' or 'intersection' can have no other key"));
  CHECK(
      yaml_error("{union: [{exclude: [a]}, {exclude: [b]}]}").starts_with("selectors.yml:3:42: 'union' has a second"));
  CHECK(yaml_error("[a, b]") ==
        "selectors.yml:3:17: selector 'x' needs a 'definition' that is text or a map\n"
        "  put several parts under union: or intersection:");
  CHECK(yaml_error("{method: fqn, value: a, indirect_selection: keen}") ==
        "selectors.yml:3:61: 'keen' is no indirect_selection\n  valid: eager, cautious, buildable, empty");
  CHECK(yaml_error("{method: fqn, value: a, parents_depth: deep}") ==
        "selectors.yml:3:56: 'parents_depth' must be a whole number");
  CHECK(yaml_error("'@a+'").starts_with("selectors.yml:3:17: Invalid node spec @a+"));
  CHECK(yaml_error("{method: fqn, value: a, childrens_parents: true, children: true}")
            .starts_with("selectors.yml:3:17: Invalid node spec fqn:a"));
  CHECK(yaml_selects("selectors: {}\n", "x").at(0) == "selectors.yml:1:12: 'selectors' must be a list");
  CHECK(yaml_selects("selector: []\n", "x").at(0) ==
        "selectors.yml:1:1: unknown key 'selector'\n  did you mean 'selectors'? valid keys: selectors, version");
  CHECK(yaml_selects("selectors:\n  - nme: x\n", "x").at(0).starts_with("selectors.yml:2:5: unknown key 'nme'"));
  CHECK(yaml_selects("selectors:\n - [\n", "x").at(0).starts_with("selectors.yml:3:1: no valid YAML:"));
  CHECK(yaml_selects("a: 1\n---\nb: 2\n", "x").at(0).starts_with("selectors.yml:3:1: a second YAML document"));
}

TEST_CASE("hostile YAML is refused, not followed") {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 9; ++k) bomb += "," + before;
    bomb += "]\n";
  }
  CHECK(yaml_selects(bomb, "x").at(0).find("more than 100000 values once aliases are resolved") != std::string::npos);
  const std::string deep = defined(std::string(150, '[') + std::string(150, ']'));
  CHECK(yaml_selects(deep, "x").at(0).find("nested more than 100 levels deep") != std::string::npos);
}

TEST_CASE("many selectors that share parts are evaluated once each") {
  std::string text = "selectors:\n  - {name: s0, definition: {tag: nightly}}\n";
  for (int i = 1; i < 100; ++i) {
    const std::string before = "{method: selector, value: s" + std::to_string(i - 1) + "}";
    text += "  - {name: s" + std::to_string(i) + ", definition: {union: [" + before + ", " + before + "]}}\n";
  }
  CHECK(yaml_selects(text, "s99") == Names{"a", "b"});
}

TEST_CASE("selectors of the manifest") {
  nlohmann::json manifest = shop();
  manifest["selectors"] = {
      {"plus",
       {{"name", "plus"},
        {"definition", {{"parents", true}, {"parents_depth", "1"}, {"method", "fqn"}, {"value", "c"}}}}},
      {"broken", {{"name", "broken"}, {"definition", {{"exclude", nlohmann::json::array({"a"})}, {"x", 1}}}}}};
  const Project project = testing::project_of(manifest);
  Selector selector(project, {});
  SelectionRequest request;
  request.selector = "plus";
  request.indirect = IndirectSelection::kEmpty;
  CHECK(testing::names_of(selector, request) == Names{"b", "c"});
  // One that dbt could not write down whole is an error only for who asks for it.
  request.selector = "broken";
  CHECK(testing::names_of(selector, request)
            .at(0)
            .starts_with("manifest.json: at $.selectors[\"broken\"].definition: a selector's part needs one key"));
}

}  // namespace
}  // namespace plowline
