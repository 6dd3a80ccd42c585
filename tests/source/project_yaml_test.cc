#include "source/project_yaml.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "support/support.h"

using namespace plowline;
using plowline::testing::TemporaryFolder;

namespace {

using Texts = std::vector<std::string>;

Texts package_lines(const std::vector<RequiredPackage>& packages) {
  Texts lines;
  for (const RequiredPackage& package : packages) {
    std::string line = fmt::format("{}:{} {} {}", package.position.line, package.position.column, package.name,
                                   static_cast<int>(package.kind));
    for (const std::string& version : package.versions) line += " " + version;
    if (!package.revision.empty()) line += " @" + package.revision;
    lines.push_back(line);
  }
  return lines;
}

Texts var_lines(const std::vector<ProjectVar>& vars) {
  Texts lines;
  for (const ProjectVar& var : vars) {
    lines.push_back(
        fmt::format("{}:{} {}/{}={}", var.position.line, var.position.column, var.scope, var.name, var.value->text));
  }
  return lines;
}

std::string text_of(const std::optional<ProjectVar>& var) {
  return var ? var->value->text : "nothing";
}

}  // namespace

TEST_CASE("the packages that packages.yml asks for, in each of dbt's spellings") {
  const TemporaryFolder folder;
  folder.write("packages.yml", R"(packages:
  - package: snowplow/snowplow_unified
    version: [">=1.0.0", "<2.0.0"]
  - package: dbt-labs/dbt_utils
    version: 1.1.1
  - package: calogica/dbt_date
    version: 0.3
  - git: "https://github.com/snowplow/dbt-snowplow-web.git"
    revision: 1.0.1
  - git: git@example.com:shop/monorepo.git
    subdirectory: packages/shop_macros/
  - local: ../shared/shop_dates
  - private: shop/dbt-finance
    revision: main
  - tarball: https://example.com/x.tar.gz
    name: shop_x
  - nothing: here
  - 7
)");
  const ProjectYaml yaml = ProjectYaml::read(folder.path());
  CHECK(package_lines(yaml.required_packages()) ==
        Texts{"2:5 snowplow_unified 0 >=1.0.0 <2.0.0", "4:5 dbt_utils 0 1.1.1", "6:5 dbt_date 0 0.3",
              "8:5 snowplow_web 1 @1.0.1", "10:5 shop_macros 1", "12:5 shop_dates 4", "13:5 dbt_finance 2 @main",
              "15:5 shop_x 3"});
  CHECK(yaml.packages_file()->file == "packages.yml");
}

TEST_CASE("dependencies.yml counts where it is the one that lists packages") {
  const TemporaryFolder folder;
  const std::string dependencies = "packages:\n  - package: a/from_dependencies\n    version: 1.0.0\n";
  folder.write("dependencies.yml", "projects:\n  - name: other\n" + dependencies);
  CHECK(package_lines(ProjectYaml::read(folder.path()).required_packages()) == Texts{"4:5 from_dependencies 0 1.0.0"});
  folder.write("packages.yml", "");
  CHECK(ProjectYaml::read(folder.path()).packages_file()->file == "dependencies.yml");
  folder.write("packages.yml", "packages:\n  - package: a/from_packages\n    version: 1.0.0\n");
  CHECK(package_lines(ProjectYaml::read(folder.path()).required_packages()) == Texts{"2:5 from_packages 0 1.0.0"});
  folder.write("dependencies.yml", "projects:\n  - name: other\n");
  CHECK(package_lines(ProjectYaml::read(folder.path()).required_packages()) == Texts{"2:5 from_packages 0 1.0.0"});
}

