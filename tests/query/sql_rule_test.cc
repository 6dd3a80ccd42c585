// Rules in the user's own SQL: what a file says, what its rows become, and what is wrong with it.
#include "query/sql_rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lint/config.h"
#include "lint/engine.h"
#include "lint/lint.h"
#include "query/sql_rule_header.h"
#include "query_project.h"
#include "support/support.h"

using namespace plowline;
using namespace plowline::testing;
using Lines = std::vector<std::string>;

namespace {

std::shared_ptr<const Rule> rule_from(const TemporaryFolder& folder, const std::string& sql,
                                      const std::string& name = "rule.sql") {
  auto rule = read_sql_rule(folder.write(name, sql));
  REQUIRE_MESSAGE(rule, (rule ? std::string() : to_text(rule.error())));
  return *rule;
}

NodeSet all_of(const Project& project) {
  NodeSet nodes(project.size());
  for (std::size_t i = 0; i < project.size(); ++i) nodes.insert(static_cast<NodeId>(i));
  return nodes;
}

struct RuleRun {
  Lines found;
  std::string error;
};

// Each violation as `unique_id|column|offset+length|message`.
RuleRun run_rule(const QueryProject& project, const std::string& sql) {
  const TemporaryFolder folder;
  const auto rule = rule_from(folder, sql);
  std::vector<RuleFailure> failures;
  const auto raw =
      run_rules(project.lint(), {{rule->configure({}), Severity::kWarn, all_of(project.lint().project())}}, &failures);
  REQUIRE(raw);
  RuleRun out;
  for (const RawFinding& finding : raw->found) {
    const Violation& one = *finding.violation;
    const std::string_view id = one.node    ? project.lint().node(*one.node).unique_id
                                : one.macro ? one.macro->unique_id
                                            : std::string_view("project");
    out.found.push_back(fmt::format("{}|{}|{}+{}|{}", id, one.column, one.at.offset, one.at.length, one.message));
  }
  if (!failures.empty()) {
    Error error = failures.front().error;
    error.file = std::filesystem::path(error.file).filename();
    out.error = to_text(error);
  }
  return out;
}

std::string error_of(const std::string& sql) {
  const TemporaryFolder folder;
  const auto rule = read_sql_rule(folder.write("rule.sql", sql));
  REQUIRE(!rule);
  CHECK(rule.error().status == ExitStatus::kUsage);
  Error error = rule.error();
  error.file = std::filesystem::path(error.file).filename();
  return to_text(error);
}

LintReport linted(const LintRequest& request) {
  Warnings warnings;
  auto found = lint(request, warnings);
  REQUIRE(found);
  LintReport report;
  add(report, *std::move(found));
  return report;
}

}  // namespace

TEST_CASE("a header says what the rule is") {
  const auto header = read_sql_rule_header(
      "\n"
      "-- A company's own licence: not a part of it.\n"
      "-- name: mart-without-owner\r\n"
      "-- severity: error\n"
      "--subject: ownership\n"
      "-- summary: a mart that nobody owns\n"
      "-- message: '{unique_id} hasn''t {{an}} owner: {why}'\n"
      "-- timeout: 2.5\n"
      "-- docs: First paragraph,\n"
      "--   goes on.\n"
      "--\n"
      "--   Note: second.\n"
      "select 1 -- name: not-this\n",
      "rule.sql");
  REQUIRE(header);
  CHECK(header->name == "mart-without-owner");
  CHECK(header->severity == Severity::kError);
  CHECK(header->subject == "ownership");
  CHECK(header->summary == "a mart that nobody owns");
  CHECK(header->docs == "First paragraph, goes on.\n\nNote: second.");
  CHECK(header->timeout == std::chrono::milliseconds(2500));
  const auto message = MessageTemplate::parse(header->message);
  REQUIRE(message);
  CHECK(message->columns() == Lines{"unique_id", "why"});
  CHECK(message->filled([](const std::string& column) { return "<" + column + ">"; }) ==
        "<unique_id> hasn't {an} owner: <why>");
}

TEST_CASE("docs may begin as a text of several lines does in YAML") {
  for (const std::string sign : {"|", ">", "|-", ""}) {
    CAPTURE(sign);
    const auto header =
        read_sql_rule_header("-- name: x\n-- docs: " + sign + "\n--   One\n--   paragraph.\nselect 1", "x");
    REQUIRE(header);
    CHECK(header->docs == "One paragraph.");
  }
  const auto header = read_sql_rule_header("-- name: x\n-- docs: | a table\n-- summary: '|'\nselect 1", "x");
  REQUIRE(header);
  CHECK(header->docs == "| a table");
  CHECK(header->summary == "|");
}

