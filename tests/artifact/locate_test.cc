#include "artifact/locate.h"

#include <doctest/doctest.h>
#include <map>

#include "support/support.h"

using namespace plowline;
using plowline::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

// A folder tree, and locate() called somewhere in it.
struct Tree {
  TemporaryFolder folder;
  Warnings warnings;
  Variables variables;

  Tree(std::initializer_list<std::string_view> files) {
    for (const std::string_view file : files) {
      folder.write(file, file.ends_with(".yml") ? "name: shop\n" : "{}");
    }
  }
  fs::path at(std::string_view path) const { return path.empty() ? folder.path() : folder.path() / path; }

  Result<Location> find(LocateOptions options, std::string_view from = "") {
    options.working_directory = at(from);
    return locate(
        options,
        [&](std::string_view name) {
          const auto found = variables.find(name);
          return found == variables.end() ? std::nullopt : std::optional(found->second);
        },
        warnings);
  }
  // The manifest that is found, relative to the tree.
  std::string manifest(const LocateOptions& options, std::string_view from = "") {
    const auto found = find(options, from);
    if (!found) return to_text(found.error());
    return found->manifest.lexically_relative(folder.path()).generic_string();
  }
  // What the user sees, with the tree's folder as `~`.
  std::string message(const LocateOptions& options, std::string_view from = "") {
    const auto found = find(options, from);
    REQUIRE_FALSE(found.has_value());
    std::string text = to_text(found.error());
    const std::string home = folder.path().generic_string();
    for (std::size_t i = text.find(home); i != std::string::npos; i = text.find(home))
      text.replace(i, home.size(), "~");
    return text;
  }
};

}  // namespace

TEST_CASE("locate: the nearest dbt_project.yml upward and its target folder") {
  Tree tree{"dbt_project.yml", "target/manifest.json", "models/staging/a.sql", "sub/dbt_project.yml",
            "sub/target/manifest.json"};
  CHECK(tree.manifest({}) == "target/manifest.json");
  CHECK(tree.manifest({}, "models/staging") == "target/manifest.json");
  CHECK(tree.manifest({}, "sub") == "sub/target/manifest.json");
  const auto found = tree.find({}, "models/staging");
  REQUIRE(found.has_value());
  CHECK(found->project_dir == tree.at(""));
  CHECK(found->project_file->name == "shop");
  CHECK(found->catalog == tree.at("target/catalog.json"));
  CHECK(found->run_results == tree.at("target/run_results.json"));
  CHECK(found->sources == tree.at("target/sources.json"));
}

TEST_CASE("locate: the project folder's precedence is dbt's") {
  Tree tree{"dbt_project.yml",           "target/manifest.json",    "flag/dbt_project.yml",
            "flag/target/manifest.json", "engine/dbt_project.yml",  "engine/target/manifest.json",
            "env/dbt_project.yml",       "env/target/manifest.json"};
  tree.variables["DBT_PROJECT_DIR"] = "env";
  CHECK(tree.manifest({}) == "env/target/manifest.json");
  CHECK(tree.manifest({.project_dir = "flag"}) == "flag/target/manifest.json");
  CHECK(tree.manifest({.project_dir = "flag/"}) == "flag/target/manifest.json");
  CHECK(tree.manifest({.project_dir = "../env"}, "flag") == "env/target/manifest.json");
  CHECK(tree.manifest({.project_dir = tree.at("flag")}, "env") == "flag/target/manifest.json");
  tree.variables["DBT_ENGINE_PROJECT_DIR"] = "engine";
  CHECK(tree.manifest({}) == "engine/target/manifest.json");
  CHECK(tree.manifest({.project_dir = "flag"}) == "flag/target/manifest.json");
  tree.variables = {{"DBT_PROJECT_DIR", ""}, {"DBT_ENGINE_PROJECT_DIR", ""}};
  CHECK(tree.manifest({}) == "target/manifest.json");
}

