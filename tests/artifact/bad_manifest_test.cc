// Files that are no manifest, or a broken one: always one clear error, never a crash, never half a result.
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/file.h"
#include "artifact/manifest.h"
#include "support/support.h"

using namespace plowline;
namespace fs = std::filesystem;

namespace {

const std::string kRealPath = "corpus/manifests/fivetran__dbt_netsuite/docs/manifest.json";

Error refused(std::string_view text) {
  Warnings warnings;
  const auto manifest = read_manifest(FileBytes::copy_of(text, "manifest.json"), warnings);
  if (manifest) FAIL("was read: " << text.substr(0, 200));
  CHECK(manifest.error().status == ExitStatus::kInput);
  CHECK(manifest.error().file == "manifest.json");
  CHECK_FALSE(manifest.error().next_step.empty());
  return manifest.error();
}

// A small manifest whose records have something of everything, and no blank at its end.
const std::string kSmall =
    R"({"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json","project_name":"shop"},)"
    R"("nodes":{"model.shop.a":{"name":"a","fqn":["shop","a"],"tags":[],"depends_on":{"nodes":["model.shop.b"]},)"
    R"("config":{"enabled":true,"meta":{"x":[1,2.5,null]}},"raw_code":"select \"a\\u00e9\"\nfrom b"},)"
    R"("model.shop.b":{"name":"b"}},"macros":{"macro.shop.m":{"name":"m"}},"parent_map":{"a":["b"]}})";

}  // namespace

TEST_CASE("an empty file, and one of blanks only") {
  for (const std::string text : {"", " ", "\n\n\r\n\t ", "\xEF\xBB\xBF", "\xEF\xBB\xBF \n"}) {
    CAPTURE(text);
    CHECK(refused(text).reason == "the file is empty");
  }
}

TEST_CASE("a missing file and a directory") {
  const testing::TemporaryFolder folder;
  Warnings warnings;
  CHECK(read_manifest(folder.path() / "manifest.json", warnings).error().reason == "there is no such file");
  CHECK(read_manifest(folder.path(), warnings).error().reason == "is a directory, not a file");
}

TEST_CASE("a manifest that is cut off anywhere is an error inside the file") {
  const auto cut_everywhere = [](const std::string& text, std::size_t positions) {
    const std::size_t last = text.find_last_of('}');
    for (std::size_t i = 0; i < positions; ++i) {
      const std::size_t length = last * i / positions + (i + 1 == positions ? last - last * i / positions : 0);
      CAPTURE(length);
      Warnings warnings;
      const auto manifest = read_manifest(FileBytes::copy_of(std::string_view(text).substr(0, length), "m"), warnings);
      REQUIRE_FALSE(manifest);
      REQUIRE(manifest.error().status == ExitStatus::kInput);
      REQUIRE_FALSE(manifest.error().reason.empty());
      if (length > 3) {  // not the empty file, also with a byte order mark
        REQUIRE(manifest.error().position.offset);
        REQUIRE(*manifest.error().position.offset <= length);
      }
    }
  };
  SUBCASE("a small one at every byte") {
    cut_everywhere(kSmall, kSmall.size());
    cut_everywhere("\xEF\xBB\xBF" + kSmall, kSmall.size() + 3);
  }
  SUBCASE("a real one at 2,000 places") {
    const fs::path shared = testing::shared_or_skip("a real manifest cut off at 2,000 places");
    if (shared.empty()) return;
    cut_everywhere(testing::read_text(shared / kRealPath), 2000);
  }
  SUBCASE("the message") {
    CHECK(refused(kSmall.substr(0, kSmall.size() - 1)).reason ==
          "the JSON text ends before it is complete: the file is cut off or damaged");
    const Error in_string = refused(kSmall.substr(0, kSmall.find("from b")));
    CHECK(in_string.reason == "a string has no closing quote: the file is cut off or damaged");
    CHECK(in_string.next_step == "let dbt write it again (dbt parse), and wait until dbt has ended");
  }
}

