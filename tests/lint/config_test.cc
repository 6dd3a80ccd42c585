// plowline.yml: what is read, what is refused and where, which rules follow from it, and the schema for editors.
#include "lint/config.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lint/config_init.h"
#include "lint/config_schema.h"
#include "support/support.h"

namespace plowline {
namespace {

using Lines = std::vector<std::string>;
using Json = nlohmann::json;
using testing::TemporaryFolder;

// ---- rules to configure: one option of each type --------------------------------------------------------------------

struct NamesOptions {
  std::int64_t min_length = 3;
  bool ascii = true;
  double share = 0.5;
  std::string style = "snake";
  std::string prefix = "";
  std::vector<std::string> layers = {"staging"};
  std::vector<std::string> kinds = {"model"};
  TextMap synonyms = {{"id", "key"}};
  Pattern pattern = Pattern::known("[a-z]+");
};

template <typename Options>
Result<void> finds_nothing(const LintProject&, const RuleScope&, const Options&, Violations&) {
  return {};
}

// What the rule was run with.
NamesOptions last_options;
Result<void> keep_options(const LintProject&, const RuleScope&, const NamesOptions& options, Violations&) {
  last_options = options;
  return {};
}

std::vector<OptionSpec> names_options() {
  std::vector<OptionSpec> options = {
      option<&NamesOptions::min_length>("min_length", "The fewest characters."),
      option<&NamesOptions::ascii>("ascii", "Whether other characters are refused."),
      option<&NamesOptions::share>("share", "How many of them."),
      option<&NamesOptions::style>("style", "How words are joined.", {"snake", "camel"}),
      option<&NamesOptions::prefix>("prefix", "What they begin with."),
      option<&NamesOptions::layers>("layers", "Folders."),
      option<&NamesOptions::kinds>("kinds", "What is looked at.", {"model", "seed"}),
      option<&NamesOptions::synonyms>("synonyms", "Words for words."),
      option<&NamesOptions::pattern>("pattern", "What they are like."),
  };
  options.front().minimum = 1;
  return options;
}

RuleInfo info(const std::string& name, const std::string& subject, Severity severity, std::uint8_t presets) {
  return {.name = name, .subject = subject, .summary = "a test's rule", .severity = severity, .presets = presets};
}

const RegisterRule<NamesOptions> names_rule{info("zz-names", "zz-testing", Severity::kWarn, kRecommended),
                                            names_options(), keep_options};
const RegisterRule<> tags_rule{info("zz-tags", "zz-testing", Severity::kError, kSnowplowPreset),
                               finds_nothing<NoOptions>};
const RegisterRule<> opinion_rule{info("zz-opinion", "zz-testing", Severity::kWarn, kStrict), finds_nothing<NoOptions>};
const RegisterRule<> rare_rule{info("zz-rare", "zz-seldom", Severity::kError, kOnRequest), finds_nothing<NoOptions>};

// ---- helpers --------------------------------------------------------------------------------------------------------

LintConfig config_of(std::string_view yaml) {
  const TemporaryFolder folder;
  auto config = read_lint_config(folder.write("plowline.yml", yaml));
  REQUIRE_MESSAGE(config, (config ? "" : to_text(config.error())));
  return std::move(*config);
}

// What is wrong with the file, without its folder; empty where nothing is.
std::string fault_in(std::string_view yaml) {
  const TemporaryFolder folder;
  const auto config = read_lint_config(folder.write("plowline.yml", yaml));
  if (config) return {};
  CHECK(config.error().status == ExitStatus::kUsage);
  std::string text = to_text(config.error());
  const std::string before = folder.path().string() + "/";
  if (text.starts_with(before)) text.erase(0, before.size());
  return text;
}

// The test's own rules among those that run: `zz-names warn`, with where and except.
Lines chosen(const LintConfig& config, bool snowplow = false, const Lines& only = {},
             const ProjectEntry* project = nullptr) {
  const auto choices = choose_rules(config, project, snowplow, only);
  REQUIRE_MESSAGE(choices, (choices ? "" : to_text(choices.error())));
  Lines lines;
  for (const RuleChoice& choice : *choices) {
    const std::string& name = choice.rule->info().name;
    CHECK(choice.configured->info().name == name);
    if (!name.starts_with("zz-")) continue;
    std::string line = fmt::format("{} {}", name, to_string(choice.severity));
    if (!choice.where.empty()) line += fmt::format(" where {}", fmt::join(choice.where, ","));
    if (!choice.except.empty()) line += fmt::format(" except {}", fmt::join(choice.except, ","));
    lines.push_back(std::move(line));
  }
  return lines;
}

Lines chosen(std::string_view yaml, bool snowplow = false, const Lines& only = {}) {
  return chosen(config_of(yaml), snowplow, only);
}

}  // namespace

// ---- finding --------------------------------------------------------------------------------------------------------

TEST_CASE("config: found upward, as far as the repository goes") {
  const TemporaryFolder folder;
  const auto repository = folder.path() / "repository";
  std::filesystem::create_directories(repository / "shop" / "models");
  std::filesystem::create_directories(repository / ".git");
  const auto found = [&](const std::filesystem::path& start) { return find_lint_config(start).value(); };
  CHECK(!found(repository / "shop" / "models"));
  folder.write("plowline.yml", "");
  CHECK(!found(repository / "shop" / "models"));
  folder.write("repository/.plowline.yml", "");
  CHECK(found(repository / "shop" / "models") == std::filesystem::canonical(repository) / ".plowline.yml");
  folder.write("repository/shop/plowline.yaml", "");
  CHECK(found(repository / "shop" / "models") == std::filesystem::canonical(repository) / "shop" / "plowline.yaml");
  CHECK(found(repository) == std::filesystem::canonical(repository) / ".plowline.yml");
  // A worktree has a file .git.
  folder.write("repository/shop/models/.git", "gitdir: elsewhere");
  CHECK(!found(repository / "shop" / "models"));
}

TEST_CASE("config: the way to it is as short as can be") {
  const TemporaryFolder folder;
  folder.write("plowline.yml", "");
  std::filesystem::create_directories(folder.path() / "models" / "marts");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path() / "models" / "marts");
  const auto above = find_lint_config().value();
  std::filesystem::current_path(folder.path());
  const auto here = find_lint_config().value();
  const auto from_relative = find_lint_config("models").value();
  std::filesystem::current_path(before);
  CHECK(above == "../../plowline.yml");
  CHECK(here == "plowline.yml");
  CHECK(from_relative == "models/../plowline.yml");
}

