#include "source/property_file.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "source/yaml_comments.h"
#include "support/support.h"

using namespace plowline;

namespace {

const PropertyEntry& entry(const PropertyFile& file, PropertyKind kind, std::string_view name) {
  const PropertyEntry* found = file.find(kind, name);
  if (found == nullptr) FAIL("no entry " << std::string(name));
  return *found;
}

std::string lines(LineSpan span) {
  return fmt::format("{}-{}", span.first, span.last);
}

std::string place(TextRange r) {
  return fmt::format("{}:{}-{}", r.line, r.column, r.end_column);
}

// The lines with a comment, and what the comments say.
std::vector<std::string> comments(std::string_view text) {
  std::vector<std::string> out;
  const LineIndex index(text);
  for (const YamlComment& c : yaml_comments(text)) {
    out.push_back(fmt::format("{}{} {}", index.line_at(c.offset), c.alone ? "*" : "", c.text));
  }
  return out;
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("A property file: models, their columns, tests and versions, with lines and names") {
  const std::string text = R"(version: 2

models:
  - name: orders  # the orders
    description: |
      # not a comment
      - name: not_an_entry
    config:
      materialized: table
      +tags: [daily, "core"]
    meta: {owner: shop}
    columns:
      - name: order_id
        data_tests:
          - unique
          - not_null:
              name: orders_have_ids
              arguments:
                where: "1 = 1"
      # a comment of status
      - {name: "Status", data_type: text,
         tests: [not_null, accepted_values: {values: [a]}]}
    tests:
      - test_name: dbt_utils.expression_is_true
        expression: "a > 0"

  -
    name: customers
    latest_version: 2
    versions:
    - v: 1
      columns:
      - include: all
      - name: old
    - v: 2
)";
  const PropertyFile file = PropertyFile::read(text);
  const PropertyEntry& orders = entry(file, PropertyKind::kModel, "orders");
  CHECK(place(orders.range) == "4:11-17");
  CHECK(lines(orders.lines) == "4-25");
  REQUIRE(orders.columns.size() == 2);
  const PropertyColumn& order_id = orders.columns[0];
  CHECK(place(order_id.range) == "13:15-23");
  CHECK(lines(order_id.lines) == "13-19");
  REQUIRE(order_id.tests.size() == 2);
  CHECK(order_id.tests[0].name == "unique");
  CHECK(place(order_id.tests[0].range) == "15:13-19");
  CHECK(lines(order_id.tests[0].lines) == "15-15");
  CHECK(order_id.tests[1].name == "not_null");
  CHECK(order_id.tests[1].custom_name == "orders_have_ids");
  CHECK(lines(order_id.tests[1].lines) == "16-19");
  REQUIRE(order_id.tests[1].argument("where") != nullptr);
  CHECK(order_id.tests[1].argument("where")->text == "1 = 1");

  const PropertyColumn* status = orders.column("STATUS");
  REQUIRE(status != nullptr);
  CHECK(place(status->range) == "21:17-23");  // without its quotes
  CHECK(lines(status->lines) == "21-22");
  REQUIRE(status->tests.size() == 2);
  CHECK(status->tests[1].name == "accepted_values");
  CHECK(place(status->tests[1].range) == "22:28-43");

  REQUIRE(orders.tests.size() == 1);
  CHECK(orders.tests[0].name == "dbt_utils.expression_is_true");
  CHECK(lines(orders.tests[0].lines) == "24-25");
  CHECK(orders.tests[0].argument("expression")->text == "a > 0");

  REQUIRE(orders.config("materialized") != nullptr);
  CHECK(place(file.range_of(orders.config("materialized")->key)) == "9:7-19");
  CHECK(place(file.range_of(orders.config("tags")->value.items[1])) == "10:23-27");
  CHECK(place(file.range_of(orders.config("meta")->key)) == "11:5-9");
  CHECK(orders.config("alias") == nullptr);

  const PropertyEntry& customers = entry(file, PropertyKind::kModel, "customers");
  CHECK(lines(customers.lines) == "27-35");
  CHECK(place(customers.config("latest_version")->key.position.line == 29 ? customers.range : TextRange{}) ==
        "28:11-20");
  const PropertyEntry* v1 = file.find_child(customers, PropertyKind::kVersion, "1");
  REQUIRE(v1 != nullptr);
  CHECK(lines(v1->lines) == "31-34");
  CHECK(place(v1->range) == "31:10-11");
  REQUIRE(v1->columns.size() == 1);
  CHECK(v1->columns[0].name == "old");
  CHECK(file.parent_of(*v1) == &customers);

  REQUIRE(file.sections().size() == 1);
  CHECK(lines(file.sections()[0].lines) == "3-35");
}

TEST_CASE("A property file: every section that dbt reads") {
  const std::string text = R"(sources:
- name: raw
  tags: [app]
  tables:
  - name: orders
    columns: [{name: id}]
  - name: customers
seeds: [{name: countries}]
snapshots:
  - {name: snap, relation: ref('x')}
analyses: [{name: monthly}]
macros: [{name: cents, arguments: [{name: n}]}]
exposures: [{name: board}]
metrics: [{name: revenue}]
semantic_models:
  - name: sem
    measures: [{name: n_orders, create_metric: true}]
saved_queries: [{name: weekly}]
unit_tests: [{name: ut, model: x}]
groups: [{name: finance}]
data_tests: [{name: assert_x}]
functions: [{name: f}]
)";
  const PropertyFile file = PropertyFile::read(text);
  const PropertyEntry& raw = entry(file, PropertyKind::kSource, "raw");
  CHECK(lines(raw.lines) == "2-7");
  const PropertyEntry& orders = entry(file, PropertyKind::kTable, "orders");
  CHECK(file.parent_of(orders) == &raw);
  CHECK(lines(orders.lines) == "5-6");
  CHECK(orders.columns.size() == 1);
  CHECK(lines(entry(file, PropertyKind::kTable, "customers").lines) == "7-7");
  const std::vector<std::pair<PropertyKind, std::string>> others = {
      {PropertyKind::kSeed, "countries"},    {PropertyKind::kSnapshot, "snap"},
      {PropertyKind::kAnalysis, "monthly"},  {PropertyKind::kMacro, "cents"},
      {PropertyKind::kExposure, "board"},    {PropertyKind::kMetric, "revenue"},
      {PropertyKind::kSemanticModel, "sem"}, {PropertyKind::kMeasure, "n_orders"},
      {PropertyKind::kSavedQuery, "weekly"}, {PropertyKind::kUnitTest, "ut"},
      {PropertyKind::kGroup, "finance"},     {PropertyKind::kSingularTest, "assert_x"},
      {PropertyKind::kFunction, "f"}};
  for (const auto& [kind, name] : others) {
    CAPTURE(name);
    CHECK(entry(file, kind, name).range.known());
  }
}

