#include "project/freshness.h"

#include <algorithm>
#include <chrono>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <sys/stat.h>

#include "project/file_checksum.h"
#include "support/support.h"

using namespace plowline;
using nlohmann::json;
using plowline::testing::read_text;
using plowline::testing::shared_or_skip;
using plowline::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

using Strings = std::vector<std::string>;

std::string sha256(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  REQUIRE(EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr) == 1);
  std::string out;
  for (unsigned int i = 0; i < length; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

FileChanges compare(const fs::path& project_dir, const fs::path& manifest) {
  Warnings warnings;
  const auto nothing = [](std::string_view) { return std::optional<std::string>(); };
  const auto location = locate({.manifest = manifest, .project_dir = project_dir}, nothing, warnings);
  if (!location) FAIL(to_text(location.error()));
  auto read = read_manifest(location->manifest, warnings);
  if (!read) FAIL(to_text(read.error()));
  const auto project = Project::build(*std::move(read), warnings);
  if (!project) FAIL(to_text(project.error()));
  return compare_with_files(*project, *location);
}

// A small project whose manifest is written by the test.
struct Shop {
  TemporaryFolder folder;
  json manifest = {{"metadata",
                    {{"dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json"},
                     {"dbt_version", "1.11.14"},
                     {"project_name", "shop"}}},
                   {"nodes", json::object()},
                   {"sources", json::object()},
                   {"macros", json::object()},
                   {"docs", json::object()},
                   {"disabled", json::object()},
                   {"parent_map", json::object()},
                   {"child_map", json::object()}};

  Shop() { write("dbt_project.yml", "name: shop\n"); }

  void write(std::string_view path, std::string_view text) const { folder.write(path, text); }
  void remove(std::string_view path) const { fs::remove(folder.path() / path); }

  static json record(const std::string& type, const std::string& path, const std::string& checksum,
                     const std::string& checksum_name) {
    const std::string name = fs::path(path).stem().string();
    return {{"unique_id", type + ".shop." + name},
            {"resource_type", type},
            {"name", name},
            {"package_name", "shop"},
            {"path", path},
            {"original_file_path", path},
            {"fqn", {"shop", name}},
            {"checksum", {{"name", checksum_name}, {"checksum", checksum}}},
            {"depends_on", {{"nodes", json::array()}, {"macros", json::array()}}},
            {"config", {{"enabled", true}}}};
  }
  json& node(const std::string& type, const std::string& path, const std::string& checksum,
             const std::string& checksum_name = "sha256") {
    json& place = manifest["nodes"][type + ".shop." + fs::path(path).stem().string()];
    place = record(type, path, checksum, checksum_name);
    return place;
  }
  // A file with its node, as dbt 1.5 to 1.11 would have parsed it.
  void file(const std::string& type, const std::string& path, std::string_view text) {
    write(path, text);
    node(type, path, sha256(stripped(text)));
  }
  void macro(const std::string& name, const std::string& path, const std::string& text) {
    manifest["macros"]["macro.shop." + name] = {{"unique_id", "macro.shop." + name},
                                                {"resource_type", "macro"},
                                                {"name", name},
                                                {"package_name", "shop"},
                                                {"original_file_path", path},
                                                {"macro_sql", text},
                                                {"depends_on", {{"macros", json::array()}}}};
  }
  FileChanges compare() const {
    write("target/manifest.json", manifest.dump());
    return ::compare(folder.path(), folder.path() / "target/manifest.json");
  }
};

void check_fresh(const FileChanges& changes) {
  CHECK(changes.not_compared == "");
  CHECK(changes.changed == Strings{});
  CHECK(changes.added == Strings{});
  CHECK(changes.gone == Strings{});
}

}  // namespace

TEST_CASE("freshness: the right lists after files were changed, added and removed") {
  Shop shop;
  shop.file("model", "models/a.sql", "select 1\n");
  shop.file("model", "models/b.py", "def model(dbt, session):\n    return 1\n");
  shop.file("seed", "seeds/s.csv", "id\n1\n");
  shop.file("test", "tests/t.sql", "select 1 where false");
  shop.file("analysis", "analyses/x.sql", "select 2");
  check_fresh(shop.compare());
  CHECK(shop.compare().compared == 5);
  CHECK_FALSE(shop.compare().any());

  shop.write("models/a.sql", "select 2\n");
  shop.write("seeds/s.csv", "id\n1\n2\n");
  shop.write("models/new/n.sql", "select 3");
  shop.write("seeds/more.CSV", "id\n");
  shop.remove("tests/t.sql");
  const FileChanges changes = shop.compare();
  CHECK(changes.any());
  CHECK(changes.changed == Strings{"models/a.sql", "seeds/s.csv"});
  CHECK(changes.added == Strings{"models/new/n.sql", "seeds/more.CSV"});
  CHECK(changes.gone == Strings{"tests/t.sql"});
}