TEST_CASE("config: two files in one folder are an error") {
  const TemporaryFolder folder;
  folder.write("plowline.yml", "");
  folder.write(".plowline.yml", "");
  const auto found = find_lint_config(folder.path());
  REQUIRE(!found);
  CHECK(found.error().status == ExitStatus::kUsage);
  CHECK(found.error().reason == "stands beside plowline.yml, and only one can count");
}

// ---- reading --------------------------------------------------------------------------------------------------------

TEST_CASE("config: an empty file says nothing") {
  for (const char* yaml : {"", "# nothing\n", "rules:\nprojects:\n", "---\n", "{}"}) {
    CAPTURE(yaml);
    const LintConfig config = config_of(yaml);
    CHECK(!config.presets);
    CHECK(!config.max_warnings);
    CHECK(config.projects.empty());
    CHECK(config.rules.rules.empty());
    CHECK(chosen(config) == Lines{"zz-names warn"});
  }
}

TEST_CASE("config: everything at the top") {
  const TemporaryFolder folder;
  const LintConfig config = read_lint_config(folder.write("plowline.yml",
                                                          "presets: [recommended, strict]\n"
                                                          "lint_packages: [snowplow_web]\n"
                                                          "max_warnings: 10\n"
                                                          "except: [\"tag:a\", \"tag:b\"]\n"
                                                          "baseline: .plowline-baseline.json\n"
                                                          "catalog: target/catalog.json\n"
                                                          "state: /production\n"
                                                          "state_catalog: prod.json\n"))
                                .value();
  CHECK(config.presets == Lines{"recommended", "strict"});
  CHECK(!config.packages.all);
  CHECK(config.packages.names == Lines{"snowplow_web"});
  CHECK(config.max_warnings == 10);
  CHECK(config.except == Lines{"tag:a", "tag:b"});
  CHECK(config.baseline == folder.path() / ".plowline-baseline.json");
  CHECK(config.catalog == folder.path() / "target/catalog.json");
  CHECK(config.state == "/production");
  CHECK(config.state_catalog == folder.path() / "prod.json");
  CHECK(config_of("lint_packages: yes").packages.all);
  CHECK(config_of("lint_packages: snowplow_web").packages.names == Lines{"snowplow_web"});
  CHECK(!config_of("lint_packages: false").packages.all);
  CHECK(config_of("presets: strict").presets == Lines{"strict"});
  CHECK(config_of("presets: none").presets == Lines{});
  CHECK(config_of("presets: [none]").presets == Lines{});
  CHECK(config_of("presets: []").presets == Lines{});
}

TEST_CASE("config: projects") {
  const TemporaryFolder folder;
  const LintConfig config = read_lint_config(folder.write("plowline.yml",
                                                          "projects:\n"
                                                          "  - shop\n"
                                                          "  - path: web\n"
                                                          "    target_path: target/prod\n"
                                                          "    catalog: web/catalog.json\n"
                                                          "    state: prod/web\n"
                                                          "    except: \"tag:old\"\n"
                                                          "    rules: {zz-names: off}\n"
                                                          "  - manifest: elsewhere/manifest.json\n"))
                                .value();
  REQUIRE(config.projects.size() == 3);
  CHECK(config.projects[0].path == folder.path() / "shop");
  CHECK(config.projects[1].path == folder.path() / "web");
  CHECK(config.projects[1].target_path == "target/prod");
  CHECK(config.projects[1].catalog == folder.path() / "web/catalog.json");
  CHECK(config.projects[1].state == folder.path() / "prod/web");
  CHECK(config.projects[1].except == Lines{"tag:old"});
  CHECK(config.projects[1].rules.rules.at("zz-names").front().level == RuleLevel::kOff);
  CHECK(config.projects[1].position.line == 3);
  CHECK(config.projects[2].path.empty());
  CHECK(config.projects[2].manifest == folder.path() / "elsewhere/manifest.json");
}