TEST_CASE("A property file: anchors, merges and characters of several bytes") {
  const std::string text = R"(x-columns: &ids
  - name: id
    tests: [unique]
models:
  - &base
    name: größe
    columns: *ids
  - <<: *base
    name: "käse"   # ü
)";
  const PropertyFile file = PropertyFile::read(text);
  const PropertyEntry& size = entry(file, PropertyKind::kModel, "größe");
  CHECK(place(size.range) == "6:11-16");
  CHECK(lines(size.lines) == "5-7");
  const PropertyEntry& cheese = entry(file, PropertyKind::kModel, "käse");
  CHECK(place(cheese.range) == "9:12-16");
  CHECK(lines(cheese.lines) == "8-9");
  // What an anchor brings stands at the anchor.
  REQUIRE(cheese.column("id") != nullptr);
  CHECK(place(cheese.column("id")->range) == "2:11-13");
}

TEST_CASE("A property file: what is none has no entries and is no error") {
  for (const std::string& text : std::vector<std::string>{
           "",
           "just a text",
           "- a\n- list\n",
           "models: 3",
           "models: {name: x}",
           "models:\n  - name: [a, list]\n  - {name: }\n  - 3\n  - name: {a: b}\n",
           "models:\n  - name: {{ var('x') }}\n",
           "models:\n {% for m in models %}\n  - name: {{ m }}\n {% endfor %}",
           "models: [",
           "models:\n\t- name: x",
           "a: &a [*a]",
           "models: &m\n  - name: x\n    columns: *m\n",
           std::string("models:\n  - name: \"\0\"\n", 22),
           "\xff\xfe m\0o\0d\0",
           std::string(300, '['),
           "models:\n  - name: |\n",
           "models: [{name: 'never closed",
           "&a !b models: !c &d [ !e {name: x",
       }) {
    CAPTURE(text);
    const PropertyFile file = PropertyFile::read(text);
    CHECK(file.entries().size() <= 1);
    (void)yaml_comments(text);
  }
  const std::string big = "models:\n  - name: x\n" + std::string(YamlText::kLargest, '#');
  CHECK(PropertyFile::read(big).entries().empty());
}

