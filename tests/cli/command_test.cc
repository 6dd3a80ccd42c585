// `plowline command` and `plowline vars` over the sample projects, as a user starts them.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "program.h"

using namespace plowline::testing;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

const std::string kNames =
    "my_new_model snowplow_media_player_base snowplow_unified_pv_engaged_time snowplow_unified_pv_scroll_depth "
    "snowplow_unified_views_this_run";
const std::string kVars = R"(--vars '{"models_to_run": ")" + kNames + R"("}')";

Ran in_shop(Words arguments, const std::string& input = {}, Words environment = {}) {
  return run_plowline(std::move(arguments),
                      {.directory = shop_dir(), .input = input, .environment = std::move(environment)});
}

// The line for +my_new_model with more arguments; nothing else may stand on standard output.
std::string line(Words more) {
  more.insert(more.begin(), {"command", "+my_new_model"});
  const Ran ran = in_shop(std::move(more));
  CHECK(ran.status == 0);
  CHECK(std::ranges::count(ran.out, '\n') == 1);
  return ran.out;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A project's files with the time each was written: what must be the same after a run that writes nothing.
std::vector<std::pair<std::string, fs::file_time_type>> files_in(const fs::path& folder) {
  std::vector<std::pair<std::string, fs::file_time_type>> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    files.emplace_back(entry.path().string(), entry.last_write_time());
  std::ranges::sort(files);
  return files;
}

}  // namespace

TEST_CASE("the line for +my_new_model, to the byte") {
  CHECK(line({}) == "dbt run --select +my_new_model " + kVars + "\n");
  CHECK(line({"--target", "staging", "--backfill-limit-days", "90"}) ==
        "dbt run --target staging --select +my_new_model --vars '{\"models_to_run\": \"" + kNames +
            "\", \"snowplow__backfill_limit_days\": 90}'\n");
}

TEST_CASE("each option finds its place in the line") {
  const std::string tail = " --select +my_new_model " + kVars;
  CHECK(line({"-t", "staging"}) == "dbt run --target staging" + tail + "\n");
  CHECK(line({"--profile", "shop"}) == "dbt run --profile shop" + tail + "\n");
  CHECK(line({"--project-dir", "."}) == "dbt run --project-dir ." + tail + "\n");
  CHECK(line({"--full-refresh"}) == "dbt run --select +my_new_model --full-refresh " + kVars + "\n");
  CHECK(line({"--exclude", "tag:base", "stg_orders"}) ==
        "dbt run --select +my_new_model --exclude tag:base stg_orders " + kVars + "\n");
  CHECK(line({"--select", "daily_orders", "-s", "stg_orders"}) ==
        "dbt run --select +my_new_model daily_orders stg_orders " + kVars + "\n");
  CHECK(line({"--dbt", "/opt/dbt venv/bin/dbt"}) == "'/opt/dbt venv/bin/dbt' run" + tail + "\n");
  CHECK(line({"--", "--threads", "8", "--no-partial-parse"}) == "dbt run" + tail + " --threads 8 --no-partial-parse\n");
  for (const std::string command : {"build", "compile", "test"}) {
    CHECK(line({"--dbt-command", command}) == "dbt " + command + tail + "\n");
  }
}

TEST_CASE("the variables: dbt's own types, merged with --vars, in one order") {
  const auto vars = [](Words more) {
    more.insert(more.begin(), {"vars", "+my_new_model"});
    const Ran ran = in_shop(std::move(more));
    CHECK(ran.status == 0);
    return ran.out;
  };
  const std::string names = R"({"models_to_run": ")" + kNames + "\"";
  CHECK(vars({}) == names + "}\n");
  CHECK(vars({"--start-date", "2024-01-31"}) == names + R"(, "snowplow__start_date": "2024-01-31"})" + "\n");
  CHECK(vars({"--backfill-limit-days", "7", "--vars", "{b: [1, yes, null], a: 'x'}"}) ==
        names + R"(, "snowplow__backfill_limit_days": 7, "b": [1, true, null], "a": "x"})" + "\n");
  // The same value twice is no conflict, another one is.
  CHECK(vars({"--backfill-limit-days", "7", "--vars", "{snowplow__backfill_limit_days: 7}"}) ==
        names + R"(, "snowplow__backfill_limit_days": 7})" + "\n");
  CHECK(in_shop({"vars", "+my_new_model", "--backfill-limit-days", "7", "--vars", "{snowplow__backfill_limit_days: 8}"})
            .status == 2);
  // The recipe that the bare value is for.
  const Ran bare = run_shell("printf '%s' \"$(plowline vars +my_new_model -q)\"", {.directory = shop_dir()});
  CHECK(bare.out == names + "}");
}

TEST_CASE("--all-names names every selected model, and --selector one of the project's") {
  const Ran all = in_shop({"command", "+my_new_model", "--all-names", "-q"});
  CHECK(holds(all.out, " snowplow_unified_base_new_event_limits "));
  CHECK(holds(all.out, " snowplow_media_player_base "));  // the guard stays
  const Ran selector = in_shop({"command", "--selector", "custom_models", "-q"});
  CHECK(selector.status == 0);
  CHECK(selector.out.starts_with("dbt run --selector custom_models --vars '{\"models_to_run\": \"my_new_model "));
  CHECK(in_shop({"command", "my_new_model", "--selector", "custom_models"}).status == 2);
}