TEST_CASE("freshness: every dbt version's checksum is understood, with any line ends and a byte order mark") {
  const std::string text =
      "\n  select\t1,\r\n\r\n  'x'\xC2\xA0"
      "as y\n\n";
  const std::string single = "select 1, 'x' as y";
  const std::string unix_text =
      "\n  select\t1,\n\n  'x'\xC2\xA0"
      "as y\n\n";
  const std::string marked = "\xEF\xBB\xBF" + text;
  ChecksumMatcher matcher;
  const auto matches = [&](std::string_view file, const std::string& hashed) {
    const std::string checksum = sha256(hashed);
    const std::array<std::string_view, 2> checksums = {"0", checksum};
    return matcher.matches(file, checksums);
  };
  CHECK(stripped(text) ==
        "select\t1,\r\n\r\n  'x'\xC2\xA0"
        "as y");
  CHECK(with_single_blanks(text) == single);
  CHECK(matches(text, text));                              // 1.0 to 1.4
  CHECK(matches(text, std::string(stripped(text))));       // 1.5 to 1.11
  CHECK(matches(text, single));                            // 1.12, 2.x
  CHECK(matches(text, std::string(stripped(unix_text))));  // a seed in 1.12
  CHECK(matches(text, marked));                            // the mark was read as text
  CHECK(matches(text, "\xEF\xBB\xBF " + single));          // … and then normalised
  CHECK(matches(unix_text,
                "\r\n  select\t1,\r\n\r\n  'x'\xC2\xA0"
                "as y\r\n\r\n"));  // checked out on Windows
  CHECK(matches(text, text));
  CHECK(matches("", ""));
  CHECK_FALSE(matches(text, "select 1, 'x' as z"));
  CHECK_FALSE(matches(text, "select1,'x'asy"));
  CHECK_FALSE(matches("", "x"));
}

TEST_CASE("freshness: blanks are Python's") {
  CHECK(stripped("\x1c\x1f \t\n\v\f\r x \xE3\x80\x80\xE2\x80\xA8\xC2\x85\xE1\x9A\x80") == "x");
  CHECK(stripped("\xEF\xBB\xBF x") == "\xEF\xBB\xBF x");                        // U+FEFF is none
  CHECK(stripped("\xE2\x80\x8Bx\xE2\x80\x8B") == "\xE2\x80\x8Bx\xE2\x80\x8B");  // nor is U+200B
  CHECK(stripped(" \n") == "");
  CHECK(stripped("\x80 x \xA0") == "\x80 x \xA0");  // broken UTF-8 is no blank
  CHECK(with_single_blanks(" a \xE2\x80\x83\n b\r\n") == "a b");
  CHECK(with_single_blanks("\n") == "");
}

TEST_CASE("freshness: a macro's text must still be in its file") {
  Shop shop;
  const std::string one = "{% macro one(x) %}\n  {{ x }}\n{% endmacro %}";
  const std::string two = "{%- test two(model) -%} select 1 {%- endtest -%}";
  shop.write("macros/m.sql", "-- a note\n" + one + "\n");
  shop.write("tests/generic/g.sql", two);
  shop.macro("one", "macros/m.sql", one);
  shop.macro("test_two", "tests/generic/g.sql", two);
  check_fresh(shop.compare());
  shop.write("macros/m.sql", "-- another note\n\n{% macro   one(x) %}\r\n{{ x }}\r\n{% endmacro %}");
  check_fresh(shop.compare());
  shop.write("macros/m.sql", "{% macro one(x) %}{{ x + 1 }}{% endmacro %}");
  shop.remove("tests/generic/g.sql");
  const FileChanges changes = shop.compare();
  CHECK(changes.changed == Strings{"macros/m.sql"});
  CHECK(changes.gone == Strings{"tests/generic/g.sql"});
  shop.macro("one", "macros/m.sql", "-- sha256:0123");  // no text of dbt's
  CHECK(shop.compare().changed == Strings{});
}