TEST_CASE("docs are Markdown: lists and code stay as they are") {
  const auto header = read_sql_rule_header(
      "-- name: x\n"
      "-- docs:\n"
      "--   One\n"
      "--   paragraph.\n"
      "--   - an item\n"
      "--     of a list\n"
      "--   ```sql\n"
      "--   select\n"
      "--\n"
      "--     name\n"
      "--   ```\n"
      "--   The end.\n"
      "select 1",
      "rule.sql");
  REQUIRE(header);
  CHECK(header->docs == "One paragraph.\n- an item of a list\n```sql\nselect\n\n  name\n```\nThe end.");
}

TEST_CASE("a header that is wrong is refused, with its line") {
  CHECK(error_of("select 1") ==
        "rule.sql:1:1: the rule has no name\n  begin the file with a comment: -- name: mart-without-owner");
  CHECK(error_of("-- name: x\n-- serverity: warn\nselect 1")
            .find("rule.sql:2:1: a rule's header has no 'serverity': did you mean 'severity'?") == 0);
  CHECK(error_of("-- name: Not Kebab\nselect 1").find("rule.sql:1:1: name: 'Not Kebab' is no name of a rule") == 0);
  CHECK(error_of("-- name: x\n-- name: y\nselect 1").find("rule.sql:2:1: 'name' stands in the header twice") == 0);
  CHECK(error_of("-- name: x\n-- severity: off\nselect 1").find("severity: 'off' is neither warn nor error") !=
        std::string::npos);
  CHECK(error_of("-- name: x\n-- timeout: never\nselect 1").find("timeout: 'never' is no number") != std::string::npos);
  CHECK(error_of("-- name: x\n-- message: '{a'\nselect 1").find("rule.sql:2:1: message: a '{' that is not closed") ==
        0);
  CHECK(error_of("-- name: x\n-- message: 'a}'\nselect 1").find("a '}' that closes nothing") != std::string::npos);
  CHECK(error_of("-- name:\nselect 1").find("'name' has no value") != std::string::npos);
}

TEST_CASE("a row is a finding: on a node, a column, a line, a macro or the project") {
  const QueryProject project(kShop);
  CHECK(run_rule(project,
                 "-- name: x\n-- message: '{name} ({n})'\nselect unique_id, name, 7 as n from nodes where "
                 "resource_type = 'model' and is_own order by random()")
            .found == Lines{"model.shop.orders||0+0|orders (7)", "model.shop.revenue||0+0|revenue (7)",
                            "model.shop.stg_orders||0+0|stg_orders (7)"});
  CHECK(run_rule(project,
                 "-- name: x\nselect unique_id, name as column_name, 'm' as message from columns order by 2 desc")
            .found == Lines{"model.shop.orders|day|0+0|m", "model.shop.orders|id|0+0|m"});
  CHECK(run_rule(project,
                 "-- name: x\n-- message: m\nselect unique_id, 2 as line from nodes where name = 'orders' and "
                 "resource_type = 'model'")
            .found == Lines{"model.shop.orders||11+15|m"});
  // A line that the code does not have: the node itself.
  CHECK(run_rule(project, "-- name: x\n-- message: m\nselect 'model.shop.orders' as unique_id, 9 as line").found ==
        Lines{"model.shop.orders||0+0|m"});
  CHECK(run_rule(project, "-- name: x\n-- message: m\nselect unique_id, 1 as line from macros").found ==
        Lines{"macro.shop.cents||0+33|m"});
  CHECK(run_rule(project,
                 "-- name: x\n-- message: 'only {n} models'\nselect null as unique_id, count(*) as n from nodes "
                 "where resource_type = 'model'")
            .found == Lines{"project||0+0|only 4 models"});
}

TEST_CASE("what a message holds cannot drive a terminal") {
  const QueryProject project("model.shop.a: {description: \"\\e[2J\\nx\"}\n");
  CHECK(
      run_rule(project, "-- name: x\n-- message: '<{description}>'\nselect unique_id, description from nodes").found ==
      Lines{"model.shop.a||0+0|<\\x1b[2J\\nx>"});
}