TEST_CASE("A property file of one endless line, and one of many aliases, take no time") {
  std::string flow = "models: [";
  for (int i = 0; i < 10'000; ++i) flow += fmt::format("{{name: m{}, tests: [unique]}}, ", i);
  const PropertyFile one_line = PropertyFile::read(flow + "]");
  REQUIRE(one_line.entries().size() == 10'000);
  CHECK(one_line.entries().back().lines.first == 1);

  std::string aliases = "c: &c\n";
  for (int i = 0; i < 100; ++i) aliases += fmt::format("  - name: c{}\n", i);
  aliases += "models:\n";
  for (int i = 0; i < 300; ++i) aliases += fmt::format("  - name: m{}\n    columns: *c\n", i);
  const PropertyFile many = PropertyFile::read(aliases);
  REQUIRE(many.entries().size() == 300);
  CHECK(lines(many.entries()[299].columns[99].lines) == "101-101");
}

TEST_CASE("A property file: lines with CR and LF") {
  const PropertyFile file = PropertyFile::read("models:\r\n  - name: a\r\n    description: x\r\n\r\n  - name: b\r\n");
  CHECK(lines(entry(file, PropertyKind::kModel, "a").lines) == "2-3");
  CHECK(place(entry(file, PropertyKind::kModel, "b").range) == "5:11-12");
}

TEST_CASE("YAML comments: what is one and what is not") {
  CHECK(comments("# top\na: b # behind\n  # indented\nc: d#e\n") == Strings{"1* # top", "2 # behind", "3* # indented"});
  CHECK(comments("a: '# no'  # yes\nb: \"# \\\" # no\" # yes\nc: 'it''s # no'\n") == Strings{"1 # yes", "2 # yes"});
  CHECK(comments("a: |\n  # no\n\n  text\n# yes\nb: >-  # header\n    # no\n  # yes\n") ==
        Strings{"5* # yes", "6 # header", "8* # yes"});
  CHECK(comments("- |\n # no\n- a: |2\n     # no\n   # no\n  # yes\n") == Strings{"6* # yes"});
  CHECK(comments("a: \"one\n  # no\n  two\" # yes\nb: 'x\n\n # no'\n") == Strings{"3 # yes"});
  // A text over several lines: quotes and brackets in it mean nothing. A comment ends it.
  CHECK(comments("a: it goes on\n  'tis [ {\n  # yes\nb: c # yes\n") == Strings{"3* # yes", "4 # yes"});
  CHECK(comments("a: [x, # one\n  'y # no', {b: c}, # two\n  d#e] # three\nf: g # four\n") ==
        Strings{"1 # one", "2 # two", "3 # three", "4 # four"});
  CHECK(comments("? key # one\n: value # two\n- &a x # three\n- *a # four\n- !t '#' # five\n") ==
        Strings{"1 # one", "2 # two", "3 # three", "4 # four", "5 # five"});
  CHECK(comments("%YAML 1.1 # directive\n--- # one\na: b\n... # two\n") == Strings{"2 # one", "4 # two"});
  CHECK(comments("a: b # one\r\nc: |\r\n  # no\r\nd: e # two\r\n") == Strings{"1 # one", "4 # two"});
  CHECK(comments("url: http://x/#y\ncolor: '#fff'\nempty: #z\n") == Strings{"3 #z"});
  CHECK(comments("a: | # no end") == Strings{"1 # no end"});
}