TEST_CASE("locate: the target folder's precedence is dbt's") {
  Tree tree{"p/target/manifest.json", "p/written/manifest.json", "p/env/manifest.json",
            "p/engine/manifest.json", "p/flag/manifest.json",    "elsewhere/manifest.json"};
  tree.folder.write("p/dbt_project.yml", "name: shop\ntarget-path: written\n");
  CHECK(tree.manifest({}, "p") == "p/written/manifest.json");
  tree.variables["DBT_TARGET_PATH"] = "env";
  CHECK(tree.manifest({}, "p") == "p/env/manifest.json");
  tree.variables["DBT_ENGINE_TARGET_PATH"] = "engine";
  CHECK(tree.manifest({}, "p") == "p/engine/manifest.json");
  CHECK(tree.manifest({.target_path = "flag"}, "p") == "p/flag/manifest.json");
  // Relative to the project, wherever the command runs.
  CHECK(tree.manifest({.target_path = "flag", .project_dir = "p"}) == "p/flag/manifest.json");
  CHECK(tree.manifest({.target_path = tree.at("elsewhere")}, "p") == "elsewhere/manifest.json");
  tree.variables = {{"DBT_TARGET_PATH", ""}};
  CHECK(tree.manifest({}, "p") == "p/written/manifest.json");
  tree.folder.write("p/dbt_project.yml", "name: shop\ntarget-path: \"{{ env_var('OUT', 'written') }}\"\n");
  CHECK(tree.manifest({}, "p") == "p/written/manifest.json");
  tree.variables = {{"OUT", "env"}};
  CHECK(tree.manifest({}, "p") == "p/env/manifest.json");
  tree.folder.write("p/dbt_project.yml", "name: shop\ntarget-path: \"{{ var('out') }}\"\n");
  CHECK(tree.manifest({}, "p") == "p/target/manifest.json");
  REQUIRE(tree.warnings.size() == 1);
  CHECK(tree.warnings[0].code == "unresolved-jinja");
}

TEST_CASE("locate: --manifest names the file, and its project where it lies in that one's target folder") {
  Tree tree{"p/dbt_project.yml", "p/target/manifest.json", "p/state/manifest.json", "alone/manifest.json"};
  const auto project_of = [&](const LocateOptions& options, std::string_view from = "") {
    const auto found = tree.find(options, from);
    REQUIRE(found.has_value());
    CHECK(found->project_file.has_value() == !found->project_dir.empty());
    return found->project_dir.empty() ? "" : found->project_dir.lexically_relative(tree.at("")).generic_string();
  };
  CHECK(project_of({.manifest = "p/target/manifest.json"}) == "p");
  CHECK(project_of({.manifest = "target/manifest.json"}, "p") == "p");
  CHECK(project_of({.manifest = "p/state/manifest.json"}).empty());
  CHECK(project_of({.manifest = "alone/manifest.json"}).empty());
  CHECK(project_of({.manifest = "alone/manifest.json", .project_dir = "p"}) == "p");
  CHECK(project_of({.manifest = "-"}).empty());
  CHECK(tree.find({.manifest = "-"})->catalog.empty());
  CHECK(tree.manifest({.manifest = "alone/manifest.json"}, "") == "alone/manifest.json");
  tree.folder.write("p/dbt_project.yml", "name: shop\ntarget-path: out/deep\n");
  tree.folder.write("p/out/deep/manifest.json", "{}");
  CHECK(project_of({.manifest = "p/out/deep/manifest.json"}) == "p");
  // A dbt_project.yml that is broken is not needed for a manifest that is named.
  tree.folder.write("p/dbt_project.yml", "name: [\n");
  CHECK(project_of({.manifest = "p/target/manifest.json"}).empty());
  CHECK(tree.warnings.empty());
  CHECK(tree.message({.project_dir = "p"}).starts_with("~/p/dbt_project.yml:2:1: not YAML: "));
}

TEST_CASE("locate: what is named and not there") {
  Tree tree{"p/dbt_project.yml", "p/target/manifest.json", "empty/x"};
  CHECK(tree.message({.manifest = "none.json"}) ==
        "~/none.json: there is no such file\n"
        "  `dbt parse` writes manifest.json into the project's target folder");
  CHECK(tree.message({.manifest = "p/target"}) ==
        "~/p/target: is a folder, not a manifest.json\n"
        "  name the file: --manifest ~/p/target/manifest.json");
  CHECK(tree.message({.manifest = "a", .target_path = "b"}) ==
        "--manifest and --target-path both say where the manifest is\n  give one of them");
  CHECK(tree.message({.project_dir = "empty"}) ==
        "--project-dir: ~/empty holds no dbt_project.yml\n"
        "  name the folder that holds dbt_project.yml\n"
        "  dbt projects near here:\n"
        "    --project-dir ~/p");
  CHECK(tree.find({.project_dir = "empty"}).error().status == ExitStatus::kUsage);
  tree.variables["DBT_PROJECT_DIR"] = "gone";
  CHECK(tree.message({}).starts_with("DBT_PROJECT_DIR: ~/gone is not a folder\n"));
}