TEST_CASE("config: every type of option") {
  const LintConfig config = config_of(
      "rules:\n"
      "  zz-names:\n"
      "    min_length: 1\n"
      "    ascii: off\n"
      "    share: 0.25\n"
      "    style: camel\n"
      "    prefix: 2024-01-01\n"
      "    layers: marts\n"
      "    kinds: [seed, model]\n"
      "    synonyms: {int4: integer, \"no\": \"false\"}\n"
      "    pattern: '(?i)stg_.*'\n");
  const auto& options = config.rules.rules.at("zz-names").front().options;
  CHECK(options.size() == 9);
  CHECK(std::get<std::int64_t>(options.at("min_length")) == 1);
  CHECK(!std::get<bool>(options.at("ascii")));
  CHECK(std::get<double>(options.at("share")) == 0.25);
  CHECK(std::get<std::string>(options.at("style")) == "camel");
  CHECK(std::get<std::string>(options.at("prefix")) == "2024-01-01");
  CHECK(std::get<Lines>(options.at("layers")) == Lines{"marts"});
  CHECK(std::get<Lines>(options.at("kinds")) == Lines{"seed", "model"});
  CHECK(std::get<TextMap>(options.at("synonyms")) == TextMap{{"int4", "integer"}, {"no", "false"}});
  CHECK(std::get<Pattern>(options.at("pattern")).matches("STG_orders"));
  // Options alone do not say how severe the rule is.
  CHECK(!config.rules.rules.at("zz-names").front().level);
  CHECK(std::get<double>(
            config_of("rules: {zz-names: {share: 1}}").rules.rules.at("zz-names").front().options.at("share")) == 1);
}

TEST_CASE("config: severities, also as YAML's booleans") {
  const auto level = [](const std::string& written) {
    return config_of("rules:\n  zz-names: " + written + "\n").rules.rules.at("zz-names").front().level;
  };
  for (const char* off : {"off", "OFF", "no", "false", "\"off\"", "{severity: off}"})
    CHECK(level(off) == RuleLevel::kOff);
  for (const char* on : {"on", "yes", "true", "\"on\"", "{severity: on}"}) CHECK(level(on) == RuleLevel::kOn);
  CHECK(level("warn") == RuleLevel::kWarn);
  CHECK(level("{severity: error}") == RuleLevel::kError);
}

TEST_CASE("config: what is wrong, where, and what was meant") {
  CHECK(fault_in("a: [").starts_with("plowline.yml:"));
  CHECK(fault_in("rules:\n---\nrules:\n") ==
        "plowline.yml:3:1: a second YAML document starts here, and only one is read");
  CHECK(fault_in("- a\n") == "plowline.yml:1:1: plowline.yml has to be a map (`key: value`), and here stands a list");
  CHECK(fault_in("preset: [strict]\n") ==
        "plowline.yml:1:1: 'preset' is not known in plowline.yml: did you mean 'presets'?\n  what may stand there: "
        "presets, lint_packages, max_warnings, except, baseline, catalog, state, state_catalog, layers, sql_rules, "
        "rules, projects");
  CHECK(fault_in("\n  zz-names: off\n") ==
        "plowline.yml:2:3: 'zz-names' is not known in plowline.yml\n  zz-names is a rule: write it below 'rules:'");
  CHECK(
      fault_in("zz-seldom: off\n") ==
      "plowline.yml:1:1: 'zz-seldom' is not known in plowline.yml\n  zz-seldom is a subject: write it below 'rules:'");
  CHECK(fault_in("presets: [recomended]\n") ==
        "plowline.yml:1:11: presets: 'recomended' is not one of recommended, snowplow, strict, all, none: did you mean "
        "'recommended'?");
  CHECK(fault_in("presets:\n  - strict\n  - none\n") ==
        "plowline.yml:3:5: presets: 'none' beside other presets\n  leave 'none' out, or the others");
  CHECK(fault_in("presets:\n") ==
        "plowline.yml:1:1: presets has to be a text or a list of texts, and here stands nothing");
  CHECK(fault_in("max_warnings: -1\n") == "plowline.yml:1:15: max_warnings is -1; 0 is the least it may be");
  CHECK(fault_in("max_warnings: 1.5\n") == "plowline.yml:1:15: max_warnings has to be a whole number, not 1.5");
  CHECK(fault_in("max_warnings: 99999999999999999999\n") ==
        "plowline.yml:1:15: max_warnings has to be a whole number, not 99999999999999999999");
  CHECK(fault_in("max_warnings: none\n") ==
        "plowline.yml:1:15: max_warnings has to be a whole number, and here stands a text");
  CHECK(fault_in("baseline: 12\n") ==
        "plowline.yml:1:11: baseline has to be a text, and here stands a number\n  put quotes around it where the text "
        "is meant");
  CHECK(fault_in("state: ''\n") == "plowline.yml:1:8: state is an empty text\n  name a path");
  CHECK(
      fault_in("lint_packages: 3\n") ==
      "plowline.yml:1:16: lint_packages has to be true, false or a list of packages' names, and here stands a number");
  CHECK(fault_in("except: 'tga:x'\n").starts_with("plowline.yml:1:9: except: "));
  CHECK(fault_in("except: 'tga:x'\n").find("did you mean 'tag'?") != std::string::npos);
  CHECK(fault_in("except: []\n") ==
        "plowline.yml:1:9: except is an empty list\n  leave it out where all nodes are meant");
  CHECK(fault_in("state: a\nrules:\nstate: b\n") ==
        "plowline.yml:3:1: 'state' stands in plowline.yml twice, first in line 1\n  keep one of them");
}