TEST_CASE("vars, as a node of each package sees them") {
  const TemporaryFolder folder;
  folder.write("packages.yml", "packages:\n  - package: snowplow/snowplow_unified\n    version: 1.0.0\n");
  folder.write("dbt_project.yml", R"(name: shop
vars:
  start: '2024-01-01'
  colours: {a: red}
  shop:
    start: '2024-02-02'
  snowplow_unified:
    start: 2024-03-03
    limit: "{{ env_var('LIMIT') }}"
)");
  const ProjectYaml yaml = ProjectYaml::read(folder.path());
  CHECK(var_lines(yaml.vars()) == Texts{"3:3 /start=2024-01-01", "4:3 /colours=", "4:13 colours/a=red",
                                        "6:5 shop/start=2024-02-02", "8:5 snowplow_unified/start=2024-03-03",
                                        "9:5 snowplow_unified/limit={{ env_var('LIMIT') }}"});
  CHECK(text_of(yaml.var("start", "shop")) == "2024-02-02");
  CHECK(text_of(yaml.var("start", "snowplow_unified")) == "2024-03-03");
  CHECK(text_of(yaml.var("start", "snowplow_web")) == "2024-01-01");
  CHECK(text_of(yaml.var("start", "")) == "2024-01-01");
  CHECK(text_of(yaml.var("limit", "shop")) == "nothing");
  CHECK(yaml.var("start", "snowplow_unified")->value->kind == PlacedValue::Kind::kOther);
  CHECK(yaml.var("start", "snowplow_unified")->scope == "snowplow_unified");
  CHECK(yaml.var("start", "snowplow_web")->scope.empty());
}

TEST_CASE("vars.yml stands in for the vars of dbt_project.yml") {
  const TemporaryFolder folder;
  folder.write("vars.yml", "vars:\n  a: 1\n");
  folder.write("dbt_project.yml", "name: shop\n");
  CHECK(text_of(ProjectYaml::read(folder.path()).var("a", "shop")) == "1");
  folder.write("dbt_project.yml", "name: shop\nvars: {b: 2}\n");
  CHECK(text_of(ProjectYaml::read(folder.path()).var("a", "shop")) == "nothing");
}

TEST_CASE("the vars of dbt's first config version are none") {
  const TemporaryFolder folder;
  folder.write("dbt_project.yml", "name: shop\nmodels:\n  vars:\n    a: 1\n  snowplow:\n    vars: {b: 2}\n");
  CHECK(ProjectYaml::read(folder.path()).vars().empty());
}

TEST_CASE("the search order of a dispatch namespace") {
  const TemporaryFolder folder;
  folder.write("dbt_project.yml",
               "name: shop\ndispatch:\n  - macro_namespace: dbt_utils\n    search_order: [spark_utils, dbt_utils]\n"
               "  - macro_namespace: dbt\n    search_order: ['snowplow_utils', 'dbt']\n  - nonsense\n");
  const ProjectYaml yaml = ProjectYaml::read(folder.path());
  CHECK(yaml.dispatch_order("dbt") == Texts{"snowplow_utils", "dbt"});
  CHECK(yaml.dispatch_order("dbt_utils") == Texts{"spark_utils", "dbt_utils"});
  CHECK_FALSE(yaml.dispatch_order("snowplow_utils").has_value());
}

TEST_CASE("selectors by name, in order") {
  const TemporaryFolder folder;
  folder.write("selectors.yml", "selectors:\n  - name: b\n    definition: 'tag:x'\n  - name: a\n  - definition: y\n");
  CHECK(ProjectYaml::read(folder.path()).selector_names() == Texts{"b", "a"});
}

