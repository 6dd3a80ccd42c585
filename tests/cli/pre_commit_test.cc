// The hooks of .pre-commit-hooks.yaml, run by the real pre-commit at real commits.
//
// Each test has a git repository of its own, in which a sample project is committed and the hooks are installed. They
// are a local repository's hooks there, which is all that differs from a user's configuration: so nothing is fetched.
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "program.h"

using namespace plowline::testing;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

bool has_pre_commit() {
  if (run_clean({"sh", "-c", "pre-commit --version"}).status == 0) return true;
  MESSAGE("SKIPPED: there is no pre-commit to test the hooks with: apt-get install pre-commit");
  return false;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// .pre-commit-hooks.yaml as the hooks of a local repository. `args` are lines for the hook plowline-command.
std::string local_config(const std::string& args) {
  std::istringstream hooks(read_text(source_dir() / ".pre-commit-hooks.yaml"));
  std::string config = "repos:\n  - repo: local\n    hooks:\n";
  for (std::string line; std::getline(hooks, line);) {
    config += line.empty() ? "\n" : "      " + line + "\n";
    if (line == "- id: plowline-command" && !args.empty()) config += "        args: " + args + "\n";
  }
  return config;
}

class Repository {
 public:
  explicit Repository(const std::string& sample, const std::string& args = {}) {
    fs::copy(samples_dir() / sample, root(), fs::copy_options::recursive);
    write(".pre-commit-config.yaml", local_config(args));
    succeed({"git", "init", "-q", "-b", "main"});
    succeed({"git", "add", "-A"});
    succeed({"git", "commit", "-q", "-m", "the project"});
    succeed({"pre-commit", "install"});
  }

  fs::path root() const { return folder_.path() / "repo"; }
  void write(const std::string& name, const std::string& text) const { folder_.write("repo/" + name, text); }
  std::string read(const std::string& name) const { return read_text(root() / name); }
  void append(const std::string& name, const std::string& text) const { write(name, read(name) + text); }

  // What dbt would write into the manifest after a file was renamed, as far as a hook looks.
  void parse_again(const std::string& before, const std::string& now) const {
    std::string manifest = read("target/manifest.json");
    for (std::size_t at = 0; (at = manifest.find(before, at)) != std::string::npos; at += now.size())
      manifest.replace(at, before.size(), now);
    write("target/manifest.json", manifest);
  }

  Ran run_in(const Words& words) const {
    Surroundings around{.directory = root()};
    around.path = {plowline_binary().parent_path()};
    around.environment = {"PRE_COMMIT_HOME=" + (folder_.path() / "cache").string(),
                          "GIT_CONFIG_NOSYSTEM=1",
                          "GIT_AUTHOR_NAME=a",
                          "GIT_AUTHOR_EMAIL=a@example.org",
                          "GIT_COMMITTER_NAME=a",
                          "GIT_COMMITTER_EMAIL=a@example.org"};
    return run_clean(words, around);
  }
  void succeed(const Words& words) const {
    const Ran ran = run_in(words);
    REQUIRE_MESSAGE(ran.status == 0, ran.out << ran.err);
  }
  void stage(const Words& files) const {
    Words words{"git", "add", "--"};
    words.insert(words.end(), files.begin(), files.end());
    succeed(words);
  }
  // All that pre-commit printed, whether the commit was made or not.
  struct Committed {
    bool made = false;
    std::string text;
  };
  Committed commit() const {
    const std::string before = head();
    const Ran ran = run_in({"git", "commit", "-q", "-m", "a change"});
    const bool made = head() != before;
    CHECK(made == (ran.status == 0));
    return {made, ran.out + ran.err};
  }
  std::string head() const { return run_in({"git", "rev-parse", "HEAD"}).out; }

 private:
  TemporaryFolder folder_;
};

std::string state_of(const std::string& output, const std::string& hook) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(hook + ".")) return line.substr(line.find_last_of('.') + 1);
  }
  return "not run";
}

}  // namespace

TEST_CASE("pre-commit takes .pre-commit-hooks.yaml for a hook repository's manifest") {
  if (!has_pre_commit()) return;
  const Ran ran = run_clean({"pre-commit", "validate-manifest", (source_dir() / ".pre-commit-hooks.yaml").string()},
                            {.environment = {"PRE_COMMIT_HOME=/nonexistent"}});
  CHECK_MESSAGE(ran.status == 0, ran.out << ran.err);
}

TEST_CASE("a commit that is right passes, and shows the command of the model that it changes") {
  if (!has_pre_commit()) return;
  const Repository repository("snowplow_shop");
  repository.append("models/custom/my_new_model.yml", "# looked through\n");
  repository.stage({"models/custom/my_new_model.yml"});
  const auto commit = repository.commit();
  CAPTURE(commit.text);
  CHECK(commit.made);
  CHECK(state_of(commit.text, "plowline fresh") == "Passed");
  CHECK(state_of(commit.text, "plowline lint") == "Passed");
  CHECK(state_of(commit.text, "plowline changed-commands") == "Passed");
  CHECK(contains(commit.text, "# my_new_model: models/custom/my_new_model.sql\n# models_to_run: my_new_model "));
  CHECK(contains(commit.text, "dbt run --select +my_new_model --vars '{\"models_to_run\": \"my_new_model "));
}

TEST_CASE("a commit with a mistake that plowline lint finds is not made") {
  if (!has_pre_commit()) return;
  const Repository repository("shop_before_review");
  repository.append("models/custom/custom.yml", "# looked through\n");
  repository.stage({"models/custom/custom.yml"});
  const auto commit = repository.commit();
  CAPTURE(commit.text);
  CHECK(!commit.made);
  CHECK(state_of(commit.text, "plowline fresh") == "Passed");
  CHECK(state_of(commit.text, "plowline lint") == "Failed");
  CHECK(contains(commit.text, "snowplow-tagged-ephemeral"));
}