TEST_CASE("freshness: what is defined in YAML is compared by existence only") {
  Shop shop;
  shop.write("models/schema.yml", "version: 2\n");
  shop.write("snapshots/snap.yml", "snapshots: []\n");
  shop.file("model", "models/a.sql", "select 1");
  shop.node("test", "models/schema.yml", "", "none");
  shop.node("snapshot", "snapshots/snap.yml", sha256("an older text"));
  shop.manifest["sources"]["source.shop.raw.t"] = Shop::record("source", "models/sources.yml", "", "none");
  shop.manifest["sources"]["source.shop.raw.t"]["unique_id"] = "source.shop.raw.t";
  CHECK(shop.compare().changed == Strings{});
  CHECK(shop.compare().gone == Strings{"models/sources.yml"});
}

TEST_CASE("freshness: a seed above the size limit is compared by its path") {
  Shop shop;
  shop.write("seeds/big.csv", "id\n");
  shop.node("seed", "seeds/big.csv", "seeds/big.csv", "path");
  shop.file("model", "models/a.sql", "select 1");
  check_fresh(shop.compare());
  shop.remove("seeds/big.csv");
  CHECK(shop.compare().gone == Strings{"seeds/big.csv"});
}

TEST_CASE("freshness: a hook tells that dbt_project.yml changed, unless the Rust engine wrote its checksum") {
  Shop shop;
  shop.file("model", "models/a.sql", "select 1");
  shop.node("operation", "./dbt_project.yml", sha256("name: shop"));
  check_fresh(shop.compare());
  shop.write("dbt_project.yml", "name: shop\non-run-end: [\"select 2\"]\n");
  CHECK(shop.compare().changed == Strings{"dbt_project.yml"});
  shop.manifest["metadata"]["dbt_version"] = "2.0.0-beta.2";
  check_fresh(shop.compare());
}

TEST_CASE("freshness: the Rust engine's snapshots and unknown rules are left alone") {
  Shop shop;
  shop.file("model", "models/a.sql", "select 1");
  shop.write("snapshots/s.sql", "{% snapshot s %}select 1{% endsnapshot %}");
  shop.node("snapshot", "snapshots/s.sql", sha256("select 1"));
  CHECK(shop.compare().changed == Strings{"snapshots/s.sql"});
  shop.manifest["metadata"]["dbt_version"] = "2.0.0";
  check_fresh(shop.compare());
  shop.write("models/a.sql", "select 2");  // not one file fits: the rule is not known
  check_fresh(shop.compare());
  shop.file("model", "models/b.sql", "select 3");
  CHECK(shop.compare().changed == Strings{"models/a.sql"});
}

TEST_CASE("freshness: nodes that --defer took from another manifest are left alone") {
  Shop shop;
  shop.write("models/a.sql", "select 1");
  shop.node("model", "models/a.sql", sha256("select production"))["deferred"] = true;
  check_fresh(shop.compare());
}

TEST_CASE("freshness: several nodes of one file, and disabled ones") {
  Shop shop;
  const std::string text = "{% snapshot a %}{% endsnapshot %} {% snapshot b %}{% endsnapshot %}";
  shop.file("snapshot", "snapshots/two.sql", text);
  json second = Shop::record("snapshot", "snapshots/two.sql", sha256(text), "sha256");
  second["unique_id"] = "snapshot.shop.b";
  shop.manifest["nodes"]["snapshot.shop.b"] = second;
  shop.write("models/off.sql", "{{ config(enabled=false) }}");
  const json off = Shop::record("model", "models/off.sql", sha256("{{ config(enabled=false) }}"), "sha256");
  shop.manifest["disabled"]["model.shop.off"] = json::array({off});
  check_fresh(shop.compare());
  shop.write("models/off.sql", "{{ config(enabled=true) }}");
  shop.write("snapshots/two.sql", text + " ");
  CHECK(shop.compare().changed == Strings{"models/off.sql"});
}