TEST_CASE("what is installed: its version, its own vars and needs") {
  const TemporaryFolder folder;
  folder.write("dbt_project.yml", "name: shop\nrequire-dbt-version: '>=1.7.0,<2.0.0'\n");
  folder.write("dbt_packages/snowplow_unified/dbt_project.yml", R"(name: 'snowplow_unified'
version: '0.5.5'
require-dbt-version: [">=1.6.0", "<2.0.0"]
vars:
  snowplow_unified:
    limit: 30
  other: 1
)");
  folder.write("dbt_packages/snowplow_unified/packages.yml",
               "packages:\n  - package: snowplow/snowplow_utils\n    version: ['>=0.17.3', '<0.18.0']\n");
  folder.write("dbt_packages/empty_folder/README.md", "no package");
  folder.write("package-lock.yml",
               "packages:\n  - package: snowplow/snowplow_utils\n    version: 0.17.4\n"
               "  - package: snowplow/snowplow_unified\n    version: 0.5.4\n  - name: named\n    package: x/y\n    "
               "version: 3.0.0\n"
               "sha1_hash: 3f\n");
  const ProjectYaml yaml = ProjectYaml::read(folder.path());
  CHECK(yaml.installed_packages() == Texts{"snowplow_unified"});
  CHECK(yaml.installed_version("snowplow_unified") == "0.5.5");
  CHECK(yaml.installed_version("snowplow_utils") == "0.17.4");
  CHECK(yaml.installed_version("named") == "3.0.0");
  CHECK_FALSE(yaml.installed_version("dbt_utils").has_value());
  CHECK(yaml.required_dbt_versions("snowplow_unified") == Texts{">=1.6.0", "<2.0.0"});
  CHECK(yaml.required_dbt_versions("shop") == Texts{">=1.7.0", "<2.0.0"});
  CHECK(yaml.required_dbt_versions("snowplow_utils").empty());
  CHECK(package_lines(yaml.required_packages_of("snowplow_unified")) == Texts{"2:5 snowplow_utils 0 >=0.17.3 <0.18.0"});
  CHECK(yaml.required_packages_of("snowplow_utils").empty());
  REQUIRE(yaml.default_var("limit", "snowplow_unified") != nullptr);
  CHECK(yaml.default_var("limit", "snowplow_unified")->text == "30");
  CHECK(yaml.default_var("other", "snowplow_unified")->text == "1");
  CHECK(yaml.default_var("missing", "snowplow_unified") == nullptr);
}

TEST_CASE("the folder of packages: named, by its Jinja default, or dbt's own") {
  const TemporaryFolder folder;
  const auto version_with = [&](std::string_view project) {
    folder.write("dbt_project.yml", project);
    return ProjectYaml::read(folder.path()).installed_version("p").value_or("none");
  };
  folder.write("dbt_modules/p/dbt_project.yml", "name: p\nversion: '1.0.0'\n");
  CHECK(version_with("name: shop\n") == "1.0.0");
  folder.write("dbt_packages/p/dbt_project.yml", "name: p\nversion: '2.0.0'\n");
  CHECK(version_with("name: shop\n") == "2.0.0");
  folder.write("libs/p/dbt_project.yml", "name: p\nversion: '3.0.0'\n");
  CHECK(version_with("name: shop\npackages-install-path: libs\n") == "3.0.0");
  CHECK(version_with("name: shop\nmodules-path: libs\n") == "3.0.0");
  CHECK(version_with("name: shop\npackages-install-path: \"{{ env_var('LIBS', 'libs') }}\"\n") == "3.0.0");
  CHECK(version_with("name: shop\npackages-install-path: \"{{ env_var('LIBS') }}\"\n") == "2.0.0");
}

TEST_CASE("nothing outside of the project's folder is read") {
  const TemporaryFolder outside;
  outside.write("p/dbt_project.yml", "name: p\nversion: '6.6.6'\n");
  outside.write("packages.yml", "packages:\n  - local: secret\n");
  const TemporaryFolder folder;
  const std::string elsewhere = outside.path().string();
  folder.write("dbt_project.yml", "name: shop\npackages-install-path: " + elsewhere + "\n");
  CHECK(ProjectYaml::read(folder.path()).installed_packages().empty());
  folder.write("dbt_project.yml", "name: shop\npackages-install-path: ../" + outside.path().filename().string() + "\n");
  CHECK(ProjectYaml::read(folder.path()).installed_packages().empty());
  folder.write("dbt_project.yml", "name: shop\n");
  folder.write("dbt_packages/q/dbt_project.yml", "name: q\nversion: '1.0.0'\n");
  std::filesystem::create_directory_symlink(outside.path() / "p", folder.path() / "dbt_packages" / "p");
  std::filesystem::create_symlink(outside.path() / "packages.yml", folder.path() / "packages.yml");
  const ProjectYaml yaml = ProjectYaml::read(folder.path());
  CHECK(yaml.installed_packages() == Texts{"q"});
  CHECK(yaml.packages_file() == nullptr);
}