TEST_CASE("--strict turns a warning into status 1 and keeps the line") {
  const Ran strict = in_shop({"command", "+my_new_model", "--strict"});
  CHECK(strict.status == 1);
  CHECK(strict.out == "dbt run --select +my_new_model " + kVars + "\n");
  CHECK(in_shop({"vars", "+my_new_model", "--strict"}).status == 1);
  // Nothing to warn of: `dbt build` builds the seeds too.
  CHECK(in_shop({"command", "+my_new_model", "--strict", "--dbt-command", "build"}).status == 0);
}

TEST_CASE("a project without Snowplow packages gets the plain command, and is told why") {
  const Surroundings jaffle{.directory = samples_dir() / "jaffle_without_snowplow"};
  const Ran ran = run_plowline({"command", "+orders", "--target", "dev"}, jaffle);
  CHECK(ran.status == 0);
  CHECK(ran.out == "dbt run --target dev --select +orders\n");
  CHECK(holds(ran.err, "models_to_run does not apply: this project has no Snowplow package"));
  CHECK(run_plowline({"command", "+orders", "-q"}, jaffle).err.empty());
  CHECK(run_plowline({"vars", "+orders", "-q"}, jaffle).out == "{}\n");
}

TEST_CASE("the text of dbt ls, from a file and from standard input, with and without a manifest") {
  const TemporaryFolder folder;
  const std::string text =
      "\x1b[0m10:11:12  Running with dbt=1.11.14\r\n\x1b[0m10:11:13  Found 44 models, 3 seeds\r\nmy_new_model\r\n"
      "snowplow_unified_views_this_run\r\n";
  const fs::path file = folder.write("ls.txt", text);
  const std::string expected =
      "dbt run --select my_new_model snowplow_unified_views_this_run --vars '{\"models_to_run\": \"my_new_model "
      "snowplow_media_player_base snowplow_unified_views_this_run\"}'\n";
  const Ran from_file = in_shop({"command", "--ls", file.string()});
  CHECK(from_file.status == 0);
  CHECK(from_file.out == expected);
  CHECK(in_shop({"command", "--ls", "-"}, text).out == expected);
  // A selection of its own stays what dbt is told.
  CHECK(in_shop({"command", "+my_new_model", "--ls", "-", "-q"}, text)
            .out.starts_with("dbt run --select +my_new_model "));
  // Without a manifest the names are all there is: no guard, and a warning.
  const Ran alone = run_plowline({"command", "--ls", "-"}, {.input = text});
  CHECK(alone.status == 0);
  CHECK(alone.out ==
        "dbt run --select my_new_model snowplow_unified_views_this_run --vars '{\"models_to_run\": \"my_new_model "
        "snowplow_unified_views_this_run\"}'\n");
  CHECK(holds(alone.err, "[no-manifest]"));
  // One stream cannot be both; a manifest that was named is not passed over.
  CHECK(in_shop({"command", "--ls", "-", "--manifest", "-"}).status == 2);
  CHECK(run_plowline({"command", "--ls", "-", "--manifest", "/nowhere/manifest.json"}, {.input = text}).status == 3);
}

TEST_CASE("the manifest from standard input") {
  const std::string manifest = read_text(shop_dir() / "target" / "manifest.json");
  const Ran ran = run_plowline({"command", "+my_new_model", "--manifest", "-"}, {.input = manifest});
  CHECK(ran.status == 0);
  CHECK(ran.out == "dbt run --select +my_new_model " + kVars + "\n");
}

TEST_CASE("results go to standard output and everything else to standard error") {
  const Ran ran = in_shop({"command", "+my_new_model", "-v"});
  CHECK(ran.out == "dbt run --select +my_new_model " + kVars + "\n");
  CHECK(holds(ran.err, "warning: "));
  CHECK(holds(ran.err, "info: "));
  const Ran quiet = in_shop({"command", "+my_new_model", "-q"});
  CHECK(quiet.out == ran.out);
  CHECK(quiet.err.empty());
  // An error prints nothing on standard output, not even a part.
  for (const Words& wrong : {Words{"command", "nope"}, Words{"command", "--manifest", "/nowhere"}, Words{"comand"},
                             Words{"command", "my_new_model", "--vars", "{"}, Words{"ls", "tagg:x"}}) {
    const Ran failed = in_shop(wrong);
    CHECK(failed.out.empty());
    CHECK(holds(failed.err, "error: "));
  }
}

TEST_CASE("exit statuses") {
  CHECK(in_shop({"command", "my_new_model"}).status == 0);
  CHECK(in_shop({"command", "my_new_model", "--strict"}).status == 1);
  CHECK(in_shop({"command", "nope"}).status == 2);
  CHECK(in_shop({"command", "--no-such-option"}).status == 2);
  CHECK(in_shop({"command", "my_new_model", "--target", ""}).status == 2);  // not: the default target
  CHECK(in_shop({"command", "my_new_model", "--manifest", "/nowhere/manifest.json"}).status == 3);
  CHECK(run_plowline({"command", "my_new_model"}).status == 3);  // no project here
  CHECK(in_shop({"ls", "nope"}).status == 0);                    // as dbt has it
}