TEST_CASE("freshness: files that dbt makes nothing of are no additions") {
  Shop shop;
  shop.file("model", "models/a.sql", "select 1");
  shop.write(".dbtignore", "scratch/\n*.tmp.sql\n");
  shop.write("models/scratch/x.sql", "select 1");
  shop.write("models/x.tmp.sql", "select 1");
  shop.write("models/.x.sql", "select 1");
  shop.write("models/#x.sql", "select 1");
  shop.write("models/~x.sql", "select 1");
  shop.write("models/.ipynb_checkpoints/x.sql", "select 1");
  shop.write("models/empty.sql", " \n");
  shop.write("models/notes.txt", "x");
  shop.write("models/x.sql.bak", "select 1");
  shop.write("models/schema.yml", "version: 2");
  shop.write("macros/notes.sql", "{# {% macro no() %}{% endmacro %} #} -- nothing");
  shop.write("macros/set.sql", "{% set macro = 1 %}");
  shop.write("snapshots/notes.sql", "select 1");
  shop.write("tests/fixtures/f.sql", "select 1");
  shop.write("tests/generic/notes.sql", "select 1");
  shop.write("dbt_packages/p/models/x.sql", "select 1");
  shop.write("target/run/shop/models/x.sql", "select 1");
  shop.write("elsewhere/x.sql", "select 1");
  check_fresh(shop.compare());
  shop.write("macros/m.sql", "{# note #}{%- macro yes() %}{% endmacro %}");
  shop.write("tests/generic/g.sql", "{%   test yes(model) %}{% endtest %}");
  shop.write("tests/deep/t.sql", "select 1");
  shop.write("snapshots/s.sql", "{% snapshot s %}select 1{% endsnapshot %}");
  shop.write("functions/f.sql", "select 1");
  CHECK(shop.compare().added ==
        Strings{"functions/f.sql", "macros/m.sql", "snapshots/s.sql", "tests/deep/t.sql", "tests/generic/g.sql"});
  shop.manifest["metadata"]["dbt_version"] = "1.10.0";  // had no functions yet
  CHECK(shop.compare().added.front() == "macros/m.sql");
}

TEST_CASE("freshness: the project as one folder for everything, its target and packages apart") {
  Shop shop;
  shop.write("dbt_project.yml",
             "name: shop\nmodel-paths: ['.']\ntarget-path: out\npackages-install-path: vendor/dbt\n");
  shop.file("model", "a.sql", "select 1");
  shop.write("vendor/dbt/p/x.sql", "select 1");
  shop.write("out/x.sql", "select 1");
  shop.write("target/x.sql", "select 1");
  shop.write("other/x.sql", "select 1");
  CHECK(shop.compare().added == Strings{"other/x.sql"});
}

TEST_CASE("freshness: links in a loop, pipes and broken links do not hang it") {
  Shop shop;
  shop.file("model", "models/a.sql", "select 1");
  shop.file("model", "models/pipe.sql", "select 1");
  shop.file("model", "models/gone.sql", "select 1");
  shop.remove("models/pipe.sql");
  shop.remove("models/gone.sql");
  REQUIRE(mkfifo((shop.folder.path() / "models/pipe.sql").c_str(), 0600) == 0);
  REQUIRE(mkfifo((shop.folder.path() / "models/other_pipe.sql").c_str(), 0600) == 0);
  fs::create_directory_symlink(shop.folder.path() / "models", shop.folder.path() / "models/loop");
  fs::create_symlink("gone.sql", shop.folder.path() / "models/gone.sql");
  const FileChanges changes = shop.compare();
  CHECK(changes.changed == Strings{});
  CHECK(changes.added == Strings{});
}

TEST_CASE("freshness: paths from Windows, and paths that lead out of the project") {
  Shop shop;
  shop.file("model", "models/deep/a.sql", "select 1");
  shop.manifest["nodes"]["model.shop.a"]["original_file_path"] = "models\\deep\\a.sql";
  check_fresh(shop.compare());
  CHECK(shop.compare().compared == 1);
  for (const std::string_view path : {"/etc/none.sql", "../none.sql", "models/../../none.sql", "C:\\x\\none.sql", "",
                                      "from remote system", "no_suffix"}) {
    CAPTURE(path);
    shop.node("test", "tests/odd.sql", sha256("x"))["original_file_path"] = path;
    check_fresh(shop.compare());
  }
  shop.write("models/deep/a.sql", "select 2");
  CHECK(shop.compare().changed == Strings{"models/deep/a.sql"});
}

TEST_CASE("freshness: packages' files are not looked at") {
  Shop shop;
  shop.file("model", "models/a.sql", "select 1");
  shop.node("model", "models/p.sql", sha256("x"))["package_name"] = "other";
  check_fresh(shop.compare());
}

TEST_CASE("freshness: off where the files are not there or are another project's") {
  Shop shop;
  shop.node("model", "models/a.sql", sha256("select 1"));
  CHECK(shop.compare().not_compared == "none of the manifest's files are there");
  CHECK_FALSE(shop.compare().any());
  shop.write("dbt_project.yml", "name: other\n");
  CHECK(shop.compare().not_compared == "the manifest is of the project shop, the files are of other");
  Warnings warnings;
  auto read = read_manifest(shop.folder.path() / "target/manifest.json", warnings);
  REQUIRE(read.has_value());
  const auto project = Project::build(*std::move(read), warnings);
  REQUIRE(project.has_value());
  CHECK(compare_with_files(*project, Location{}).not_compared == "the project's folder is not known");
}