TEST_CASE("a query that cannot be run, or gives something else, is an error with file and line") {
  const QueryProject project(kShop);
  CHECK(run_rule(project, "-- name: x\n-- message: m\nselect unique_id\nfrom nods")
            .error.find("rule.sql:4:6: no such table: nods: did you mean 'nodes'?") == 0);
  CHECK(run_rule(project, "-- name: x\n-- message: m\nselect name from nodes")
            .error.find("rule.sql: the rule's query gives no unique_id, but: name") == 0);
  CHECK(run_rule(project, "-- name: x\n-- message: m\nselect unique_id, name from nodes")
            .error.find("the query gives a column 'name' that nothing is made of") != std::string::npos);
  CHECK(run_rule(project, "-- name: x\n-- message: '{nme}'\nselect unique_id, name from nodes")
            .error.find("the message names the column 'nme', which the query does not give") != std::string::npos);
  CHECK(run_rule(project, "-- name: x\nselect unique_id from nodes").error.find("the rule says no message") !=
        std::string::npos);
  CHECK(run_rule(project, "-- name: x\n-- message: m\nselect unique_id, 'm' as message from nodes")
            .error.find("a column 'message' that nothing is made of") != std::string::npos);
  CHECK(run_rule(project, "-- name: x\n-- message: m\nselect unique_id, unique_id from nodes")
            .error.find("two columns 'unique_id'") != std::string::npos);
  CHECK(run_rule(project, "-- name: x\n-- message: m\nselect 'model.shop.gone' as unique_id")
            .error.find("a row's unique_id is 'model.shop.gone', and has to be that of a node or macro") !=
        std::string::npos);
  CHECK(
      run_rule(project, "-- name: x\n-- message: m\nselect 5 as unique_id").error.find("and has to be text or NULL") !=
      std::string::npos);
  CHECK(run_rule(project, "-- name: x\n-- message: m\nselect null as unique_id, 'a' as line")
            .error.find("a row's line is 'a'") != std::string::npos);
  CHECK(run_rule(project, "-- name: x\n-- message: m\nselect unique_id from findings")
            .error.find("a rule cannot ask for findings") != std::string::npos);
  CHECK(run_rule(project,
                 "-- name: x\n-- message: m\n-- timeout: 0.1\nwith recursive t(unique_id) as (select 'a' union "
                 "all select unique_id || 'a' from t) select unique_id from t where unique_id = ''")
            .error.find("the query took longer than 0.1 s") != std::string::npos);
  CHECK(run_rule(project, "-- name: x\n-- message: m\ndelete from nodes").error.find("may not be modified") !=
        std::string::npos);
  CHECK(run_rule(project, "-- name: x\n-- message: m\n").error.find("there is no SQL") != std::string::npos);
}

TEST_CASE("a rule that fails does not stop the others, and the report says so") {
  const QueryProject project(kShop);
  const TemporaryFolder folder;
  const auto broken =
      rule_from(folder, "-- name: broken\n-- message: m\nselect unique_id,\n  nme from nodes", "broken.sql");
  const auto good =
      rule_from(folder, "-- name: good\n-- message: m\nselect unique_id from nodes where name = 'revenue'", "good.sql");
  Selector selector(project.lint().project(), {});
  RuleSet rules;
  REQUIRE(rules.add(broken));
  REQUIRE(rules.add(good));
  LintRequest request{.project = &project.lint(), .selector = &selector};
  request.rules = {{broken.get(), broken->configure({}), Severity::kWarn},
                   {good.get(), good->configure({}), Severity::kWarn}};
  request.rule_set = &rules;
  LintReport report = linted(request);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].unique_id == "model.shop.revenue");
  REQUIRE(report.failed.size() == 1);
  report_failed(report);
  count(report);
  CHECK(report.summary.errors == 1);
  const auto failure = std::ranges::find(report.findings, "broken", &Finding::rule);
  REQUIRE(failure != report.findings.end());
  CHECK(failure->message == "the rule cannot be run: no such column: nme: did you mean 'name'?");
  CHECK(failure->file == (folder.path() / "broken.sql").generic_string());
  CHECK(failure->range.line == 4);
  CHECK(failure->range.column == 3);
}

