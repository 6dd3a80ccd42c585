#include "artifact/dbt_project_file.h"

#include <doctest/doctest.h>
#include <map>

#include "artifact/dbt_ignore.h"
#include "support/support.h"

using namespace plowline;
using plowline::testing::TemporaryFolder;

namespace {

using Strings = std::vector<std::string>;

struct Read {
  Result<DbtProjectFile> file;
  Warnings warnings;
};

Read read(std::string_view text, const std::map<std::string, std::string, std::less<>>& variables = {}) {
  const TemporaryFolder folder;
  const auto path = folder.write("dbt_project.yml", text);
  Warnings warnings;
  auto file = read_dbt_project_file(
      path,
      [&](std::string_view name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
      },
      warnings);
  return {std::move(file), std::move(warnings)};
}

// What a user sees, from the line number on.
std::string message(const Read& read) {
  REQUIRE_FALSE(read.file.has_value());
  const std::string text = to_text(read.file.error());
  const std::string name = "dbt_project.yml";
  return text.substr(text.find(name) + name.size());
}

}  // namespace

TEST_CASE("dbt_project.yml: what is written is read, and other keys do not matter") {
  const Read r = read(R"(
name: shop
version: 1.0
profile: 'warehouse'
config-version: 2
target-path: build/out
packages-install-path: "vendor"
model-paths: ["models", marts]
seed-paths:
  - seeds
snapshot-paths: [snaps]
analysis-paths: []
macro-paths: [macros]
test-paths: [checks]
docs-paths: [docs]
asset-paths: [img]
function-paths: [udfs]
models:
  shop: {+materialized: table, nested: {+tags: [a, {b: c}]}}
on-run-end: ["{{ log('x') }}"]
)");
  REQUIRE(r.file.has_value());
  CHECK(r.warnings.empty());
  CHECK(r.file->name == "shop");
  CHECK(r.file->version == "1.0");
  CHECK(r.file->profile == "warehouse");
  CHECK(r.file->target_path == "build/out");
  const ProjectFolders folders = folders_of(*r.file, DbtVersion{1, 11});
  CHECK(folders.models == Strings{"models", "marts"});
  CHECK(folders.seeds == Strings{"seeds"});
  CHECK(folders.snapshots == Strings{"snaps"});
  CHECK(folders.analyses.empty());
  CHECK(folders.tests == Strings{"checks"});
  CHECK(folders.docs == Strings{"docs"});
  CHECK(folders.assets == Strings{"img"});
  CHECK(folders.functions == Strings{"udfs"});
  CHECK(folders.packages == "vendor");
}

TEST_CASE("dbt_project.yml: the defaults are those of the dbt version") {
  const Read r = read("name: shop\nmodel-paths:\n");
  REQUIRE(r.file.has_value());
  CHECK_FALSE(r.file->target_path.has_value());
  const ProjectFolders now = folders_of(*r.file, DbtVersion{1, 0});
  CHECK(now.models == Strings{"models"});
  CHECK(now.seeds == Strings{"seeds"});
  CHECK(now.analyses == Strings{"analyses"});
  CHECK(now.tests == Strings{"tests"});
  CHECK(now.packages == "dbt_packages");
  CHECK(now.docs == Strings{"models", "seeds", "snapshots", "analyses", "macros", "tests", "functions"});
  const ProjectFolders old = folders_of(*r.file, DbtVersion{0, 21});
  CHECK(old.seeds == Strings{"data"});
  CHECK(old.analyses.empty());
  CHECK(old.tests == Strings{"test"});
  CHECK(old.packages == "dbt_modules");
  CHECK(folders_of(*r.file, std::nullopt).seeds == Strings{"seeds"});
}

TEST_CASE("dbt_project.yml: the names that keys had before dbt 1.0") {
  const Read r = read("name: shop\nsource-paths: [src]\ndata-paths: [csv]\nmodules-path: mods\n");
  REQUIRE(r.file.has_value());
  const ProjectFolders folders = folders_of(*r.file, DbtVersion{0, 19});
  CHECK(folders.models == Strings{"src"});
  CHECK(folders.seeds == Strings{"csv"});
  CHECK(folders.packages == "mods");
  CHECK(message(read("name: shop\nmodel-paths: [a]\nsource-paths: [b]\n")) ==
        ":3:1: source-paths and model-paths cannot both be written\n"
        "  remove source-paths: it is the old name of model-paths");
}