TEST_CASE("config: what is wrong with rules") {
  const auto fault = [](const std::string& entry) { return fault_in("rules:\n" + entry + "\n"); };
  CHECK(fault("  zz-nmaes: off") ==
        "plowline.yml:2:3: 'zz-nmaes' is no rule and no subject: did you mean 'zz-names'?\n  'plowline rules' lists "
        "them");
  CHECK(fault("  zz-seldm: off") ==
        "plowline.yml:2:3: 'zz-seldm' is no rule and no subject: did you mean 'zz-seldom'?\n  'plowline rules' lists "
        "them");
  CHECK(fault("  zz-names: warning") == "plowline.yml:2:13: zz-names: 'warning' is not one of error, warn, on, off");
  CHECK(fault("  zz-names: {severity: eror}") ==
        "plowline.yml:2:24: severity: 'eror' is not one of error, warn, on, off: did you mean 'error'?");
  CHECK(fault("  zz-names:") ==
        "plowline.yml:2:3: zz-names has no value\n  write one of error, warn, on, off, or a map");
  CHECK(fault("  zz-names: [warn]") ==
        "plowline.yml:2:14: an element of zz-names has to be a map, and here stands a text");
  CHECK(fault("  zz-names:\n    min_lenght: 2") ==
        "plowline.yml:3:5: the rule zz-names has no option 'min_lenght': did you mean 'min_length'?\n  it may have "
        "severity, where, except, min_length, ascii, share, style, prefix, layers, kinds, synonyms, pattern; 'plowline "
        "rules zz-names' explains them");
  CHECK(fault("  zz-tags:\n    options: {a: 2}") ==
        "plowline.yml:3:5: the rule zz-tags has no 'options'\n  options stand beside severity; it may have severity, "
        "where, except");
  CHECK(fault("  zz-seldom:\n    min_length: 2") ==
        "plowline.yml:3:5: the subject zz-seldom has no 'min_length'\n  it may have severity, where, except; options "
        "belong to a rule's own entry");
  CHECK(fault("  zz-names: off\n  zz-tags: off\n  zz-names: warn") ==
        "plowline.yml:4:3: 'zz-names' stands in rules twice, first in line 2\n  keep one of them");
  const auto option = [&](const std::string& written) { return fault("  zz-names: {" + written + "}"); };
  CHECK(option("min_length: 0") == "plowline.yml:2:26: min_length is 0; 1 is the least it may be");
  CHECK(option("ascii: 1") == "plowline.yml:2:21: ascii has to be true or false, and here stands a number");
  CHECK(option("share: much") == "plowline.yml:2:21: share has to be a number, and here stands a text");
  CHECK(option("style: snak") == "plowline.yml:2:21: style: 'snak' is not one of snake, camel: did you mean 'snake'?");
  CHECK(
      option("prefix: no") ==
      "plowline.yml:2:22: prefix has to be a text, and here stands a boolean\n  put quotes around it where the text is "
      "meant");
  CHECK(option("layers: [a, [b]]") ==
        "plowline.yml:2:26: an element of layers has to be a text, and here stands a list");
  CHECK(option("kinds: [seed, modle]") ==
        "plowline.yml:2:28: kinds: 'modle' is not one of model, seed: did you mean 'model'?");
  CHECK(
      option("synonyms: {a: 1}") ==
      "plowline.yml:2:28: 'a' in synonyms has to be a text, and here stands a number\n  put quotes around it where the "
      "text is meant");
  CHECK(option("pattern: '('").starts_with("plowline.yml:2:23: pattern: '(' is no regular expression: missing )"));
  CHECK(option("where: 'nomethod:x'").starts_with("plowline.yml:2:21: where: "));
  CHECK(option("where: ['tag:a', '']") == "plowline.yml:2:31: where is an empty text\n  name some nodes");
}

TEST_CASE("config: what is wrong with projects") {
  CHECK(fault_in("projects: {path: a}\n") == "plowline.yml:1:11: projects has to be a list, and here stands a map");
  CHECK(
      fault_in("projects:\n  - state: a\n") ==
      "plowline.yml:2:5: an entry of projects has no path\n  path: names the folder with dbt_project.yml; a manifest: "
      "alone will do too");
  CHECK(fault_in("projects:\n  - path: a\n    manifst: x\n")
            .starts_with("plowline.yml:3:5: 'manifst' is not known in an entry of projects: did you mean 'manifest'?"));
  CHECK(fault_in("projects:\n  - shop\n  - path: ./shop/../shop\n") ==
        "plowline.yml:3:5: this project stands in projects twice, first in line 2\n  keep one of them");
  CHECK(
      fault_in("state: prod\nprojects: [shop]\n") ==
      "plowline.yml:1:1: 'state' stands beside projects\n  write it in the entries of the projects that it belongs to");
  CHECK(fault_in("projects:\n  - path: a\n    rules: {zz-nmes: off}\n")
            .starts_with("plowline.yml:3:13: 'zz-nmes' is no rule and no subject"));
}