TEST_CASE("a result that cannot be written is an error, a reader that goes away is none") {
  const Surroundings here{.directory = shop_dir()};
  CHECK(run_shell("exec plowline command +my_new_model -q >&-", here).status == 3);
  CHECK(run_shell("exec plowline ls >/dev/full", here).status == 3);
  CHECK(run_shell("exec plowline --version >/dev/full", here).status == 3);
  // The reader has left before the first byte.
  CHECK(run_shell("{ sleep 0.3; plowline ls --output json; echo $? >&2; } | true", here).err == "0\n");
  // Standard error may be closed; the result counts.
  const Ran ran = run_shell("exec plowline command +my_new_model 2>&-", here);
  CHECK(ran.status == 0);
  CHECK(ran.out == "dbt run --select +my_new_model " + kVars + "\n");
}

TEST_CASE("nothing is written to disk") {
  const TemporaryFolder folder;
  fs::copy(shop_dir(), folder.path() / "shop", fs::copy_options::recursive);
  const auto before = files_in(folder.path());
  const Surroundings here{.directory = folder.path() / "shop", .environment = {"HOME=" + folder.path().string()}};
  for (const Words& arguments :
       {Words{"command", "+my_new_model", "--explain", "-v"}, Words{"vars", "+my_new_model"},
        Words{"ls", "state:modified", "--state", "production"}, Words{"command", "nope"}, Words{"man"},
        Words{"command", "+my_new_model", "--format", "json"}, Words{"completions", "bash"}}) {
    run_plowline(arguments, here);
  }
  CHECK(files_in(folder.path()) == before);
}

TEST_CASE("the same input gives the same bytes, whatever the surroundings") {
  for (const Words& arguments : {Words{"command", "+my_new_model+", "--explain", "-v"},
                                 Words{"command", "@shop_users", "--format", "json"}, Words{"ls"}, Words{"man"}}) {
    const Ran first = in_shop(arguments);
    const Ran again = in_shop(arguments);
    CHECK(again.out == first.out);
    CHECK(again.err == first.err);
    const Ran elsewhere =
        in_shop(arguments, {}, {"LC_ALL=C", "LANG=de_DE.UTF-8", "HOME=/", "TZ=Asia/Tokyo", "COLUMNS=40"});
    CHECK(elsewhere.out == first.out);
    CHECK(elsewhere.err == first.err);
  }
}

TEST_CASE("no colours, and none of the terminal's control characters, where standard error is no terminal") {
  const Ran ran = in_shop({"command", "+my_new_model", "-v"});
  CHECK(!holds(ran.err, "\x1b"));
}

TEST_CASE("--help of every command names all its flags, its arguments and its subcommands") {
  plowline::Options options;
  const plowline::CommandLine root = plowline::plowline_command_line(options);
  for (const plowline::CommandPath& entry : plowline::all_commands(root)) {
    CAPTURE(entry.path);
    Words words;
    std::istringstream path(entry.path);
    for (std::string word; path >> word;) words.push_back(word);
    words.erase(words.begin());  // the program
    words.emplace_back("--help");
    const Ran help = run_plowline(words);
    CHECK(help.status == 0);
    CHECK(help.err.empty());
    CHECK(holds(help.out, "Usage: " + entry.path + " "));
    for (const plowline::Flag& flag : entry.command->flags) {
      CHECK_MESSAGE(holds(help.out, flag.names.front()), flag.names.front());
      CHECK(holds(help.out, flag.description));
    }
    for (const plowline::Positional& positional : entry.command->positionals) CHECK(holds(help.out, positional.name));
    for (const plowline::CommandLine* subcommand : plowline::visible_subcommands(*entry.command))
      CHECK(holds(help.out, "  " + subcommand->name + " "));
  }
}

TEST_CASE("--version, and what is misspelt") {
  const Ran version = run_plowline({"--version"});
  CHECK(version.status == 0);
  CHECK(version.out.starts_with("plowline "));
  CHECK(std::ranges::count(version.out, '\n') == 1);
  CHECK(holds(run_plowline({"comand"}).err, "did you mean 'command'?"));
  CHECK(holds(run_plowline({"command", "--taget", "x"}).err, "did you mean '--target'?"));
  CHECK(holds(run_plowline({"ls", "--output", "nmae"}).err, "did you mean 'name'?"));
  CHECK(holds(in_shop({"command", "my_new_modl"}).err, "did you mean 'my_new_model'?"));
}

TEST_CASE("global flags count before and after the command") {
  const Ran before = in_shop({"-q", "command", "+my_new_model"});
  const Ran after = in_shop({"command", "+my_new_model", "-q"});
  CHECK(before.out == after.out);
  CHECK(before.err.empty());
  CHECK(after.err.empty());
}