TEST_CASE("locate: no manifest in the project says where it was looked for, and what lies near") {
  Tree tree{"dbt_project.yml", "models/a.sql"};
  CHECK(tree.message({}) ==
        "~/target/manifest.json: there is no manifest.json (the target folder is ~/target by default)\n"
        "  run `dbt parse` in ~, or name the file with --manifest");
  CHECK(tree.find({}).error().status == ExitStatus::kInput);
  tree.variables["DBT_TARGET_PATH"] = "out";
  CHECK(tree.message({}).contains("(the target folder is ~/out by DBT_TARGET_PATH)"));
  tree.variables.clear();
  // The user stands in a subfolder and means a target folder there.
  tree.folder.write("models/out/manifest.json", "{}");
  CHECK(tree.message({.target_path = "out"}, "models") ==
        "~/out/manifest.json: there is no manifest.json (the target folder is ~/out by --target-path)\n"
        "  run `dbt parse` in ~, or name the file with --manifest\n"
        "  ~/models/out/manifest.json exists, but a target path is relative to the project's folder");
}

TEST_CASE("locate: in a monorepo every project near is named, and none is chosen") {
  Tree tree{"team/b/dbt_project.yml", "team/b/target/manifest.json", "a/dbt_project.yml",
            "x/y/z/dbt_project.yml",  ".hidden/dbt_project.yml",     "a/dbt_packages/p/dbt_project.yml"};
  const std::string text = tree.message({});
  CHECK(text.starts_with("there is no dbt_project.yml in ~, "));
  CHECK(text.contains(", /\n"));  // every folder up to the root was looked at
  CHECK(
      text.ends_with("--manifest\n"
                     "  dbt projects near here:\n"
                     "    --project-dir ~/a (no manifest.json yet)\n"
                     "    --project-dir ~/team/b"));
  // Also where there is only one.
  Tree one{"only/dbt_project.yml", "only/target/manifest.json"};
  CHECK(one.message({}).ends_with("    --project-dir ~/only"));
  Tree loose{"target/manifest.json"};
  CHECK(loose.message({}).ends_with("  near here lies ~/target/manifest.json: --manifest reads it"));
}

TEST_CASE("locate: many projects and loops of links do not make the error long or slow") {
  Tree tree{"x/y"};
  for (int i = 10; i < 40; ++i) tree.folder.write("p" + std::to_string(i) + "/dbt_project.yml", "name: p\n");
  fs::create_directory_symlink(tree.at(""), tree.at("x/loop"));
  const std::string text = tree.message({});
  CHECK(text.contains("--project-dir ~/p10"));
  CHECK(text.ends_with("\n    and 20 more"));
}

TEST_CASE("locate: without a working directory paths stay as short as they were given") {
  Tree tree{"dbt_project.yml", "target/manifest.json"};
  const fs::path before = fs::current_path();
  fs::current_path(tree.at(""));
  Warnings warnings;
  const auto nothing = [](std::string_view) { return std::optional<std::string>(); };
  const auto nearest = locate({}, nothing, warnings);
  const auto named = locate({.manifest = "target/manifest.json"}, nothing, warnings);
  fs::current_path(before);
  REQUIRE(nearest.has_value());
  CHECK(nearest->manifest == "target/manifest.json");
  CHECK(nearest->project_dir == ".");
  REQUIRE(named.has_value());
  CHECK(named->manifest == "target/manifest.json");
  CHECK(named->project_dir == ".");
}

TEST_CASE("locate: names from the disk cannot drive a terminal") {
  Tree tree{"\x1b[31mred/dbt_project.yml"};
  const std::string text = tree.message({});
  CHECK_FALSE(text.contains('\x1b'));
  CHECK(text.contains("\\x1b[31mred"));
}