TEST_CASE("config: hostile text stays text") {
  CHECK(fault_in("\"\\e[31m\\n\": 1\n").starts_with("plowline.yml:1:1: '\\x1b[31m\\n' is not known in plowline.yml"));
  CHECK(fault_in("? [a]\n: 1\n") == "plowline.yml:1:3: a key of plowline.yml has to be a text, and here stands a list");
  std::string deep;
  for (int i = 0; i < 500; ++i) deep += "[";
  CHECK(fault_in("rules: " + deep) != "");
}

TEST_CASE("config: a file that is not there") {
  const auto config = read_lint_config("/nowhere/plowline.yml");
  REQUIRE(!config);
  CHECK(config.error().status == ExitStatus::kUsage);
  CHECK(config.error().file == "/nowhere/plowline.yml");
}

// ---- choosing -------------------------------------------------------------------------------------------------------

TEST_CASE("rules: presets") {
  CHECK(chosen("") == Lines{"zz-names warn"});
  CHECK(chosen("", true) == Lines{"zz-names warn", "zz-tags error"});
  CHECK(chosen("presets: [recommended]", true) == Lines{"zz-names warn"});
  CHECK(chosen("presets: [snowplow]") == Lines{"zz-tags error"});
  CHECK(chosen("presets: strict") == Lines{"zz-names warn", "zz-opinion warn"});
  CHECK(chosen("presets: all") == Lines{"zz-names warn", "zz-opinion warn", "zz-rare error", "zz-tags error"});
  CHECK(chosen("presets: none", true) == Lines{});
}

TEST_CASE("rules: a rule by its name") {
  CHECK(chosen("rules: {zz-names: off}") == Lines{});
  CHECK(chosen("rules: {zz-names: error}") == Lines{"zz-names error"});
  CHECK(chosen("presets: []\nrules: {zz-rare: on, zz-tags: warn}") == Lines{"zz-rare error", "zz-tags warn"});
  CHECK(chosen("presets: []\nrules: {zz-names: {min_length: 5}}") == Lines{"zz-names warn"});
  CHECK(chosen("presets: []\nrules: {zz-names: {where: 'tag:a'}}") == Lines{"zz-names warn where tag:a"});
}

TEST_CASE("rules: a subject") {
  // error and warn are for those that run.
  CHECK(chosen("rules: {zz-testing: error}") == Lines{"zz-names error"});
  CHECK(chosen("rules: {zz-testing: warn}", true) == Lines{"zz-names warn", "zz-tags warn"});
  CHECK(chosen("rules: {zz-seldom: warn}") == Lines{"zz-names warn"});
  // on runs all of them, at their own severities.
  CHECK(chosen("presets: []\nrules: {zz-testing: on}") == Lines{"zz-names warn", "zz-opinion warn", "zz-tags error"});
  CHECK(chosen("rules: {zz-testing: off}", true) == Lines{});
  // A rule's own entry is nearer.
  CHECK(chosen("rules: {zz-testing: off, zz-names: warn}") == Lines{"zz-names warn"});
  CHECK(chosen("rules: {zz-testing: off, zz-tags: {where: 'tag:a'}}") == Lines{"zz-tags error where tag:a"});
  CHECK(chosen("rules: {zz-testing: error, zz-names: {min_length: 5}}") == Lines{"zz-names error"});
  CHECK(chosen("rules: {zz-testing: error, zz-names: on}") == Lines{"zz-names warn"});
  CHECK(chosen("rules: {zz-testing: {severity: error, where: a, except: b}, zz-tags: {where: c, except: d}}") ==
        Lines{"zz-names error where a except b", "zz-tags error where c except d,b"});
}

TEST_CASE("rules: what a project says is nearer") {
  const LintConfig config = config_of(
      "except: everywhere\n"
      "rules:\n"
      "  zz-testing: error\n"
      "  zz-names: {severity: warn, where: [a, b], except: d, min_length: 5}\n"
      "projects:\n"
      "  - path: shop\n"
      "    except: here\n"
      "    rules:\n"
      "      zz-names: {where: c, except: e}\n"
      "      zz-tags: on\n"
      "  - path: web\n"
      "    rules:\n"
      "      zz-testing: off\n"
      "      zz-seldom: on\n");
  CHECK(chosen(config) == Lines{"zz-names warn where a,b except d"});
  CHECK(chosen(config, false, {}, &config.projects[0]) == Lines{"zz-names warn where c except e,d", "zz-tags error"});
  // The common entry of a rule is nearer than the project's entry of its subject.
  CHECK(chosen(config, true, {}, &config.projects[1]) == Lines{"zz-names warn where a,b except d", "zz-rare error"});
  CHECK(config.except == Lines{"everywhere"});
  CHECK(config.projects[0].except == Lines{"here"});
}

