#include "command/invocation.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace plowline;

namespace {

using Words = std::vector<std::string>;

Words words_of(InvocationOptions options) {
  const auto invocation = Invocation::build(std::move(options));
  REQUIRE_MESSAGE(invocation.has_value(), to_text(invocation.error()));
  return invocation->argv(VarsStyle::kJson).value();
}

Error refusal(InvocationOptions options) {
  const auto invocation = Invocation::build(std::move(options));
  REQUIRE(!invocation.has_value());
  CHECK(invocation.error().status == ExitStatus::kUsage);
  return invocation.error();
}

InvocationOptions selecting(Words select) {
  InvocationOptions options;
  options.select = std::move(select);
  return options;
}

InvocationOptions with_extra(Words extra) {
  InvocationOptions options;
  options.extra = std::move(extra);
  return options;
}

}  // namespace

TEST_CASE("the words of a run come in a fixed order") {
  InvocationOptions options;
  CHECK(words_of(options) == Words{"dbt", "run"});
  options.dbt = "/opt/venv/bin/dbt";
  options.subcommand = "build";
  options.target = "staging";
  options.profile = "shop";
  options.project_dir = "my project";
  options.select = {"+my_new_model", "tag:a,tag:b"};
  options.exclude = {"x"};
  options.full_refresh = true;
  REQUIRE(options.vars.add("models_to_run", YamlValue::string("a b"), "plowline").has_value());
  options.extra = {"--threads", "8", ""};
  CHECK(words_of(options) == Words{"/opt/venv/bin/dbt", "build", "--target", "staging", "--profile", "shop",
                                   "--project-dir", "my project", "--select", "+my_new_model", "tag:a,tag:b",
                                   "--exclude", "x", "--full-refresh", "--vars", R"({"models_to_run": "a b"})",
                                   "--threads", "8", ""});
  InvocationOptions by_selector;
  by_selector.subcommand = "source freshness";
  by_selector.selector = "nightly";
  CHECK(words_of(by_selector) == Words{"dbt", "source", "freshness", "--selector", "nightly"});
}

TEST_CASE("selections are split at blanks, as dbt splits them") {
  CHECK(words_of(selecting({"a  b ", " c", ""})) == Words{"dbt", "run", "--select", "a", "b", "c"});
  CHECK(words_of(selecting({"a\tb"})) == Words{"dbt", "run", "--select", "a\tb"});
}

TEST_CASE("values that begin with a dash are attached, so that no dbt takes them for options") {
  CHECK(words_of(selecting({"a", "-b c"})) == Words{"dbt", "run", "--select=a -b c"});
  InvocationOptions options;
  options.exclude = {"--full-refresh"};
  options.target = "-t";
  options.project_dir = "-";
  CHECK(words_of(options) == Words{"dbt", "run", "--target=-t", "--project-dir=-", "--exclude=--full-refresh"});
}

TEST_CASE("empty values are refused") {
  CHECK(refusal(selecting({""})).reason == "--select is empty");
  CHECK(refusal(selecting({" ", "  "})).reason == "--select is empty");
  InvocationOptions options;
  options.target = "";
  CHECK(refusal(options).reason == "--target is empty");
  options = {};
  options.dbt = "";
  CHECK(refusal(options).reason == "the path of dbt is empty");
}

TEST_CASE("a NUL byte is refused wherever it stands") {
  CHECK(refusal(selecting({std::string("a\0b", 3)})).reason ==
        "`a\\x00b` holds a NUL byte, which no argument can hold");
  CHECK(refusal(with_extra({std::string(1, '\0')})).reason.find("NUL") != std::string::npos);
}

TEST_CASE("only subcommands that take a selection are known") {
  InvocationOptions options;
  options.subcommand = "deps";
  const Error error = refusal(options);
  CHECK(error.reason == "`deps` is no subcommand of dbt that takes a selection");
  CHECK(error.next_step.find("run, build, compile, test") != std::string::npos);
  for (const std::string_view name : dbt_subcommands()) {
    options.subcommand = name;
    CHECK(Invocation::build(options).has_value());
  }
  options.subcommand = "test";
  options.full_refresh = true;
  CHECK(refusal(options).reason == "`dbt test` has no --full-refresh");
}

TEST_CASE("--selector is not combined with a selection that dbt would ignore") {
  InvocationOptions options = selecting({"a"});
  options.selector = "nightly";
  CHECK(refusal(options).reason.find("--selector cannot be combined") == 0);
  options.select.clear();
  options.exclude = {"a"};
  CHECK(refusal(options).reason.find("--selector cannot be combined") == 0);
}

TEST_CASE("extra arguments must not set again what plowline sets") {
  for (const char* repeat : {"--vars",
                             "--vars={}",
                             "--var",
                             "--select",
                             "--sel",
                             "--select=x",
                             "-s",
                             "-sx",
                             "-m",
                             "--models",
                             "--model",
                             "--exclude",
                             "--exc=x",
                             "--selector",
                             "--target",
                             "-t",
                             "-tprod",
                             "-xt",
                             "-xqf",
                             "--profile",
                             "--prof",
                             "--project-dir",
                             "--full-refresh",
                             "--full",
                             "-f",
                             "--no-full-refresh"}) {
    CAPTURE(repeat);
    const Error error = refusal(with_extra({"--threads", "8", repeat}));
    CHECK(error.reason.find(fmt::format("the extra argument `{}` would set", repeat)) == 0);
    CHECK(error.next_step == "give this option to plowline itself, before the `--`");
  }
  const Words fine{"--threads",
                   "8",
                   "--target-path",
                   "t",
                   "--profiles-dir",
                   "p",
                   "--selects",
                   "-x",
                   "-q",
                   "-d",
                   "-",
                   "--",
                   "-o",
                   "--empty",
                   "--no-partial-parse",
                   "-rf",
                   "--vars_file",
                   "x y"};
  Words expected{"dbt", "run"};
  expected.insert(expected.end(), fine.begin(), fine.end());
  CHECK(words_of(with_extra(fine)) == expected);
}

TEST_CASE("without variables there is no --vars") {
  CHECK(words_of(selecting({"a"})) == Words{"dbt", "run", "--select", "a"});
}
