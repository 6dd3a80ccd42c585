// A hostile manifest all the way: its names go through `plowline command` into a line, a real shell runs the line, and
// the dbt that it starts (a stand-in) has to get what the manifest said, while nothing else happens.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "command/hostile_names.h"
#include "command/recording_dbt.h"
#include "command/yaml_reader.h"
#include "program.h"

using namespace plowline::testing;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

using Words = std::vector<std::string>;

// Each leaves a file `pwned` behind where a shell runs it, and holds no blank, which a name cannot.
const Words kIntruders{
    "$(touch${IFS}pwned)",
    "`touch${IFS}pwned`",
    "';touch${IFS}pwned;'",
    "\";touch${IFS}pwned;\"",
    "|touch${IFS}pwned",
    ";touch\tpwned;",
    "\ntouch\tpwned\n",
    "'\ntouch\tpwned\n'",
    "$'\\x27'(touch\tpwned)",
    "\\';touch${IFS}pwned;\\'",
    "(touch${IFS}pwned)",
    "{touch,pwned}",
    ">pwned",
    "&touch${IFS}pwned&",
    "!touch${IFS}pwned",
    "$(<pwned)$(touch${IFS}pwned)",
    "'(touch${IFS}pwned)'",
    "-e;touch${IFS}pwned",
    "=(touch${IFS}pwned)'",
    "\u2019;touch${IFS}pwned;\u2019",
};

Words hostile_names() {
  Words names = joined(joined(kClassicNames, kUnprintableNames), joined(kIntruders, generated_names(60, true)));
  names.push_back(std::string(5000, 'x'));
  std::erase(names, "");
  return names;
}

// The sample's manifest with a tagged model of each name, in packages and with tags that are no better.
struct HostileProject {
  fs::path manifest;
  Words packages;
  Words tags;
};

HostileProject hostile_project(const TemporaryFolder& folder) {
  Json manifest = Json::parse(read_text(shop_dir() / "target" / "manifest.json"));
  const Json model = manifest["nodes"]["model.snowplow_shop.my_new_model"];
  HostileProject project;
  const Words names = hostile_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    Json node = model;
    const std::string& package = kIntruders[i % kIntruders.size()];
    const std::string tag = "tag" + kIntruders[(i / 7) % kIntruders.size()];
    const std::string id = "model." + package + "." + names[i];
    node["unique_id"] = id;
    node["package_name"] = package;
    node["name"] = names[i];
    node["alias"] = "a" + std::to_string(i);
    node["fqn"] = {package, names[i]};
    node["tags"] = {"snowplow_unified_incremental", tag};
    manifest["nodes"][id] = node;
    project.packages.push_back(package);
    project.tags.push_back(tag);
  }
  for (Words* list : {&project.packages, &project.tags}) {
    std::ranges::sort(*list);
    const auto repeated = std::ranges::unique(*list);
    list->erase(repeated.begin(), repeated.end());
    // dbt's selection language has no quotes: a comma, or a line break, ends a criterion.
    std::erase_if(*list, [](const std::string& word) { return word.find_first_of(",\n+@ ") != std::string::npos; });
  }
  project.manifest = folder.write("hostile.json", manifest.dump());
  return project;
}

Words selections_of(const HostileProject& project) {
  Words selections{"tag:snowplow_unified_incremental"};
  for (const std::string& package : project.packages) selections.push_back("package:" + package);
  for (const std::string& tag : project.tags) selections.push_back("+tag:" + tag);
  return selections;
}

struct RealShell {
  std::string option;  // of --shell
  Words start;
};

const std::vector<RealShell> kShells{
    {"posix", {"dash"}}, {"bash", {"bash", "--norc"}}, {"zsh", {"zsh", "-f"}}, {"fish", {"fish", "--no-config"}}};

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    names.insert(entry.path().filename().string());
  return names;
}

Json without_program(Json argv) {
  argv.erase(0);
  return argv;
}

// Runs the text that plowline printed, as a script of that shell, in the stand-in's folder.
Ran run_line(const RealShell& shell, const RecordingDbt& dbt, const fs::path& home, const std::string& text) {
  dbt.write_script(text);
  Words argv = shell.start;
  argv.push_back((dbt.folder() / "script").string());
  RunOptions options;
  options.directory = dbt.folder();
  options.environment = dbt.environment();
  options.environment.push_back("HOME=" + home.string());  // where fish keeps folders of its own
  return run(argv, options);
}

}  // namespace

TEST_CASE("a hostile manifest's names reach dbt through every real shell, and nothing else happens") {
  const TemporaryFolder folder;
  const HostileProject project = hostile_project(folder);
  const RecordingDbt dbt;
  dbt.write_script("");
  const std::set<std::string> before = names_in(dbt.folder());
  Words recorded_vars;
  Words expected_values;
  for (const std::string& selection : selections_of(project)) {
    CAPTURE(selection);
    // Targets may hold blanks too.
    const Words arguments{"command",
                          "--select",
                          selection,
                          "--exclude",
                          "tag:nothing",
                          "--target",
                          "t $(touch pwned) '\"`touch pwned`\n;touch pwned",
                          "--manifest",
                          project.manifest.string()};
    for (const RealShell& shell : kShells) {
      CAPTURE(shell.option);
      Words printing = arguments;
      printing.insert(printing.end(), {"--shell", shell.option, "-q"});
      const Ran printed = run_plowline(printing);
      REQUIRE(printed.status == 0);
      printing.insert(printing.end(), {"--format", "json"});
      const Ran described = run_plowline(printing);
      REQUIRE(described.status == 0);
      const Json plan = Json::parse(described.out);
      CHECK(printed.out == plan["command"]["line"].get<std::string>() + "\n");

      const Ran ran = run_line(shell, dbt, folder.path(), printed.out);
      CHECK(ran.status == 0);
      CHECK(ran.err == "");
      const auto calls = dbt.take_calls();
      REQUIRE(calls.size() == 1);
      CHECK(Json(calls[0]) == without_program(plan["command"]["argv"]));
      recorded_vars.push_back(*(std::ranges::find(calls[0], "--vars") + 1));
      expected_values.push_back(plan["models_to_run"]["value"]);
    }
  }
  CHECK(names_in(dbt.folder()) == before);
  const std::vector<Readings> readings = read_all(recorded_vars);
  for (std::size_t i = 0; i < readings.size(); ++i) {
    CHECK(readings[i].c_loader == tagged_map({{"models_to_run", expected_values[i]}}));
    CHECK(readings[i].python_loader == readings[i].c_loader);
    CHECK(readings[i].json == readings[i].c_loader);
  }
}

