// Every manifest of the shared corpus, read by plowline and by nlohmann::json, and compared field by field.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/manifest.h"
#include "support/support.h"

using namespace plowline;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::string_view kGraphParts[] = {"nodes",           "sources",       "exposures",  "metrics",
                                            "semantic_models", "saved_queries", "unit_tests", "functions"};

std::vector<fs::path> manifests(const fs::path& shared) {
  std::vector<fs::path> files;
  for (const fs::path& root : {shared / "corpus", shared / "oracle"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const std::string name = entry.path().filename().string();
      const bool broken = entry.path().string().find("state/v7@") != std::string::npos;  // conflict markers
      const bool like_another = entry.path().string().find("large/") != std::string::npos &&
                                entry.path().string().find("/state/") != std::string::npos;  // and big
      if (entry.path().extension() != ".json" || broken || like_another || name == "semantic_manifest.json") continue;
      if (name.find("manifest") != std::string::npos) files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

// What a member of each kind is worth, by dbt's meaning, from the other reader's value.
json member_of(const json& record, std::string_view key) {
  const auto found = record.find(key);
  return found == record.end() ? json() : *found;
}

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

std::vector<std::string> list_of(const json& value) {
  std::vector<std::string> list;
  if (value.is_string()) list.push_back(value.get<std::string>());
  if (value.is_array()) {
    for (const json& item : value) list.push_back(text_of(item));
  }
  return list;
}

bool same(std::string_view ours, const json& theirs) {
  return ours == text_of(theirs);
}
bool same(StringList ours, const json& theirs) {
  return std::ranges::equal(ours, list_of(theirs));
}
bool same(RawJson ours, const json& theirs) {
  return ours.empty() ? theirs.is_null() : json::parse(ours.bytes) == theirs;
}

// The first member in which they differ; empty where they do not.
std::string difference(const NodeRecord& node, const std::string& id, const json& record, bool look_into_raw) {
  const json depends_on = member_of(record, "depends_on");
  const json checksum = member_of(record, "checksum");
  if (node.unique_id != record.value("unique_id", id)) return "unique_id";
  if (node.resource_word != record.value("resource_type", id.substr(0, id.find('.')))) return "resource_type";
  const std::map<std::string_view, std::string_view NodeRecord::*> texts{
      {"name", &NodeRecord::name},
      {"package_name", &NodeRecord::package_name},
      {"path", &NodeRecord::path},
      {"original_file_path", &NodeRecord::original_file_path},
      {"patch_path", &NodeRecord::patch_path},
      {"alias", &NodeRecord::alias},
      {"database", &NodeRecord::database},
      {"schema", &NodeRecord::schema},
      {"identifier", &NodeRecord::identifier},
      {"relation_name", &NodeRecord::relation_name},
      {"source_name", &NodeRecord::source_name},
      {"access", &NodeRecord::access},
      {"group", &NodeRecord::group},
      {"language", &NodeRecord::language},
      {"column_name", &NodeRecord::column_name},
      {"attached_node", &NodeRecord::attached_node},
  };
  for (const auto& [key, member] : texts) {
    if (!same(node.*member, member_of(record, key))) return std::string(key);
  }
  if (!same(node.fqn, member_of(record, "fqn"))) return "fqn";
  if (!same(node.tags, member_of(record, "tags"))) return "tags";
  if (!same(node.depends_on.nodes, member_of(depends_on, "nodes"))) return "depends_on.nodes";
  if (!same(node.depends_on.macros, member_of(depends_on, "macros"))) return "depends_on.macros";
  if (checksum.is_object() && !same(node.checksum.name, member_of(checksum, "name"))) return "checksum.name";
  if (checksum.is_object() && !same(node.checksum.checksum, member_of(checksum, "checksum")))
    return "checksum.checksum";
  if (!look_into_raw) return "";
  const auto either = [&](std::string_view now, std::string_view before) {
    return record.contains(now) ? record[std::string(now)] : member_of(record, before);
  };
  const std::map<std::string_view, RawJson NodeRecord::*> raws{
      {"version", &NodeRecord::version},
      {"latest_version", &NodeRecord::latest_version},
      {"deprecation_date", &NodeRecord::deprecation_date},
      {"config", &NodeRecord::config},
      {"unrendered_config", &NodeRecord::unrendered_config},
      {"meta", &NodeRecord::meta},
      {"columns", &NodeRecord::columns},
      {"description", &NodeRecord::description},
      {"test_metadata", &NodeRecord::test_metadata},
      {"contract", &NodeRecord::contract},
      {"refs", &NodeRecord::refs},
  };
  for (const auto& [key, member] : raws) {
    if (!same(node.*member, member_of(record, key))) return std::string(key);
    if (!check(node.*member)) return std::string(key) + " (check)";
  }
  if (!same(node.raw_code, either("raw_code", "raw_sql"))) return "raw_code";
  if (!same(node.compiled_code, either("compiled_code", "compiled_sql"))) return "compiled_code";
  if (!same(node.whole, record)) return "the whole record";
  return "";
}

// The records of a member that is a map of records, a map of arrays of records, or an array of records.
std::vector<std::pair<std::string, const json*>> records_of(const json& manifest, std::string_view part) {
  std::vector<std::pair<std::string, const json*>> records;
  const auto found = manifest.find(part);
  if (found == manifest.end() || found->is_null()) return records;
  for (const auto& [key, value] : found->items()) {
    const std::string id = found->is_object() ? key : value.value("unique_id", "");
    if (value.is_array()) {
      for (const json& item : value) records.emplace_back(id, &item);
    } else {
      records.emplace_back(id, &value);
    }
  }
  return records;
}

}  // namespace

TEST_CASE("every manifest of the corpus is read as another JSON reader reads it") {
  const fs::path shared = testing::shared_or_skip("the corpus of real manifests");
  if (shared.empty()) return;
  const std::vector<fs::path> files = manifests(shared);
  CHECK(files.size() >= 33);
  std::set<int> versions;
  for (const fs::path& file : files) {
    CAPTURE(file);
    Warnings warnings;
    const auto manifest = read_manifest(file, warnings);
    if (!manifest) FAIL_CHECK(to_text(manifest.error()));
    if (!manifest) continue;
    CHECK(warnings.empty());
    versions.insert(manifest->schema_version);
    const json other = json::parse(testing::read_text(file));
    CHECK(same(manifest->metadata.dbt_version, member_of(other["metadata"], "dbt_version")));
    CHECK(same(manifest->metadata.project_name, member_of(other["metadata"], "project_name")));
    CHECK(same(manifest->metadata.project_id, member_of(other["metadata"], "project_id")));
    CHECK(same(manifest->metadata.adapter_type, member_of(other["metadata"], "adapter_type")));

    std::map<std::string, const json*> expected;
    for (const std::string_view part : kGraphParts) {
      for (const auto& [id, record] : records_of(other, part)) expected[id] = record;
    }
    // In a big file only some nodes are looked into: the other reader is slow.
    const std::size_t stride = manifest->file.text().size() > (4U << 20) ? 40 : 1;
    std::set<std::string_view> ids;
    for (std::size_t i = 0; i < manifest->nodes.size(); ++i) {
      const NodeRecord& node = manifest->nodes[i];
      const auto found = expected.find(std::string(node.unique_id));
      REQUIRE(found != expected.end());
      ids.insert(node.unique_id);
      const std::string differs = difference(node, found->first, *found->second, i % stride == 0);
      if (!differs.empty()) FAIL_CHECK(node.unique_id << ": " << differs);
    }
    CHECK(ids.size() == expected.size());
    CHECK(manifest->nodes.size() == expected.size());

    const auto disabled = records_of(other, "disabled");
    REQUIRE(manifest->disabled.size() == disabled.size());
    CHECK(manifest->macros.size() == records_of(other, "macros").size());
    CHECK(manifest->docs.size() == records_of(other, "docs").size());
    CHECK(manifest->groups.size() == records_of(other, "groups").size());
    for (const MacroRecord& macro : manifest->macros) {
      const json& record = other["macros"][std::string(macro.unique_id)];
      if (!same(macro.name, record["name"]) || !same(macro.package_name, record["package_name"]) ||
          !same(macro.macro_sql, member_of(record, "macro_sql")) ||
          !same(macro.depends_on.macros, member_of(member_of(record, "depends_on"), "macros")))
        FAIL_CHECK(macro.unique_id);
    }
  }
  for (const int version : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}) {
    CAPTURE(version);
    CHECK(versions.contains(version));
  }
}