TEST_CASE("dbt_project.yml: env_var is resolved, other Jinja is left out with a warning") {
  const Read r = read(
      "name: shop\n"
      "target-path: \"target/{{ env_var('BRANCH', 'main') }}\"\n"
      "packages-install-path: \"{{- env_var( \\\"PACKAGES\\\" ) -}}\"\n"
      "profile: \"{{ env_var('PROFILE', default='dev') }}\"\n"
      "model-paths: [models, \"{{ var('more') }}\", \"{{ env_var('UNSET') }}\", \"{% if x %}\"]\n",
      {{"BRANCH", "feature"}, {"PACKAGES", "/opt/packages"}});
  REQUIRE(r.file.has_value());
  CHECK(r.file->target_path == "target/feature");
  CHECK(r.file->packages_install_path == "/opt/packages");
  CHECK(r.file->profile == "dev");
  CHECK(r.file->model_paths == Strings{"models"});
  REQUIRE(r.warnings.size() == 3);
  CHECK(r.warnings[0].code == "unresolved-jinja");
  CHECK(r.warnings[0].message.contains("dbt_project.yml:5:23: model-paths: {{ var('more') }}"));
  CHECK(r.warnings[1].message.contains("the environment variable UNSET is not set"));
  CHECK(read("name: shop\ntarget-path: \"{{ env_var('BRANCH', 'main') }}\"\n").file->target_path == "main");
}

TEST_CASE("dbt_project.yml: Jinja that only looks like env_var is not resolved") {
  for (const std::string_view jinja :
       {"{{ env_var('X', 'a') | upper }}", "{{ env_var('X' }}", "{{ env_var(name) }}", "{{ env_var('X', 5) }}",
        "{{ env_var('X', 'a'", "{{ my_env_var('X') }}", "{{ env_var('X', 'a') }", "{{", "{# note #}", "{{ env_var }}",
        "{{ 'a' ~ env_var('X') }}", "{{ env_var('X\\\\n') }}"}) {
    CAPTURE(jinja);
    const Read r = read("name: shop\ntarget-path: \"" + std::string(jinja) + "\"\n", {{"X", "x"}});
    REQUIRE(r.file.has_value());
    CHECK_FALSE(r.file->target_path.has_value());
    CHECK(r.warnings.size() == 1);
  }
}

TEST_CASE("dbt_project.yml: a secret is not taken from the environment") {
  const Read r =
      read("name: shop\ntarget-path: \"{{ env_var('DBT_ENV_SECRET_X') }}\"\n", {{"DBT_ENV_SECRET_X", "s3cr"}});
  REQUIRE(r.file.has_value());
  CHECK_FALSE(r.file->target_path.has_value());
  REQUIRE(r.warnings.size() == 1);
  CHECK_FALSE(to_text(r.warnings[0], true).contains("s3cr"));
}