TEST_CASE("rules: --rule runs just those, whatever the configuration says") {
  CHECK(chosen("presets: all", false, {"zz-names"}) == Lines{"zz-names warn"});
  CHECK(chosen("presets: []\nrules: {zz-names: off, zz-testing: error}", false, {"zz-names"}) ==
        Lines{"zz-names warn"});
  CHECK(chosen("rules: {zz-seldom: warn}", false, {"zz-rare"}) == Lines{"zz-rare warn"});
  CHECK(chosen("rules: {zz-rare: {severity: off, where: a, except: b}}", false, {"zz-rare", "zz-names", "zz-rare"}) ==
        Lines{"zz-names warn", "zz-rare error where a except b"});
  CHECK(chosen("", false, {"zz-testing"}) == Lines{"zz-names warn", "zz-opinion warn", "zz-tags error"});
  const auto wrong = choose_rules({}, nullptr, false, {"zz-nams"});
  REQUIRE(!wrong);
  CHECK(to_text(wrong.error()) ==
        "there is no rule 'zz-nams': did you mean 'zz-names'?\n  'plowline rules' lists them");
  CHECK(wrong.error().status == ExitStatus::kUsage);
}

TEST_CASE("rules: options reach the rule, the nearest of each") {
  Warnings warnings;
  const auto sample = testing::source_dir() / "samples" / "jaffle_without_snowplow" / "target" / "manifest.json";
  const Project nodes = Project::build(read_manifest(sample, warnings).value(), warnings).value();
  const LintProject project({.project = &nodes});
  const NodeSet none(nodes.size());
  const LintConfig config = config_of(
      "rules: {zz-names: {min_length: 7, layers: [a, b], pattern: 'x+'}}\n"
      "projects: [{path: shop, rules: {zz-names: {min_length: 9, style: camel}}}]\n");
  Violations violations;
  const auto choices = choose_rules(config, &config.projects.front(), false, {"zz-names"}).value();
  REQUIRE(choices.size() == 1);
  CHECK(choices.front().configured->check(project, RuleScope(nodes, none, {}), violations));
  CHECK(last_options.min_length == 9);
  CHECK(last_options.style == "camel");
  CHECK(last_options.layers == Lines{"a", "b"});
  CHECK(last_options.pattern.matches("xxx"));
  CHECK(last_options.ascii);
  CHECK(last_options.share == 0.5);
}

// ---- the schema -----------------------------------------------------------------------------------------------------

