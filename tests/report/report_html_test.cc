#include "report/report_html.h"

#include <nlohmann/json.hpp>
#include <set>

#include "report/report_json.h"
#include "reports.h"
#include "support/json_schema.h"

namespace plowline::testing {
namespace {

using Json = nlohmann::json;

constexpr ReportPage kPage{"document.title = 'made';", "body { color: red }", ""};
constexpr ReportPage kNoPage{"", "", "it was built where there is no Node.js"};

std::string html_of(const SelectionReport& report, const ReportPage& page = kPage, const Warnings& warnings = {}) {
  const auto text = report_html(report, warnings, page);
  REQUIRE(text.has_value());
  return *text;
}

// What a browser's parser makes of it, as far as Python's reads like one: every element with its attributes; the texts
// of script and style; the rows of the nodes' table; all other text.
Json parsed(const std::string& html) {
  return Json::parse(python(R"(
import html.parser, json, sys
class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.elements, self.raw, self.text, self.inside, self.open, self.unclosed = [], [], [], None, [], []
    def handle_starttag(self, tag, attributes):
        self.elements.append([tag, dict(attributes)])
        if tag in ("script", "style"):
            self.inside = [tag, dict(attributes), ""]
        if tag not in ("meta", "br"):
            self.open.append(tag)
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.unclosed.append(tag)
        if self.inside:
            self.raw.append(self.inside)
            self.inside = None
    def handle_data(self, data):
        if self.inside:
            self.inside[2] += data
        else:
            self.text.append(data)
    def handle_comment(self, data):
        self.elements.append(["comment", {}])
reader = Reader()
reader.feed(sys.stdin.buffer.read().decode("utf-8"))
reader.close()
print(json.dumps({"elements": reader.elements, "raw": reader.raw, "text": "".join(reader.text),
                  "unclosed": reader.unclosed + reader.open})))",
                            html));
}

// The policy, by directive.
std::map<std::string, std::string> policy_of(const Json& page) {
  std::map<std::string, std::string> directives;
  for (const Json& element : page["elements"]) {
    if (element[0] != "meta" || element[1].value("http-equiv", "") != "Content-Security-Policy") continue;
    std::string text = element[1]["content"];
    for (std::size_t end = 0; !text.empty(); text.erase(0, end)) {
      end = std::min(text.find("; "), text.size());
      const std::string directive = text.substr(0, end);
      directives[directive.substr(0, directive.find(' '))] = directive.substr(directive.find(' ') + 1);
      end = std::min(end + 2, text.size());
    }
  }
  return directives;
}

std::string python_hash(const std::string& bytes) {
  return "'sha256-" +
         python(
             "import base64, hashlib, sys\n"
             "print(base64.b64encode(hashlib.sha256(sys.stdin.buffer.read()).digest()).decode(), end='')",
             bytes) +
         "'";
}

}  // namespace

TEST_CASE("html: the policy allows the style and the script that are there, and nothing else") {
  const Json page = parsed(html_of(small_selection()));
  REQUIRE(page["raw"].size() == 3);
  CHECK(page["raw"][0][0] == "style");
  CHECK(page["raw"][0][2] == kPage.style);
  CHECK(page["raw"][1][1] == Json({{"type", "application/json"}, {"id", "report-data"}}));
  CHECK(page["raw"][2][1].empty());
  CHECK(page["raw"][2][2] == kPage.script);
  auto policy = policy_of(page);
  CHECK(policy["default-src"] == "'none'");
  CHECK(policy["script-src"] == python_hash(page["raw"][2][2]));
  CHECK(policy["style-src"] == python_hash(page["raw"][0][2]));
  CHECK(policy["img-src"] == "data:");
  CHECK(policy["base-uri"] == "'none'");
  CHECK(policy["form-action"] == "'none'");
  CHECK(policy.size() == 6);
  CHECK(page["unclosed"].empty());
}