TEST_CASE("a file that is no rule is one that cannot be run, and the others run") {
  const TemporaryFolder folder;
  folder.write("lint/_helper.sql", "select 1");
  folder.write("lint/Remark.sql", "-- name: remark\n-- note: this is one\n-- message: m\nselect unique_id from nodes");
  folder.write("lint/c.sql", "/* name: c */\nselect unique_id from nodes");
  folder.write("lint/good.sql", "-- name: good\n-- message: m\nselect unique_id from nodes where name = 'revenue'");
  folder.write("lint/deep/good.sql", "-- message: m\nselect unique_id from nodes");
  folder.write("lint/---.sql", "-- name: Not Kebab\nselect 1");
  const auto config = read_lint_config(folder.write("plowline.yml",
                                                    "presets: none\nsql_rules: lint\n"
                                                    "rules: {remark: error, c: warn}\n"),
                                       read_sql_rules);
  REQUIRE_MESSAGE(config, (config ? std::string() : to_text(config.error())));
  const auto chosen = choose_rules(*config, nullptr, false);
  REQUIRE(chosen);
  const QueryProject project(kShop);
  Selector selector(project.lint().project(), {});
  LintRequest request{.project = &project.lint(), .selector = &selector};
  for (const RuleChoice& choice : *chosen)
    request.rules.push_back({choice.rule, choice.rule->configure({}), choice.severity});
  request.rule_set = &config->rule_set;
  LintReport report = linted(request);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].rule == "good");
  report_failed(report);
  Lines failed;
  for (const Finding& finding : report.findings) {
    if (finding.rule == "good") continue;
    failed.push_back(fmt::format("{} {}:{} {}", finding.rule, std::filesystem::path(finding.file).filename().string(),
                                 finding.range.line, finding.message));
  }
  std::ranges::sort(failed);
  CHECK(fmt::format("{}", fmt::join(failed, "\n")) ==
        "c c.sql:1 the rule cannot be run: the rule has no name\n"
        "good-2 good.sql:1 the rule cannot be run: the rule has no name\n"
        "helper _helper.sql:1 the rule cannot be run: the rule has no name\n"
        "remark Remark.sql:2 the rule cannot be run: a rule's header has no 'note'\n"
        "rule ---.sql:1 the rule cannot be run: name: 'Not Kebab' is no name of a rule");
}

TEST_CASE("a file that is no rule never takes another rule's name") {
  const TemporaryFolder folder;
  folder.write("lint/unused-suppression.sql", "select 1");
  folder.write("lint/custom.sql", "select 1");
  const auto rules = read_sql_rules({folder.path() / "lint"});
  REQUIRE(rules);
  RuleSet all;
  for (const auto& rule : *rules) {
    CHECK(all.add(rule));
    CHECK(why_broken(*rule) != nullptr);
  }
}

TEST_CASE("what a rule needs is what its tables need") {
  const TemporaryFolder folder;
  CHECK(rule_from(folder, "-- name: x\n-- message: m\nselect unique_id from catalog_columns")->info().needs ==
        kNeedsCatalog);
  CHECK(rule_from(folder,
                  "-- name: x\n-- message: m\nselect unique_id from nodes except select unique_id from state.nodes")
            ->info()
            .needs == kNeedsState);
}

TEST_CASE("plowline.yml names the rules, and says how severe they are") {
  const TemporaryFolder folder;
  folder.write("lint/a.sql", "-- name: own-a\n-- severity: error\n-- message: m\nselect unique_id from nodes");
  folder.write("lint/deep/b.sql", "-- name: own-b\n-- subject: marts\n-- message: m\nselect unique_id from nodes");
  folder.write("lint/.hidden/c.sql", "no rule");
  folder.write("lint/notes.txt", "no rule");
  const auto read = [&](const std::string& text) {
    return read_lint_config(folder.write("plowline.yml", text), read_sql_rules);
  };
  const auto names = [](const LintConfig& config) {
    const auto chosen = choose_rules(config, nullptr, false);
    REQUIRE(chosen);
    Lines lines;
    for (const RuleChoice& choice : *chosen)
      lines.push_back(choice.rule->info().name + " " + std::string(to_string(choice.severity)));
    return lines;
  };
  auto config = read("presets: none\nsql_rules: [lint/]\n");
  REQUIRE(config);
  CHECK(names(*config) == Lines{"own-a error", "own-b warn"});
  // (`rules` may stand first.)
  config = read("presets: none\nrules: {own-a: warn, marts: error}\nsql_rules: lint\n");
  REQUIRE(config);
  CHECK(names(*config) == Lines{"own-a warn", "own-b error"});
  config = read(
      "presets: none\nrules: {own-a: off, own-b: {severity: error, where: 'tag:x'}}\nsql_rules: [lint/a.sql, lint]\n");
  REQUIRE(config);
  CHECK(names(*config) == Lines{"own-b error"});
  config = read("presets: none\nsql_rules: lint/deep\nrules: {own-a: off}\n");
  REQUIRE(!config);
  CHECK(config.error().reason.find("'own-a' is no rule and no subject: did you mean 'own-b'?") == 0);
  config = read("sql_rules: [lint, lnt]\n");
  REQUIRE(!config);
  CHECK(to_text(config.error()).find("plowline.yml:1:19: sql_rules: 'lnt' is not there") != std::string::npos);
  folder.write("lint/again.sql", "-- name: own-a\n-- message: m\nselect unique_id from nodes");
  config = read("sql_rules: lint\n");
  REQUIRE(!config);
  CHECK(config.error().reason.find("the rule's name, own-a, is that of the rule in ") == 0);
}