namespace {

// `valid` or `invalid` for each document.
Lines verdicts_of_the_schema(const Json& documents) {
  constexpr const char* kJudge =
      "import json, sys\n"
      "from jsonschema import Draft202012Validator as Validator\n"
      "schema = json.load(open(sys.argv[1]))\n"
      "Validator.check_schema(schema)\n"
      "for document in json.load(sys.stdin):\n"
      "    print('valid' if Validator(schema).is_valid(document) else 'invalid')\n";
  const TemporaryFolder folder;
  const auto schema = folder.write("schema.json", config_schema());
  const testing::Ran ran = testing::run({"python3", "-c", kJudge, schema.string()}, {.input = documents.dump()});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  Lines lines;
  for (std::size_t at = 0; at < ran.out.size();) {
    const std::size_t end = ran.out.find('\n', at);
    lines.push_back(ran.out.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

TEST_CASE("schema: says what the reader says") {
  const Lines good = {
      R"({"rules": {"zz-names": [{"min_length": 2, "where": "path:a"}, {"severity": "error"}]}})",
      R"({"layers": {"x": {"prefixes": "a_", "folders": ["a", "b"]}}})",
      R"({})",
      R"(null)",
      R"({"presets": [], "rules": null, "projects": null})",
      R"({"presets": "none"})",
      R"({"presets": ["none"]})",
      R"({"presets": ["recommended", "snowplow", "strict", "all"]})",
      R"({"lint_packages": true, "max_warnings": 0, "baseline": "b.json", "catalog": "c", "state": "s"})",
      R"({"lint_packages": ["a"], "state_catalog": "x", "except": ["tag:a", "tag:b"]})",
      R"({"rules": {"zz-names": false, "zz-tags": true, "zz-testing": "on", "zz-seldom": "off"}})",
      R"({"rules": {"zz-names": {}, "zz-seldom": {"severity": "warn", "where": "tag:a", "except": ["b"]}}})",
      R"({"rules": {"zz-names": {"severity": false, "min_length": 1, "ascii": false, "share": 1.5, "style": "camel",
          "prefix": "", "layers": "a", "kinds": ["seed"], "synonyms": {"a": "b"}, "pattern": "a+"}}})",
      R"({"projects": ["shop", {"path": "web", "manifest": "m", "target_path": "t", "catalog": "c", "state": "s",
          "state_catalog": "x", "except": "tag:a", "rules": {"zz-names": "warn"}}, {"manifest": "m"}]})",
      R"({"projects": [], "state": "s"})",
  };
  const Lines bad = {
      R"([])",
      R"({"preset": []})",
      R"({"presets": null})",
      R"({"presets": ["none", "strict"]})",
      R"({"presets": ["strictest"]})",
      R"({"lint_packages": 1})",
      R"({"max_warnings": -1})",
      R"({"max_warnings": 1.5})",
      R"({"max_warnings": "1"})",
      R"({"baseline": 1})",
      R"({"state": ""})",
      R"({"except": []})",
      R"({"except": ""})",
      R"({"rules": {"zz-nothing": "off"}})",
      R"({"rules": {"zz-names": null}})",
      R"({"rules": {"zz-names": "info"}})",
      R"({"rules": {"zz-names": []}})",
      R"({"rules": {"zz-names": ["error"]}})",
      R"({"rules": {"zz-names": [{"min_lenght": 2}]}})",
      R"({"layers": {"x": {"prefix": "a_"}}})",
      R"({"rules": {"zz-names": 1}})",
      R"({"rules": {"zz-names": {"severity": "info"}}})",
      R"({"rules": {"zz-names": {"options": {"min_length": 1}}}})",
      R"({"rules": {"zz-names": {"min_length": 0}}})",
      R"({"rules": {"zz-names": {"min_length": "1"}}})",
      R"({"rules": {"zz-names": {"ascii": "yes"}}})",
      R"({"rules": {"zz-names": {"share": "x"}}})",
      R"({"rules": {"zz-names": {"style": "kebab"}}})",
      R"({"rules": {"zz-names": {"layers": [1]}}})",
      R"({"rules": {"zz-names": {"kinds": "table"}}})",
      R"({"rules": {"zz-names": {"synonyms": {"a": 1}}}})",
      R"({"rules": {"zz-names": {"pattern": 1}}})",
      R"({"rules": {"zz-seldom": {"min_length": 1}}})",
      R"({"projects": {"path": "a"}})",
      R"({"projects": [{}]})",
      R"({"projects": [{"state": "s"}]})",
      R"({"projects": [{"path": "a", "presets": []}]})",
      R"({"projects": [{"path": "a", "rules": {"zz-nothing": "off"}}]})",
      R"({"projects": ["a"], "state": "s"})",
  };
  Json documents = Json::array();
  for (const Lines* list : {&good, &bad}) {
    for (const std::string& document : *list) documents.push_back(Json::parse(document));
  }
  const Lines verdicts = verdicts_of_the_schema(documents);
  REQUIRE(verdicts.size() == documents.size());
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const std::string& document = i < good.size() ? good[i] : bad[i - good.size()];
    CAPTURE(document);
    CHECK(verdicts[i] == (i < good.size() ? "valid" : "invalid"));
    CHECK(fault_in(document).empty() == (i < good.size()));
  }
}

TEST_CASE("schema: options with their defaults and descriptions") {
  const Json schema = Json::parse(config_schema());
  const Json& ways = schema["$defs"]["rules"]["properties"]["zz-names"]["anyOf"];
  const Json one = Json::parse(R"({"$ref": "#/$defs/entry-of-zz-names"})");
  CHECK(ways.at(1) == one);
  CHECK(ways.at(2).at("items") == one);
  const Json& entry = schema.at("$defs").at("entry-of-zz-names").at("properties");
  CHECK(entry["min_length"] ==
        Json::parse(R"({"description": "The fewest characters.", "type": "integer", "minimum": 1, "default": 3})"));
  CHECK(entry["style"]["enum"] == Json::parse(R"(["snake", "camel"])"));
  CHECK(entry["layers"]["default"] == Json::parse(R"(["staging"])"));
  CHECK(entry["synonyms"]["default"] == Json::parse(R"({"id": "key"})"));
  CHECK(entry["pattern"]["default"] == "[a-z]+");
  CHECK(schema["$defs"]["rules"]["properties"]["zz-seldom"]["anyOf"][1]["properties"].size() == 3);
}

// ---- init -----------------------------------------------------------------------------------------------------------

namespace {

// The file with every setting that stands there as a comment switched on.
std::string switched_on(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at);
    const std::size_t sign = line.find_first_not_of(' ');
    if (sign != std::string::npos && line[sign] == '#' && sign + 1 < line.size() && line[sign + 1] != ' ') {
      line.erase(sign, 1);
    }
    out += line + "\n";
    at = end + 1;
  }
  return out;
}

}  // namespace