TEST_CASE("freshness: what the user is told") {
  Location location;
  location.manifest = "target/manifest.json";
  FileChanges changes;
  changes.changed = {"models/a.sql", "models/b.sql"};
  changes.added = {"models/\x1b[31mc.sql"};
  changes.gone = {"seeds/d.csv"};
  const Warning warning = older_than_files_warning(changes, location);
  CHECK(warning.code == "manifest-older-than-files");
  CHECK(to_text(warning, false) ==
        "target/manifest.json is older than the project's files: 2 changed, 1 added, 1 gone: models/a.sql, "
        "models/b.sql, models/\\x1b[31mc.sql, … [manifest-older-than-files]\n"
        "  run `dbt parse`, then try again");
  CHECK(warning.detail ==
        Strings{"changed models/a.sql", "changed models/b.sql", "added   models/\x1b[31mc.sql", "gone    seeds/d.csv"});
  changes = {};
  changes.gone = {"seeds/d.csv"};
  const Error error = older_than_files_error(changes, location);
  CHECK(error.status == ExitStatus::kInput);
  CHECK(to_text(error) ==
        "target/manifest.json: older than the project's files: 1 gone: seeds/d.csv\n"
        "  run `dbt parse`, then try again");
}

TEST_CASE("freshness: projects whose manifest the real dbt wrote are fresh, and not after a change") {
  const fs::path shared = shared_or_skip("freshness of real projects");
  if (shared.empty()) return;
  for (const std::string_view name : {"big_features", "snowplow_unified_demo"}) {
    CAPTURE(name);
    const fs::path oracle = shared / "oracle" / name;
    const FileChanges fresh = compare(oracle / "project", oracle / "target/manifest.json");
    check_fresh(fresh);
    CHECK(fresh.compared >= 5);
  }
  const fs::path oracle = shared / "oracle/big_features";
  const TemporaryFolder folder;
  const fs::path copy = folder.path() / "project";
  fs::copy(oracle / "project", copy, fs::copy_options::recursive);
  fs::permissions(copy, fs::perms::owner_all);
  const auto compare_copy = [&] { return compare(copy, oracle / "target/manifest.json"); };
  check_fresh(compare_copy());
  const fs::path macro = copy / "macros/cents_to_dollars.sql";
  const std::string macro_text = read_text(macro);
  fs::remove(macro);
  CHECK(compare_copy().gone == Strings{"macros/cents_to_dollars.sql"});
  folder.write("project/macros/cents_to_dollars.sql", macro_text);
  check_fresh(compare_copy());
  folder.write("project/models/staging/stg_new.sql", "select 1");
  folder.write("project/functions/double_it.sql", "x * 3");
  const FileChanges changes = compare_copy();
  CHECK(changes.added == Strings{"models/staging/stg_new.sql"});
  CHECK(changes.changed == Strings{"functions/double_it.sql"});
  CHECK(changes.gone == Strings{});
}

TEST_CASE("freshness: 5,000 small files take less than a second") {
  Shop shop;
  const std::string body(2'000, 'x');
  for (int i = 0; i < 5'000; ++i) {
    shop.file("model", fmt::format("models/d{}/m{}.sql", i % 50, i), fmt::format("select {} as {}\n", i, body));
  }
  shop.write("target/manifest.json", shop.manifest.dump());
  Warnings warnings;
  const auto nothing = [](std::string_view) { return std::optional<std::string>(); };
  const auto location = locate({.project_dir = shop.folder.path()}, nothing, warnings);
  REQUIRE(location.has_value());
  auto read = read_manifest(location->manifest, warnings);
  REQUIRE(read.has_value());
  const auto project = Project::build(*std::move(read), warnings);
  REQUIRE(project.has_value());
  // The best of several, as other work on the machine is no fault of this.
  std::chrono::duration<double> best(1e9);
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const FileChanges changes = compare_with_files(*project, *location);
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start));
    CHECK_FALSE(changes.any());
    CHECK(changes.compared == 5'000);
  }
  MESSAGE("5,000 files: " << best.count() * 1e3 << " ms");
  CHECK(best.count() < 1.0);
}