TEST_CASE("every hostile name that can be named is in models_to_run, once") {
  const TemporaryFolder folder;
  const HostileProject project = hostile_project(folder);
  const Ran ran = run_plowline(
      {"command", "tag:snowplow_unified_incremental", "--format", "json", "--manifest", project.manifest.string()});
  REQUIRE(ran.status == 0);
  const Json plan = Json::parse(ran.out);
  std::multiset<std::string> named;
  for (const Json& name : plan["models_to_run"]["names"]) named.insert(name["name"].get<std::string>());
  std::string unusable;
  for (const Json& warning : plan["warnings"]) {
    if (warning["code"] == "unusable-model-name") unusable = warning["detail"].dump();
  }
  for (const std::string& name : hostile_names()) {
    CAPTURE(name);
    const bool has_blank = name.find(' ') != std::string::npos;
    if (has_blank) CHECK(!unusable.empty());
    if (has_blank) CHECK(named.count(name) == 0);
    if (!has_blank && name.find_first_of("\t\n\r\v\f") == std::string::npos) CHECK(named.count(name) == 1);
  }
  // What a person reads of it holds nothing that a terminal would obey.
  const Ran told = run_plowline({"command", "tag:snowplow_unified_incremental", "--explain", "-v", "--shell", "json",
                                 "--manifest", project.manifest.string()});
  for (const char c : told.err + told.out) CHECK((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
}

namespace {

// A program that stands for dbt, of `body`, in a folder of its own.
class StandIn {
 public:
  explicit StandIn(const std::string& body) : path_(folder_.write("stand_in", "#!/bin/sh\n" + body + "\n")) {
    fs::permissions(path_, fs::perms::owner_all);
  }
  std::string path() const { return path_.string(); }
  Ran exec(Words more = {}, const std::string& input = {}) const {
    Words words{"command", "+my_new_model", "-q", "--exec", "--dbt", path()};
    words.insert(words.end(), more.begin(), more.end());
    return run_plowline(words, {.directory = shop_dir(), .input = input});
  }

 private:
  TemporaryFolder folder_;
  fs::path path_;
};

}  // namespace

TEST_CASE("--exec: dbt's output, input and exit status are the caller's") {
  const Ran talks = StandIn("echo to stdout; echo to stderr >&2; cat").exec({}, "from stdin\n");
  CHECK(talks.status == 0);
  CHECK(talks.out == "to stdout\nfrom stdin\n");
  CHECK(talks.err == "to stderr\n");
  for (const int status : {0, 1, 2, 77, 137}) CHECK(StandIn("exit " + std::to_string(status)).exec().status == status);
  CHECK(StandIn("kill -9 $$").exec().status == 137);
  CHECK(StandIn("kill -15 $$").exec().status == 143);
}

TEST_CASE("--exec: dbt gets the very arguments that --shell argv prints") {
  const Ran ran = StandIn("printf '%s\\0' \"$@\"").exec({"--target", "it's", "--", "--threads", "8"});
  const Ran printed =
      run_plowline({"command", "+my_new_model", "-q", "--shell", "argv", "--target", "it's", "--", "--threads", "8"},
                   {.directory = shop_dir()});
  CHECK(std::string("dbt") + '\0' + ran.out == printed.out);
}

TEST_CASE("--exec: no signal is ignored in dbt that was not before, and what is sent reaches it") {
  CHECK(StandIn("grep SigIgn /proc/self/status").exec().out == run({"grep", "SigIgn", "/proc/self/status"}).out);
  const StandIn waits(
      "trap 'echo interrupted; exit 130' INT; trap 'echo ended; exit 143' TERM\n"
      "echo ready; while :; do sleep 0.05; done");
  const std::string script = R"(
import signal, subprocess, sys
for number in (signal.SIGINT, signal.SIGTERM):
    child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    child.send_signal(number)
    print(child.stdout.read().strip(), child.wait())
)";
  const Ran ran = run_clean({"python3", "-c", script, plowline_binary().string(), "command", "+my_new_model", "-q",
                             "--exec", "--dbt", waits.path()},
                            {.directory = shop_dir()});
  CHECK(ran.out == "interrupted 130\nended 143\n");
}

TEST_CASE("--exec with --strict: a warning keeps dbt from being started") {
  const StandIn dbt("echo started");
  CHECK(dbt.exec().out == "started\n");
  const Ran strict = dbt.exec({"--strict"});
  CHECK(strict.status == 1);
  CHECK(strict.out.find("started") == std::string::npos);
}