TEST_CASE("a project that is reached by a link is its own folder") {
  const TemporaryFolder folder;
  folder.write("real/dbt_project.yml", "name: shop\nvars: {a: 1}\n");
  std::filesystem::create_directory_symlink(folder.path() / "real", folder.path() / "link");
  CHECK(text_of(ProjectYaml::read(folder.path() / "link").var("a", "shop")) == "1");
}

TEST_CASE("no folder and no files: nothing of all") {
  const TemporaryFolder folder;
  for (const std::filesystem::path& path : {std::filesystem::path(), folder.path(), folder.path() / "not_there"}) {
    const ProjectYaml yaml = ProjectYaml::read(path);
    CHECK(yaml.project_file() == nullptr);
    CHECK(yaml.packages_file() == nullptr);
    CHECK(yaml.selectors_file() == nullptr);
    CHECK(yaml.required_packages().empty());
    CHECK(yaml.vars().empty());
    CHECK(yaml.selector_names().empty());
    CHECK_FALSE(yaml.dispatch_order("dbt").has_value());
    CHECK_FALSE(yaml.installed_version("x").has_value());
  }
}

TEST_CASE("hostile files count as absent or as what can be read of them") {
  const TemporaryFolder folder;
  std::string deep = "vars: ";
  for (int i = 0; i < 5'000; ++i) deep += '[';
  const std::vector<std::string> texts = {
      "",
      ",a",
      "- 1\n- 2\n",
      "just text",
      "\xff\xfe\x00",
      "a: &a [*a, *a]\n",
      "vars: 7\npackages: 7\nselectors: {a: 1}\ndispatch: text\nname: [a]\n",
      "vars: [1, {a: 2}]\npackages: [1, [2], {package: [x]}, {package: {a: 1}}, {git: ''}, {local: '/'}]\n",
      "vars:\n  ? [a, b]\n  : 1\n  null: 2\n  yes: {no: 3}\nselectors: [null, {name: [a]}, {name: 7}]\n",
      "dispatch: [{macro_namespace: dbt}, {macro_namespace: {a: 1}, search_order: 3}]\nname: shop\n",
      "packages: [{package: snowplow/, version: {a: 1}}, {git: '.git', version: [[1], null]}]\nversion: {a: 1}\n",
      "packages-install-path: [a]\nrequire-dbt-version: {a: 1}\n",
      "packages-install-path: \"{{ \"\n",
      "---\na: 1\n---\nb: 2\n",
      deep,
      std::string(5'000'000, 'a'),
  };
  for (const std::string& text : texts) {
    CAPTURE(text.substr(0, 60));
    for (const char* file : {"dbt_project.yml", "packages.yml", "dependencies.yml", "selectors.yml", "vars.yml",
                             "package-lock.yml", "dbt_packages/p/dbt_project.yml", "dbt_packages/p/packages.yml"}) {
      folder.write(file, text);
    }
    const ProjectYaml yaml = ProjectYaml::read(folder.path());
    for (const ProjectVar& var : yaml.vars()) CHECK(var.value != nullptr);
    for (const RequiredPackage& package : yaml.required_packages()) CHECK_FALSE(package.source.empty());
    yaml.required_packages_of("p");
    yaml.selector_names();
    yaml.dispatch_order("dbt");
    yaml.installed_version("p");
    yaml.required_dbt_versions("p");
    yaml.required_dbt_versions("");
    yaml.default_var("a", "p");
    yaml.var("a", "no");
  }
}

TEST_CASE("a pipe in a file's place is not waited for") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder.path() / "dbt_project.yml").c_str(), 0600) == 0);
  CHECK(ProjectYaml::read(folder.path()).project_file() == nullptr);
}
