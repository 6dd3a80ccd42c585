// The pages of rules, and that every rule has one worth reading.
#include "output/rule_pages.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

#include "artifact/placed_value.h"
#include "lint/config.h"
#include "lint/config_rules.h"
#include "lint/config_schema.h"
#include "lint/other_linters.h"
#include "support/support.h"

namespace plowline {
namespace {

using Json = nlohmann::json;

struct PageOptions {
  std::int64_t least = 2;
  std::vector<std::string> words = {"a|b", "`c`"};
  Pattern pattern = Pattern::known("x|y");
};

// A rule that is in no registry.
const Rule& sample_rule() {
  static const rule_detail::TypedRule<PageOptions> rule(
      {.name = "sample-rule",
       .subject = "samples",
       .summary = "a `pipe` | in a line",
       .what = "Looks at nothing. This sentence is here so that the paragraph is a little longer than a line of a "
               "terminal is wide, äöü and all.",
       .why = "Nothing is wrong.",
       .example = "```sql\nselect   1\n\nfrom x\n```",
       .use_instead = "```sql\nselect 2\n```",
       .basis = "This test.",
       .severity = Severity::kError,
       .presets = kRecommended,
       .needs = kNeedsCatalog | kNeedsState,
       .fixes = true},
      {option<&PageOptions::least>("least", "The least."),
       option<&PageOptions::words>("words", "Some words.", {"a|b", "`c`"}),
       option<&PageOptions::pattern>("pattern", "A pattern.")},
      [](const LintProject&, const RuleScope&, const PageOptions&, Violations&) -> Result<void> { return {}; });
  return rule;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

TEST_CASE("rule pages: text for a terminal") {
  CHECK(rule_page_text(sample_rule(), 60) ==
        "sample-rule: a `pipe` | in a line\n"
        "\n"
        "What it does\n"
        "  Looks at nothing. This sentence is here so that the\n"
        "  paragraph is a little longer than a line of a terminal is\n"
        "  wide, äöü and all.\n"
        "\n"
        "Why is this bad?\n"
        "  Nothing is wrong.\n"
        "\n"
        "Example\n"
        "    select   1\n"
        "\n"
        "    from x\n"
        "\n"
        "Use instead\n"
        "    select 2\n"
        "\n"
        "Options\n"
        "  least: a whole number, at least 0; default 2\n"
        "      The least.\n"
        "  words: a list of texts; default [\"a|b\",\"`c`\"]\n"
        "      Some words. One of: a|b, `c`.\n"
        "  pattern: a regular expression (RE2); default \"x|y\"\n"
        "      A pattern.\n"
        "\n"
        "Where the fact comes from\n"
        "  This test.\n"
        "\n"
        "Severity: error\n"
        "Presets:  recommended, strict, all\n"
        "Needs:    manifest.json, catalog.json, an earlier manifest.json\n"
        "Fix:      `plowline lint --fix` can repair some of what it finds\n");
}

TEST_CASE("rule pages: Markdown") {
  const std::string page = rule_page_markdown(sample_rule());
  CHECK(page.starts_with("## sample-rule\n\n**What it does**\n\nLooks at nothing."));
  CHECK(has(page, "**Example**\n\n```sql\nselect   1\n\nfrom x\n```\n\n"));
  CHECK(has(page, "| `least` | a whole number, at least 0 | `2` | The least. |\n"));
  CHECK(has(page, "| `words` | a list of texts | `` [\"a\\|b\",\"`c`\"] `` | Some words. One of: a\\|b, `c`. |\n"));
  CHECK(has(page, "- Presets: recommended, strict, all\n"));
  const std::string all = rules_markdown({&sample_rule()});
  CHECK(has(all,
            "| [sample-rule](samples/README.md#sample-rule) | a `pipe` \\| in a line | error | recommended | "
            "catalog.json, an earlier manifest.json | yes |  |\n"));
  CHECK(subject_markdown("samples", {&sample_rule()}).ends_with("\n\n" + page));
}

TEST_CASE("rule pages: JSON") {
  const Json rule = Json::parse(rules_json({&sample_rule()}))["rules"][0];
  CHECK(rule["name"] == "sample-rule");
  CHECK(rule["presets"] == Json::parse(R"(["recommended", "strict", "all"])"));
  CHECK(rule["needs"] == Json::parse(R"(["catalog.json", "an earlier manifest.json"])"));
  CHECK(rule["options"][0] == Json::parse(R"({"name": "least", "description": "The least.", "type": "integer",
                                              "default": 2, "choices": [], "minimum": 0})"));
  CHECK(rule["options"][2]["type"] == "pattern");
  CHECK(rule["url"].get<std::string>().ends_with("rules/README.md"));  // it is not registered
}

TEST_CASE("rule pages: what a rule only uses where it is there") {
  RuleInfo rule;
  CHECK(needs_of(rule).empty());
  rule.needs = kUsesCatalog;
  CHECK(needs_of(rule) == std::vector<std::string>{"catalog.json (if there is one)"});
  const Rule* real = find_rule("required-columns");
  REQUIRE(real != nullptr);
  CHECK(has(rule_page_text(*real), "manifest.json, catalog.json (if there is one)"));
}

TEST_CASE("rule pages: a block of code that is a file has its name above it") {
  static const rule_detail::TypedRule<NoOptions> rule(
      {.name = "model-description",
       .subject = "samples",
       .summary = "a summary",
       .what = "What.",
       .why = "Why.",
       .example = "```sql models/orders.sql\nselect 1\n```\n```yaml models/orders.yml\nmodels: []\n```",
       .use_instead = "",
       .basis = ""},
      {}, [](const LintProject&, const RuleScope&, const NoOptions&, Violations&) -> Result<void> { return {}; });
  CHECK(has(rule_page_text(rule, 60),
            "Example\n  models/orders.sql\n    select 1\n  models/orders.yml\n    models: []\n\n"));
  CHECK(has(rule_page_markdown(rule),
            "**Example**\n\n`models/orders.sql`:\n\n```sql\nselect 1\n```\n`models/orders.yml`:\n\n```yaml\nmodels: "
            "[]\n```\n"));
}

TEST_CASE("rule pages: what other linters call the rule") {
  static const rule_detail::TypedRule<NoOptions> rule(
      {.name = "duplicate-source", .subject = "samples", .summary = "", .what = "", .why = ""}, {},
      [](const LintProject&, const RuleScope&, const NoOptions&, Violations&) -> Result<void> { return {}; });
  CHECK(has(rule_page_markdown(rule), "**In other linters**\n\n"));
  CHECK(has(rule_page_markdown(rule), "dbt-project-evaluator `fct_duplicate_sources`"));
  const Json others = Json::parse(rules_json({&rule}))["rules"][0]["elsewhere"];
  CHECK(others.size() == elsewhere("duplicate-source").size());
  CHECK(std::ranges::find(others, Json{{"linter", "dbt-project-evaluator"}, {"name", "fct_duplicate_sources"}}) !=
        others.end());
  CHECK(!has(rule_page_markdown(sample_rule()), "In other linters"));
}

TEST_CASE("rule pages: the table") {
  CHECK(rules_text({&sample_rule()}) == "samples\n  sample-rule  error  recommended  a `pipe` | in a line\n");
  CHECK(rules_text({}) == "");
}

// ---- the real rules -------------------------------------------------------------------------------------------------

TEST_CASE("rules: every rule is documented, and named as the others are") {
  REQUIRE(!all_rules().empty());
  const std::regex kebab("[a-z0-9]+(-[a-z0-9]+)*");
  const std::regex snake("[a-z][a-z0-9_]*");
  std::set<std::string> names;
  for (const std::string_view subject : rule_subjects()) {
    CHECK(std::regex_match(std::string(subject), kebab));
    CHECK_MESSAGE(find_rule(subject) == nullptr, "a rule and a subject have one name: " << subject);
  }
  for (const Rule* rule : all_rules()) {
    const RuleInfo& info = rule->info();
    CAPTURE(info.name);
    CHECK(names.insert(info.name).second);
    CHECK(std::regex_match(info.name, kebab));
    CHECK(!info.summary.empty());
    CHECK(!info.summary.ends_with('.'));
    CHECK(!has(info.summary, "\n"));
    for (const std::string* text : {&info.what, &info.why, &info.basis}) {
      CHECK(text->size() > 20);
      CHECK((text->ends_with('.') || text->ends_with(".)")));
    }
    for (const std::string* text : {&info.summary, &info.what, &info.why, &info.basis}) {
      // A web page would take `<name>` for a tag where it is not code.
      const std::string prose = std::regex_replace(*text, std::regex("`[^`]*`"), "");
      CHECK(!has(prose, "`"));
      CHECK(!has(prose, "<"));
    }
    for (const std::string* code : {&info.example, &info.use_instead}) {
      CHECK(has(*code, "```"));
      std::size_t fences = 0;
      for (const std::string& line : lines_of(*code)) fences += line.starts_with("```") ? 1 : 0;
      CHECK(fences % 2 == 0);
    }
    CHECK(info.severity != Severity::kOff);
    std::set<std::string> options{std::string(kSeverityKey), std::string(kWhereKey), std::string(kExceptKey),
                                  "options"};
    for (const OptionSpec& option : rule->options()) {
      CAPTURE(option.name);
      CHECK_MESSAGE(options.insert(option.name).second, "the name is taken");
      CHECK(std::regex_match(option.name, snake));
      CHECK(option.description.ends_with('.'));
    }
  }
}

// What the page shows as a default can be written into plowline.yml.
TEST_CASE("rules: every default is a value that the reader takes") {
  for (const Rule* rule : all_rules()) {
    for (const OptionSpec& option : rule->options()) {
      CAPTURE(rule->info().name);
      CAPTURE(option.name);
      const auto value = placed_value_from_yaml(default_as_json(option), "default");
      REQUIRE(value);
      const auto read = read_option(ConfigValueReader("default"), option, *value);
      REQUIRE_MESSAGE(read, (read ? "" : to_text(read.error())));
      CHECK(read->index() == option.default_value.index());
    }
  }
}

TEST_CASE("rules: every link of the table leads to a page") {
  std::set<std::string> headings;
  for (const std::string_view subject : RuleSet().subjects()) {
    RuleList rules = all_rules();
    std::erase_if(rules, [&](const Rule* rule) { return rule->info().subject != subject; });
    for (const std::string& line : lines_of(subject_markdown(std::string(subject), rules))) {
      if (line.starts_with("## ")) headings.insert(fmt::format("{}/README.md#{}", subject, line.substr(3)));
    }
  }
  const std::string all = rules_markdown(all_rules());
  const std::regex link(R"(\]\(([^)]+#[^)]+)\))");
  std::size_t links = 0;
  for (std::sregex_iterator match(all.begin(), all.end(), link), end; match != end; ++match, ++links) {
    CHECK_MESSAGE(headings.contains((*match)[1]), (*match)[1].str());
  }
  CHECK(links == all_rules().size());
  CHECK(headings.size() == all_rules().size());
}

TEST_CASE("rules: the table says which other linters have a rule") {
  CHECK(has(rules_markdown(all_rules()), " | dbt-checkpoint"));
  CHECK(has(rules_markdown(all_rules()), "dbt-project-evaluator"));
}

TEST_CASE("rules: the configuration that the introduction shows is right") {
  const std::string all = rules_markdown(all_rules());
  const std::size_t begin = all.find("```yaml\n") + 8;
  const testing::TemporaryFolder folder;
  const auto config = read_lint_config(folder.write("plowline.yml", all.substr(begin, all.find("```", begin) - begin)));
  CHECK_MESSAGE(config, (config ? "" : to_text(config.error())));
}

TEST_CASE("rules: pages fit the width they are made for") {
  for (const Rule* rule : all_rules()) {
    bool code = false;
    for (const std::string& line : lines_of(rule_page_text(*rule, 100))) {
      code = line.starts_with("    ");
      // One long word (a default, a path) cannot be broken.
      if (code || line.find(' ', 6) == std::string::npos || line.starts_with("  ") == false) continue;
      if (has(line, "; default ")) continue;
      const auto columns =
          std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
      CHECK_MESSAGE(columns <= 100, line);
    }
  }
}

}  // namespace plowline