TEST_CASE("what is not JSON") {
  for (const std::string_view text : {"hello", "version: 2\nmodels:\n  - name: x\n", "<!DOCTYPE html><html></html>",
                                      "{'a': 1}", "{a: 1}", "\x1f\x8b\x08", "nodes", "-", "# a comment\n{}",
                                      "PK\x03\x04", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"}) {
    CAPTURE(text);
    const Error error = refused(text);
    CHECK((error.reason == "this is not JSON" || error.reason == "the text is not valid UTF-8" ||
           error.reason == "the JSON text ends before it is complete: the file is cut off or damaged"));
    REQUIRE(error.position.offset);
    CHECK(*error.position.offset <= text.size());
  }
  CHECK(refused("hello").reason == "this is not JSON");
  CHECK(refused("<!DOCTYPE html><html></html>").reason == "this is not JSON");
  CHECK(refused("version: 2\nmodels:\n  - name: x\n").reason == "this is not JSON");
}

TEST_CASE("JSON that is no object") {
  CHECK(refused("[]").reason == "expected a JSON object, found an array");
  CHECK(refused("  [{\"nodes\":{}}]").position.offset == 2);
  CHECK(refused("\"text\"").reason == "expected a JSON object, found a string");
  CHECK(refused("12").reason == "expected a JSON object, found a number");
  CHECK(refused("null").reason == "expected a JSON object, found null");
  CHECK(refused("{}").reason == "this is JSON, but not a manifest.json of dbt: it has no `nodes`");
  CHECK(refused(R"({"name":"package.json"})").reason ==
        "this is JSON, but not a manifest.json of dbt: it has no `nodes`");
}

TEST_CASE("more than one document") {
  for (const std::string& behind : {std::string("{}"), "\n" + kSmall, std::string("garbage"), std::string("}"),
                                    std::string(","), std::string(" ]"), std::string("\n\n0")}) {
    CAPTURE(behind);
    const Error error = refused(kSmall + behind);
    CHECK(error.reason == "something follows the end of the JSON object");
    CHECK(error.position.offset == kSmall.size() + behind.find_first_not_of(" \n"));
  }
  CHECK(refused("{\"nodes\":{}}\n{\"nodes\":{}}\n").position.offset == 13);
}

TEST_CASE("blanks behind the object are fine") {
  Warnings warnings;
  CHECK(read_manifest(FileBytes::copy_of(kSmall + " \r\n\t\n", "m"), warnings));
}

TEST_CASE("conflict markers of a merge") {
  const std::string markers = "<<<<<<< HEAD\n";
  CHECK(refused(markers + kSmall).reason == "this is not JSON");
  CHECK(refused(markers + kSmall).position.offset == 0);
  for (const std::string_view before : {"\"nodes\"", "\"model.shop.b\"", "\"fqn\"", "\"macros\"", "\"parent_map\""}) {
    CAPTURE(before);
    std::string text = kSmall;
    const std::size_t at = text.find(before);
    text.insert(at, "\n" + markers);
    const Error error = refused(text);
    CHECK(error.reason == "this is not JSON");
    REQUIRE(error.position.offset);
    CHECK(*error.position.offset >= at);
    CHECK(*error.position.offset <= at + markers.size() + 1);
  }
  const fs::path shared = testing::shared_or_skip("a manifest with conflict markers");
  if (shared.empty()) return;
  Warnings warnings;
  const auto manifest = read_manifest(
      shared / "corpus/manifests/dbt-labs__dbt-core/tests/functional/artifacts/data/state/v7@17037dad32/manifest.json",
      warnings);
  REQUIRE_FALSE(manifest);
  CHECK(manifest.error().reason == "this is not JSON");
}

TEST_CASE("another artifact is called by its name") {
  const auto with_schema = [](std::string_view schema) {
    return fmt::format(
        R"({{"metadata":{{"dbt_schema_version":"https://schemas.getdbt.com/dbt/{}.json"}},"nodes":{{}}}})", schema);
  };
  CHECK(to_text(refused(with_schema("catalog/v1"))) ==
        "manifest.json: at $.metadata.dbt_schema_version: this is dbt's catalog.json, not a manifest.json\n"
        "  name the manifest.json that dbt wrote beside it");
  CHECK(refused(with_schema("run-results/v6")).reason == "this is dbt's run_results.json, not a manifest.json");
  CHECK(refused(with_schema("sources/v3")).reason == "this is dbt's sources.json, not a manifest.json");

  SUBCASE("also where it says so only after something that no manifest has") {
    CHECK(refused(R"({"nodes":"none","metadata":{"dbt_schema_version":"x/dbt/catalog/v1.json"}})").reason ==
          "this is dbt's catalog.json, not a manifest.json");
  }
  SUBCASE("by its members where it does not say so") {
    CHECK(refused(R"({"results":[],"args":{}})").reason == "this is dbt's run_results.json, not a manifest.json");
    CHECK(refused(R"({"nodes":{"model.a.x":{"metadata":{},"columns":{},"unique_id":"model.a.x"}},"sources":{}})")
              .reason == "this is dbt's catalog.json, not a manifest.json");
    CHECK(refused(R"({"semantic_models":[{"name":"x"}],"metrics":[],"project_configuration":{},"saved_queries":[]})")
              .reason == "this is dbt's semantic_manifest.json, not a manifest.json");
  }
  SUBCASE("real ones") {
    const fs::path shared = testing::shared_or_skip("other artifacts of real projects");
    if (shared.empty()) return;
    std::size_t tried = 0;
    for (const fs::path& root : {shared / "corpus" / "manifests", shared / "oracle"}) {
      for (const auto& entry : fs::recursive_directory_iterator(root)) {
        const std::string name = entry.path().filename().string();
        if (name != "catalog.json" && name != "run_results.json" && name != "sources.json" &&
            name != "semantic_manifest.json")
          continue;
        CAPTURE(entry.path());
        Warnings warnings;
        const auto manifest = read_manifest(entry.path(), warnings);
        REQUIRE_FALSE(manifest);
        CHECK(manifest.error().reason == fmt::format("this is dbt's {}, not a manifest.json", name));
        ++tried;
      }
    }
    CHECK(tried > 15);
  }
}

TEST_CASE("a record without a unique_id is an error, wherever it stands") {
  const std::string text = R"({"metadata":{},"macros":{},"disabled":[{"unique_id":"model.a.x"},{"name":"y"}]})";
  const Error error = refused(text);
  CHECK(error.reason == "this record has no unique_id");
  CHECK(error.position.path == "$.disabled[1]");
  CHECK(error.position.offset == text.find(R"({"name")"));
  for (const std::string_view part : {"nodes", "sources", "exposures", "metrics", "unit_tests", "functions", "macros",
                                      "docs", "groups", "semantic_models", "saved_queries"}) {
    CAPTURE(part);
    CHECK(refused(fmt::format(R"({{"{}":[{{"name":"x"}}]}})", part)).position.path == fmt::format("$.{}[0]", part));
  }
}

TEST_CASE("members of a wrong type: path, byte, reason") {
  struct Case {
    std::string record;  // of model.shop.x
    std::string path;    // behind the record's own
    std::string reason;
  };
  const std::vector<Case> cases{
      {R"("unique_id":@7)", ".unique_id", "expected a string, found a number"},
      {R"("resource_type":@["model"])", ".resource_type", "expected a string, found an array"},
      {R"("name":@{"a":1})", ".name", "expected a string, found an object"},
      {R"("package_name":@true)", ".package_name", "expected a string, found a boolean"},
      {R"("fqn":@{"a":"b"})", ".fqn", "expected an array of strings, found an object"},
      {R"("fqn":["a",@1])", ".fqn[1]", "expected a string, found a number"},
      {R"("tags":@5)", ".tags", "expected an array of strings, found a number"},
      {R"("tags":["a",@{"b":1}])", ".tags[1]", "expected a string, found an object"},
      {R"("depends_on":@["model.shop.y"])", ".depends_on", "expected an object, found an array"},
      {R"("depends_on":{"nodes":@{"a":1}})", ".depends_on.nodes", "expected an array of strings, found an object"},
      {R"("depends_on":{"nodes":["a","b",@[]]})", ".depends_on.nodes[2]", "expected a string, found an array"},
      {R"("depends_on":{"macros":@1.5})", ".depends_on.macros", "expected an array of strings, found a number"},
  };
  for (const auto& [record, path, reason] : cases) {
    CAPTURE(record);
    std::string text = R"({"metadata":{},"macros":{},"nodes":{"model.shop.x":{"alias":"é", )" + record + "}}}";
    const std::size_t at = text.find('@');
    text.erase(at, 1);
    const Error error = refused(text);
    CHECK(error.position.path == "$.nodes[\"model.shop.x\"]" + path);
    CHECK(error.position.offset == at);
    CHECK(error.reason == reason);
  }
  CHECK(refused(R"({"metadata":[],"nodes":{}})").position.path == "$.metadata");
  CHECK(refused(R"({"metadata":{"dbt_schema_version":12},"nodes":{}})").position.path ==
        "$.metadata.dbt_schema_version");
  CHECK(refused(R"({"metadata":{},"nodes":7})").reason == "expected an object or an array, found a number");
  CHECK(refused(R"({"metadata":{},"nodes":{"a":"b"}})").reason == "expected an object, found a string");
  CHECK(refused(R"({"metadata":{},"macros":{"a":{"depends_on":1}}})").position.path == "$.macros.a.depends_on");
}

TEST_CASE("text that is not UTF-8: the first wrong byte") {
  const auto wrong_at = [](std::size_t at, std::string_view bytes) {
    std::string text = kSmall;
    text.insert(at, bytes);
    return refused(text);
  };
  for (const std::string_view bytes :
       {"\xff", "\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x28\xa1", "\xc3"}) {
    for (std::size_t at = 1; at < kSmall.size(); at += 7) {
      if (kSmall[at - 1] == '\\') continue;  // would take the escape away from a quote
      const Error error = wrong_at(at, bytes);
      REQUIRE(error.reason == "the text is not valid UTF-8");
      REQUIRE(error.position.offset == at);
    }
  }
  CHECK(refused(kSmall + "\xff").position.offset == kSmall.size());
  CHECK(refused("\xEF\xBB\xBF" + kSmall + "\xff").position.offset == kSmall.size() + 3);
  CHECK(refused("\xff\xfe{\0}\0").position.offset == 0);  // UTF-16
  CHECK(refused(std::string(10000, '\x80')).position.offset == 0);
  CHECK(refused(std::string(9999, ' ') + "é" + std::string(5000, '\xbf')).position.offset == 10001);
}

TEST_CASE("a control character in a string") {
  const Error error = refused(R"({"metadata":{},"nodes":{"model.a.x":{"name":"two
lines"}}})");
  CHECK(error.reason == "a string holds an unescaped control character");
}

TEST_CASE("nesting 10,000 deep: skipped where nobody reads it, an error where somebody does") {
  const std::string deep = std::string(10000, '[') + std::string(10000, ']');
  Warnings warnings;
  const auto manifest =
      read_manifest(FileBytes::copy_of(R"({"metadata":{},"macros":{},"nodes":{"model.a.x":{"name":"x","surprise":)" +
                                           deep + R"(,"config":)" + deep + R"(,"tags":["t"]}}})",
                                       "m"),
                    warnings);
  REQUIRE(manifest);
  CHECK(manifest->nodes[0].tags[0] == "t");
  const auto config = check(manifest->nodes[0].config);
  REQUIRE_FALSE(config);
  CHECK(config.error().reason == "the values are nested more than 1000 deep");
  const Error error = refused(R"({"metadata":{},"nodes":{"model.a.x":{"name":"x","tags":)" + deep + "}}}");
  CHECK(error.position.path == "$.nodes[\"model.a.x\"].tags[0]");
  refused(std::string(1000000, '['));
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += R"({"nodes":)";
  refused(objects);
}

TEST_CASE("a manifest that is rewritten in place while it is read never gives half a result") {
  // file_test.cc has the reading; this is what the reader makes of a beginning that it may then see.
  const std::size_t half = kSmall.size() / 2;
  CHECK(refused(kSmall.substr(0, half)).position.offset == half);
  CHECK_FALSE(refused(kSmall.substr(0, half) + std::string(kSmall.size() - half, '\0')).reason.empty());
}