TEST_CASE("html: without a script it says what is missing, and nothing may run") {
  const std::string html = html_of(small_selection(), kNoPage);
  const Json page = parsed(html);
  REQUIRE(page["raw"].size() == 2);
  auto policy = policy_of(page);
  CHECK(!policy.contains("script-src"));
  CHECK(policy["style-src"] == python_hash(page["raw"][0][2]));
  CHECK(has_part(page["text"].get<std::string>(), missing_page_text(kNoPage)));
  CHECK(has_part(missing_page_text(kNoPage), "no lineage graph"));
  CHECK(has_part(missing_page_text(kNoPage), "it was built where there is no Node.js"));
  CHECK(!has_part(html, "noscript"));
  CHECK(!has_part(html_of(small_selection()), "page-missing"));
}

TEST_CASE("html: everything can be read without the script") {
  const Warnings warnings{{"a-code", "What to know", "What to do", {}}};
  const Json page = parsed(html_of(small_selection(), kNoPage, warnings));
  const std::string text = page["text"];
  for (const char* part : {"Selection report: shop",
                           "Selected by +orders",
                           "5 nodes",
                           "1 new",
                           "1 modified",
                           "1 lint error",
                           "0 lint warnings",
                           "1.11.0",
                           "postgres",
                           "2026-01-02T03:04:05Z",
                           "0123456789abcdef0123456789abcdef01234567",
                           "production/manifest.json",
                           "POSIX shell",
                           "dbt run --select +orders",
                           "snowplow_unified",
                           "2020-01-01 00:00:00",
                           "2020-01-31 00:00:00",
                           "snowplow__start_date: 2020-01-01 (dbt_project.yml:3)",
                           "models/orders.sql:3:1",
                           "some-rule",
                           "What is wrong",
                           "not_null_orders",
                           "+orders: upstream of orders",
                           "2 models, 1 exposure",
                           "body: raw_code",
                           "macro macro.shop.cents",
                           "nightly",
                           "model.shop.finance",
                           "What to know",
                           "a-code",
                           "What to do"}) {
    CAPTURE(part);
    CHECK(has_part(text, part));
  }
  std::set<std::string> ids;
  std::set<std::string> shells;
  std::size_t rows = 0;
  for (const Json& element : page["elements"]) {
    if (element[1].contains("id")) CHECK(ids.insert(element[1]["id"]).second);
    if (element[1].contains("data-shell")) shells.insert(element[1]["data-shell"]);
    rows += element[0] == "tr" && element[1].contains("data-node") ? 1 : 0;
  }
  CHECK(shells == std::set<std::string>{"posix", "bash", "zsh", "fish", "powershell", "cmd"});
  CHECK(rows == 5);
  for (const char* id : {"counts", "identity", "commands", "windows", "findings", "nodes", "impact", "warnings"}) {
    CHECK(ids.contains(id));
  }
}

TEST_CASE("html: what there is not has no section and no column") {
  SelectionReport report = small_selection();
  report.findings.clear();
  report.windows.clear();
  report.impact = {};
  report.state.reset();
  for (ReportedNode& node : report.nodes) {
    node.findings.clear();
    node.state.clear();
    node.changes.clear();
  }
  const std::string html = html_of(report);
  for (const char* part : {"id=\"findings\"", "id=\"windows\"", "id=\"impact\"", "id=\"warnings\"", "<h2>Findings",
                           "data-key=\"state\"", "data-key=\"findings\"", "Compared with", " new</li>"}) {
    CAPTURE(part);
    CHECK(!has_part(html, part));
  }
  CHECK(has_part(html, "data-key=\"tags\""));
}

TEST_CASE("html: a table of many rows is marked as a long one") {
  const std::string mark = "<div class=\"scroll long\"><table id=\"nodes-table\">";
  CHECK(has_part(html_of(big_selection(200)), mark));
  CHECK(!has_part(html_of(big_selection(190)), mark));
}

