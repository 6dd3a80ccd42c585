// JUnit's XML: Python's parser and the rules of the schema that Jenkins uses.
#include "output/junit_report.h"

#include "reports.h"

namespace plowline {
namespace {

using namespace testing;

// The structure that junit-10.xsd of Jenkins' xUnit plugin demands, and that the counts are right.
constexpr const char* kJudge = R"(
import sys
import xml.etree.ElementTree as ElementTree
text = sys.stdin.buffer.read()
if b"<![CDATA[" in text: print("CDATA")
root = ElementTree.fromstring(text)

def check(element, tag, required, optional, children):
    if element.tag != tag: print("a", element.tag, "in place of a", tag)
    for name in required:
        if name not in element.attrib: print(tag, "lacks", name)
    for name in element.attrib:
        if name not in required + optional: print(tag, "has", name)
    for child in element:
        if child.tag not in children: print(tag, "holds a", child.tag)

tests = failures = 0
check(root, "testsuites", ["name", "tests", "failures", "errors"], ["time"], ["testsuite"])
for suite in root:
    check(suite, "testsuite", ["name", "tests", "failures", "errors"], ["skipped"], ["testcase"])
    seen = set()
    for case in suite:
        check(case, "testcase", ["name", "classname"], [], ["failure", "skipped", "system-out"])
        if len(case) > 1: print("a case of two outcomes")
        for outcome in case:
            check(outcome, outcome.tag, ["message"] if outcome.tag != "system-out" else [], ["type"], [])
        key = (case.get("classname"), case.get("name"))
        if key in seen: print("twice:", key)
        seen.add(key)
    for name, count in (("tests", len(suite)), ("failures", len(suite.findall("testcase/failure"))), ("errors", 0),
                        ("skipped", len(suite.findall("testcase/skipped")))):
        if suite.get(name) != str(count): print(suite.get("name"), name, suite.get(name), "in place of", count)
    tests += len(suite)
    failures += len(suite.findall("testcase/failure"))
if (root.get("tests"), root.get("failures")) != (str(tests), str(failures)): print("wrong counts")
if not tests: print("no case at all")
)";

std::string judged(const LintReport& report) {
  return python(kJudge, {}, render(report, "junit", hostile_options()));
}

TEST_CASE("junit: documents are well-formed, of the right structure, and count right") {
  CHECK(judged(empty_report()) == "");
  CHECK(judged(small_report()) == "");
  CHECK(judged(hostile_report()) == "");
  CHECK(judged(big_report(10'000)) == "");
}

TEST_CASE("junit: an error fails, a warning passes with output, a skipped rule is skipped") {
  LintReport report = small_report();
  report.findings.resize(2);
  report.skipped = {{"a-rule", "shop", "needs a catalog.json"}};
  const std::string text = render(report, "junit");
  CHECK(contains(text, R"(<testsuite name="shop" tests="3" failures="1" errors="0" skipped="1">)"));
  CHECK(contains(text, R"(<testcase classname="plowline.orders-rule" name="model.shop.orders column view_id">
      <failure type="error" message="Not tagged: it stays in state 2 for ever">models/orders.sql:2:15: Not tagged)"));
  CHECK(contains(text, R"(<testcase classname="plowline.other-rule" name="source.shop.raw.events">
      <system-out>models/staging/sources.yml: warning: No description)"));
  CHECK(contains(text, R"(<testcase classname="plowline.a-rule" name="not run">
      <skipped message="needs a catalog.json"/>)"));
}

TEST_CASE("junit: a suite per project; a case that passed where nothing was found") {
  Finding other = orders_finding();
  other.project = "web";
  const std::string text = render(counted_report({orders_finding(), other}), "junit");
  CHECK(contains(text, R"(<testsuite name="shop" tests="1")"));
  CHECK(contains(text, R"(<testsuite name="web" tests="1")"));
  CHECK(contains(render(empty_report(), "junit"),
                 R"(<testcase classname="plowline.lint" name="All checks passed: 57 rules, 812 nodes"></testcase>)"));
}

TEST_CASE("junit: names that occur twice are told apart") {
  const std::string text = render(counted_report({orders_finding(), orders_finding()}), "junit");
  CHECK(contains(text, R"(name="model.shop.orders column view_id">)"));
  CHECK(contains(text, R"(name="model.shop.orders column view_id #2">)"));
}

}  // namespace
}  // namespace plowline