TEST_CASE("init: what it writes is read back, as it is and with everything switched on") {
  const SeenProject hostile{.path = "we: b\n#\"x\\",
                            .name = "a\nrules: {x: y}",
                            .snowplow = true,
                            .state = "on",
                            .layers = {"models/marts", "models/staging"}};
  for (const SeenProjects& seen :
       {SeenProjects{"", {{.name = "shop"}}},
        SeenProjects{"", {{.name = "shop", .snowplow = true, .state = "production"}}},
        SeenProjects{"", {{.path = "shop", .name = "shop"}, hostile}}, SeenProjects{"", {hostile}}}) {
    const std::string text = initial_config(seen);
    CAPTURE(text);
    CHECK(fault_in(text) == "");
    CHECK(fault_in(switched_on(text)) == "");
    CHECK(switched_on(text) != text);
    const LintConfig config = config_of(text);
    const bool snowplow = seen.projects.back().snowplow;
    CHECK(config.presets == (snowplow ? Lines{"recommended", "snowplow"} : Lines{"recommended"}));
    CHECK(config.rules.rules.empty());
    CHECK(config.rules.subjects.empty());
    if (seen.projects.front().path.empty()) continue;
    REQUIRE(config.projects.size() == seen.projects.size());
    CHECK(config.projects.back().path.filename() == hostile.path);
    CHECK(config.projects.back().state.filename() == "on");
  }
}

TEST_CASE("init: sees the project as it lies there") {
  const TemporaryFolder folder;
  Warnings warnings;
  const auto no_environment = [](std::string_view) { return std::nullopt; };
  const auto look = [&](const char* where) {
    return look_for_projects(folder.path() / where, no_environment, warnings);
  };
  std::filesystem::create_directories(folder.path() / ".git");
  const auto nothing = look("");
  REQUIRE(!nothing);
  CHECK(nothing.error().status == ExitStatus::kInput);

  folder.write("teams/shop/dbt_project.yml", "name: shop\nmodel-paths: [models, more]\n");
  folder.write("teams/shop/models/marts/orders.sql", "");
  folder.write("teams/shop/models/staging/x.sql", "");
  folder.write("teams/shop/models/odd name/x.sql", "");
  folder.write("teams/shop/more/extra/x.sql", "");
  folder.write("teams/shop/packages.yml", "packages:\n  - package: snowplow/snowplow_unified\n    version: 1.0.0\n");
  folder.write("teams/shop/dbt_packages/snowplow_utils/dbt_project.yml", "name: snowplow_utils\n");
  folder.write("teams/shop/prod/manifest.json", "{}");
  folder.write("web/dbt_project.yml", "name: web\n");
  folder.write("production/web/manifest.json", "{}");
  folder.write("node_modules/x/dbt_project.yml", "name: not_ours\n");
  folder.write(".cache/x/dbt_project.yml", "name: not_ours\n");
  folder.write("far/too/far/away/dbt_project.yml", "name: far\n");

  const SeenProjects all = look("").value();
  REQUIRE(all.projects.size() == 2);
  CHECK(all.projects[0].path == "teams/shop");
  CHECK(all.projects[0].name == "shop");
  CHECK(all.projects[0].snowplow);
  CHECK(all.projects[0].state == "teams/shop/prod");
  CHECK(all.projects[0].layers == Lines{"models/marts", "models/staging", "more/extra"});
  CHECK(all.projects[1].path == "web");
  CHECK(!all.projects[1].snowplow);
  CHECK(all.projects[1].state == "production/web");

  // From inside a project, that one alone, and the file beside its dbt_project.yml.
  const SeenProjects one = look("teams/shop/models/marts").value();
  REQUIRE(one.projects.size() == 1);
  CHECK(one.folder == std::filesystem::canonical(folder.path()) / "teams" / "shop");
  CHECK(one.projects[0].path.empty());
  CHECK(one.projects[0].state == "prod");
}

TEST_CASE("config: a rule with a list of entries runs once for each") {
  const LintConfig config = config_of(
      "rules:\n"
      "  zz-names:\n"
      "    - {severity: error, where: 'path:models/a', min_length: 3}\n"
      "    - {where: 'path:models/b', except: 'tag:x', min_length: 9}\n"
      "projects:\n"
      "  - {path: one, rules: {zz-names: {severity: warn, style: camel}}}\n"
      "  - {path: two, rules: {zz-names: [{min_length: 1}, {min_length: 2}]}}\n"
      "  - {path: three, rules: {zz-names: off}}\n");
  const auto common = choose_rules(config, nullptr, false, {"zz-names"}).value();
  REQUIRE(common.size() == 2);
  CHECK(common[0].severity == Severity::kError);
  CHECK(common[0].where == Lines{"path:models/a"});
  CHECK(common[1].where == Lines{"path:models/b"});
  CHECK(common[1].except == Lines{"tag:x"});
  // A project's own entry counts for each of them; its list stands for theirs.
  const auto one = choose_rules(config, &config.projects[0], false, {"zz-names"}).value();
  REQUIRE(one.size() == 2);
  CHECK(one[0].severity == Severity::kWarn);
  CHECK(one[0].where == Lines{"path:models/a"});
  CHECK(choose_rules(config, &config.projects[1], false, {"zz-names"}).value()[1].where.empty());
  CHECK(choose_rules(config, &config.projects[2], false, {}).value().size() ==
        choose_rules(config_of("rules: {zz-names: off}"), nullptr, false, {}).value().size());
  CHECK(fault_in("rules: {zz-names: []}") ==
        "plowline.yml:1:19: zz-names has an empty list\n  'off' switches a rule off");
  CHECK(fault_in("rules: {zz-names: [off]}").starts_with("plowline.yml:1:20: an element of zz-names"));
}

}  // namespace plowline