TEST_CASE("html: a selection without anything to run has no command") {
  SelectionReport report = small_selection();
  report.plan.invocation = Invocation();
  report.plan.models_to_run.statement = "the selection holds nothing that 'dbt run' works on";
  const std::string html = html_of(report);
  CHECK(!has_part(html, "data-shell"));
  CHECK(has_part(parsed(html)["text"].get<std::string>(), report.plan.models_to_run.statement));
  CHECK(!has_part(html, " run</li>"));
}

TEST_CASE("html: the data is the JSON document") {
  const SelectionReport report = hostile_selection();
  const Warnings warnings{{"a-code", "<b>\xe2\x80\xa8", "next", {"<"}}};
  const Json page = parsed(html_of(report, kPage, warnings));
  const auto json = report_json(report, warnings);
  REQUIRE(json.has_value());
  REQUIRE(page["raw"].size() == 3);
  const std::string data = page["raw"][1][2];
  CHECK(Json::parse(data) == Json::parse(*json));
  CHECK(data.find_first_of("<>&") == std::string::npos);
  CHECK(!has_part(data, "\xe2\x80\xa8"));
  CHECK(json_in_html("\"a<b>&\xe2\x80\xa9\xe2\x80\xaa\"") == "\"a\\u003cb\\u003e\\u0026\\u2029\xe2\x80\xaa\"");
}

TEST_CASE("html: no name makes an element or an attribute") {
  const SelectionReport report = hostile_selection();
  for (const ReportPage& with : {kPage, kNoPage}) {
    const Json page = parsed(html_of(report, with, {{"a-code", "<img src=x onerror=alert(1)>", "</ul><script>", {}}}));
    CHECK(page["unclosed"].empty());
    static const std::set<std::string> kElements{
        "html", "head",    "meta",    "title",   "style", "body",   "header", "div",      "h1",
        "h2",   "h3",      "bdi",     "p",       "code",  "ul",     "li",     "b",        "main",
        "dl",   "dt",      "dd",      "pre",     "table", "thead",  "tbody",  "tr",       "th",
        "td",   "details", "summary", "section", "span",  "footer", "script", "noscript", "br"};
    static const std::set<std::string> kAttributes{"lang",   "charset", "http-equiv", "content",   "name",     "id",
                                                   "class",  "dir",     "data-shell", "data-node", "data-key", "scope",
                                                   "hidden", "type",    "open",       "colspan"};
    for (const Json& element : page["elements"]) {
      CAPTURE(element.dump());
      CHECK(kElements.contains(element[0]));
      for (const auto& [name, value] : element[1].items()) CHECK(kAttributes.contains(name));
    }
    const std::string text = page["text"];
    for (const std::string& word :
         {std::string("</details><script>alert(1)</script>"), std::string("<img src=x onerror=alert(1)>"),
          std::string("größe 日本 🙂"), std::string("&lt;b&gt; &amp; &#60;")}) {
      CAPTURE(word);
      CHECK(has_part(text, word));
    }
    // What turns the direction of the text is shown, and does not act.
    CHECK(!has_part(text, "\xe2\x80\xae"));
    CHECK(has_part(text, "rtl \\xe2\\x80\\xae evil"));
  }
}

TEST_CASE("html: the same report gives the same bytes") {
  CHECK(html_of(hostile_selection()) == html_of(hostile_selection()));
}

TEST_CASE("html: the page of this build fits into the file") {
  const ReportPage page = built_page();
  CHECK(page.is_there() == page.missing.empty());
  CHECK(page.script.empty() == page.style.empty());
  for (const std::string_view text : {page.script, page.style}) {
    CHECK(std::ranges::all_of(text, [](char c) { return c > 0 && c != '\r'; }));
  }
  const Json parts = parsed(html_of(small_selection(), page));
  CHECK(parts["unclosed"].empty());
  if (page.is_there()) CHECK(parts["raw"][2][2] == page.script);
}

}  // namespace plowline::testing