TEST_CASE("dbt_project.yml: bad files give one error with its place") {
  CHECK(message(read("")).starts_with(": the file is empty"));
  CHECK(message(read("# nothing\n")).starts_with(": the file is empty"));
  CHECK(message(read("- a\n- b\n")).starts_with(":1:1: not a map of keys and values\n"));
  CHECK(message(read("just text")).starts_with(":1:1: not a map of keys and values\n"));
  CHECK(message(read("name: shop\nmodels:\n\tshop: x\n")).starts_with(":3:1: a tab: YAML is indented by blanks only"));
  CHECK(message(read("name: shop\n\tversion: 1\n")).starts_with(":2:1: a tab: YAML is indented by blanks only"));
  CHECK(message(read("name: shop\nmodel-paths: [a\nversion: 1\n")).starts_with(":3:"));
  CHECK(message(read("name: a: b\n")).starts_with(":1:8: not YAML: "));
  CHECK(message(read("name: [a]\n")).starts_with(":1:7: a value of name is not a text"));
  CHECK(message(read("model-paths: models\n")).starts_with(":1:14: model-paths is not a list of folders\n"));
  CHECK(message(read("model-paths: [[a]]\n")).starts_with(":1:15: a value of model-paths is not a text"));
  CHECK(message(read("target-path: {{ env_var('X') }}\n")).contains("put quotes around a value that begins with {{"));
  CHECK(message(read("a: " + std::string(20'000, '['))).contains("nested too deeply"));
  Warnings warnings;
  const TemporaryFolder folder;
  const auto missing = read_dbt_project_file(folder.path() / "dbt_project.yml", process_environment(), warnings);
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().status == ExitStatus::kInput);
}

TEST_CASE("dbt_project.yml: a byte order mark and a key that stands twice are no errors, as for dbt") {
  const Read marked = read("\xEF\xBB\xBFname: shop\n");
  REQUIRE(marked.file.has_value());
  CHECK(marked.file->name == "shop");
  const Read twice = read("name: shop\ntarget-path: a\nmodels: {}\ntarget-path: b\nmodels: {}\n");
  REQUIRE(twice.file.has_value());
  CHECK(twice.file->target_path == "b");
  REQUIRE(twice.warnings.size() == 1);
  CHECK(twice.warnings[0].code == "duplicate-key");
  CHECK(twice.warnings[0].message.contains("dbt_project.yml:4:1: the key target-path is written twice"));
}

TEST_CASE("a dbt version's first two numbers") {
  CHECK(dbt_version_from("1.11.14") == DbtVersion{1, 11});
  CHECK(dbt_version_from("2.0.0-beta.2") == DbtVersion{2, 0});
  CHECK(dbt_version_from("1.5.0b5") == DbtVersion{1, 5});
  CHECK_FALSE(dbt_version_from("").has_value());
  CHECK_FALSE(dbt_version_from("PREVIOUS").has_value());
  CHECK_FALSE(dbt_version_from("1").has_value());
  CHECK(DbtVersion{1, 9} < DbtVersion{1, 10});
}

TEST_CASE(".dbtignore: gitignore's patterns") {
  const auto ignores = [](std::string_view patterns, std::string_view path) {
    return DbtIgnore(patterns).ignores(path);
  };
  CHECK_FALSE(ignores("", "models/a.sql"));
  CHECK_FALSE(ignores("# models\n\n/\n", "models/a.sql"));
  CHECK(ignores("a.sql", "models/deep/a.sql"));
  CHECK_FALSE(ignores("a.sql", "models/aa.sql"));
  CHECK(ignores("*.py\r\n*.sql  \r\n", "models/a.sql"));
  CHECK(ignores("models/*.sql", "models/a.sql"));
  CHECK_FALSE(ignores("models/*.sql", "models/deep/a.sql"));
  CHECK_FALSE(ignores("/a.sql", "models/a.sql"));
  CHECK(ignores("/models", "models/deep/a.sql"));
  CHECK(ignores("deep/", "models/deep/a.sql"));
  CHECK_FALSE(ignores("deep/", "models/deep"));
  CHECK(ignores("models/**/a.sql", "models/a.sql"));
  CHECK(ignores("models/**/a.sql", "models/x/y/a.sql"));
  CHECK(ignores("**/y", "models/x/y/a.sql"));
  CHECK(ignores("models/**", "models/x/a.sql"));
  CHECK_FALSE(ignores("models/**", "models"));
  CHECK(ignores("stg_?.sql", "models/stg_a.sql"));
  CHECK(ignores("stg_[a-c].sql", "models/stg_b.sql"));
  CHECK_FALSE(ignores("stg_[!a-c].sql", "models/stg_b.sql"));
  CHECK(ignores("stg_[]x].sql", "models/stg_].sql"));
  CHECK(ignores("stg_[b.sql", "models/stg_[b.sql"));
  CHECK(ignores("\\#a.sql", "models/#a.sql"));
  CHECK(ignores("\\!a.sql", "models/!a.sql"));
  CHECK(ignores("models\n!models/keep.sql", "models/a.sql"));
  CHECK_FALSE(ignores("models\n!models/keep.sql", "models/keep.sql"));
  CHECK(ignores("!keep.sql\nmodels", "models/keep.sql"));
}

TEST_CASE(".dbtignore: a hostile pattern does not take long") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  CHECK_FALSE(DbtIgnore(pattern + "b").ignores(std::string(2'000, 'a')));
  std::string folders;
  std::string path;
  for (int i = 0; i < 100; ++i) folders += "**/a/";
  for (int i = 0; i < 1'000; ++i) path += "a/";
  CHECK_FALSE(DbtIgnore(folders + "b").ignores(path + "c"));
}