TEST_CASE("a commit whose model dbt has not parsed is not made") {
  if (!has_pre_commit()) return;
  const Repository repository("snowplow_shop");
  repository.append("models/custom/my_new_model.sql", "-- changed\n");
  repository.stage({"models/custom/my_new_model.sql"});
  const auto commit = repository.commit();
  CAPTURE(commit.text);
  CHECK(!commit.made);
  CHECK(state_of(commit.text, "plowline fresh") == "Failed");
  CHECK(contains(commit.text, "models/custom/my_new_model.sql: changed since target/manifest.json was written\n"));
  CHECK(contains(commit.text, "run `dbt parse`, then try again"));
}

TEST_CASE("only what is staged counts") {
  if (!has_pre_commit()) return;
  const Repository repository("snowplow_shop");
  repository.append("models/custom/my_new_model.sql", "-- not finished\n");
  repository.append("models/custom/custom.yml", "# looked through\n");
  repository.stage({"models/custom/custom.yml"});
  const auto commit = repository.commit();
  CAPTURE(commit.text);
  CHECK(commit.made);
  CHECK(!contains(commit.text, "+my_new_model"));
  CHECK(repository.read("models/custom/my_new_model.sql").ends_with("-- not finished\n"));
}

TEST_CASE("a renamed file is missed in the manifest under both names, until dbt has parsed it") {
  if (!has_pre_commit()) return;
  const Repository repository("snowplow_shop");
  repository.succeed({"git", "mv", "models/custom/shop_users.sql", "models/reporting/shop_users.sql"});
  const auto refused = repository.commit();
  CAPTURE(refused.text);
  CHECK(!refused.made);
  CHECK(contains(refused.text, "models/custom/shop_users.sql: gone since"));
  CHECK(contains(refused.text, "models/reporting/shop_users.sql: added since"));
  repository.parse_again("models/custom/shop_users.sql", "models/reporting/shop_users.sql");
  repository.stage({"target/manifest.json"});
  const auto commit = repository.commit();
  CAPTURE(commit.text);
  CHECK(commit.made);
  CHECK(contains(commit.text, "# shop_users: models/reporting/shop_users.sql\n"));
}

TEST_CASE("a deleted file is missed, although pre-commit names none") {
  if (!has_pre_commit()) return;
  const Repository repository("snowplow_shop");
  repository.succeed({"git", "rm", "-q", "models/reporting/daily_orders.sql"});
  const auto commit = repository.commit();
  CAPTURE(commit.text);
  CHECK(!commit.made);
  CHECK(state_of(commit.text, "plowline fresh") == "Failed");
  CHECK(contains(commit.text, "models/reporting/daily_orders.sql: gone since target/manifest.json was written"));
  CHECK(state_of(commit.text, "plowline lint").ends_with("Skipped"));
}

TEST_CASE("a file with blanks in its name is one file") {
  if (!has_pre_commit()) return;
  const Repository repository("snowplow_shop");
  repository.succeed({"git", "mv", "models/custom/my_new_model.sql", "models/custom/my new model.sql"});
  const auto refused = repository.commit();
  CHECK(!refused.made);
  CHECK(contains(refused.text, "models/custom/my new model.sql: added since"));
  repository.parse_again("models/custom/my_new_model.sql", "models/custom/my new model.sql");
  repository.stage({"target/manifest.json"});
  const auto commit = repository.commit();
  CAPTURE(commit.text);
  CHECK(commit.made);
  CHECK(state_of(commit.text, "plowline lint") == "Passed");
  CHECK(contains(commit.text, "# my_new_model: models/custom/my new model.sql\n"));
}

TEST_CASE("files that are not dbt's pass quietly, with a manifest and without") {
  if (!has_pre_commit()) return;
  const Repository repository("snowplow_shop");
  repository.write(".github/workflows/ci.yml", "on: push\n");
  repository.write("notes.md", "# Notes\n");
  repository.stage({".github/workflows/ci.yml", "notes.md"});
  const auto commit = repository.commit();
  CAPTURE(commit.text);
  CHECK(commit.made);
  CHECK(!contains(commit.text, "Failed"));
  CHECK(!contains(commit.text, "warning"));
  CHECK(!contains(commit.text, "dbt run"));
  repository.succeed({"git", "rm", "-q", "-r", "--cached", "target"});
  fs::remove_all(repository.root() / "target");
  repository.write("LICENSE.txt", "free\n");
  repository.stage({"LICENSE.txt"});
  const auto without = repository.commit();
  CAPTURE(without.text);
  CHECK(without.made);
}

TEST_CASE("the file of commands goes with the commit") {
  if (!has_pre_commit()) return;
  const Repository repository("snowplow_shop", "[--changed-since, main, --write, dbt-commands.md]");
  repository.succeed({"git", "checkout", "-q", "-b", "branch"});
  repository.append("models/custom/my_new_model.yml", "# looked through\n");
  repository.stage({"models/custom/my_new_model.yml"});
  const auto refused = repository.commit();
  CAPTURE(refused.text);
  CHECK(!refused.made);
  CHECK(state_of(refused.text, "plowline changed-commands") == "Failed");
  CHECK(contains(refused.text, "wrote dbt-commands.md: stage it"));
  repository.stage({"dbt-commands.md"});
  const auto commit = repository.commit();
  CAPTURE(commit.text);
  CHECK(commit.made);
  CHECK(contains(repository.run_in({"git", "show", "HEAD:dbt-commands.md"}).out, "dbt run --select +my_new_model"));
}
