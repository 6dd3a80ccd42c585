#include "lint/baseline.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "artifact/file.h"
#include "artifact/json.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::string_view kWriteAgain = "write it again: plowline lint --write-baseline";

struct BaselineRecord {
  std::string_view rule;
  std::string_view unique_id;
  std::string_view message;
  std::string_view fingerprint;
  std::string_view content;
};

struct BaselineFile {
  RawJson version;
  std::vector<BaselineRecord> findings;
};

const Shape& baseline_shape() {
  static const Shape entry({
      member<&BaselineRecord::rule>("rule"),
      member<&BaselineRecord::unique_id>("unique_id"),
      lenient(member<&BaselineRecord::message>("message")),
      member<&BaselineRecord::fingerprint>("fingerprint"),
      member<&BaselineRecord::content>("content"),
  });
  static const Shape shape({
      member<&BaselineFile::version>("plowline_baseline"),
      member<&BaselineFile::findings>("findings", entry),
  });
  return shape;
}

auto order_of(const BaselineEntry& entry) {
  return std::tie(entry.rule, entry.unique_id, entry.fingerprint);
}

std::string dumped(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Result<Baseline> read_baseline(const std::filesystem::path& file) {
  const auto bytes = FileBytes::read(file);
  if (!bytes) return std::unexpected(bytes.error());
  Arena arena;
  BaselineFile read;
  if (auto done = read_object(*bytes, baseline_shape(), &read, arena); !done) {
    return std::unexpected(std::move(done.error()));
  }
  if (read.version.bytes.empty()) {
    return input_error(bytes->name(), {}, "is no baseline of plowline: it has no plowline_baseline",
                       std::string(kWriteAgain));
  }
  if (read.version.bytes != std::to_string(kVersion)) {
    return input_error(bytes->name(), {}, "is of another version of plowline's baseline than this plowline writes",
                       std::string(kWriteAgain));
  }
  Baseline baseline;
  for (const BaselineRecord& record : read.findings) {
    baseline.entries.push_back({std::string(record.rule), std::string(record.unique_id), std::string(record.message),
                                std::string(record.fingerprint), std::string(record.content)});
  }
  std::ranges::sort(baseline.entries, {}, order_of);
  return baseline;
}

Baseline baseline_of(const std::vector<Finding>& findings) {
  Baseline baseline;
  for (const Finding& finding : findings) {
    baseline.entries.push_back({std::string(finding.rule), std::string(finding.unique_id), finding.message,
                                finding.fingerprint.text(), finding.content_fingerprint.text()});
  }
  std::ranges::sort(baseline.entries, {}, order_of);
  return baseline;
}

std::string to_text(const Baseline& baseline) {
  std::string text = "{\n  \"plowline_baseline\": " + std::to_string(kVersion) + ",\n  \"findings\": [";
  for (std::size_t i = 0; i < baseline.entries.size(); ++i) {
    const BaselineEntry& entry = baseline.entries[i];
    Json json = {{"rule", entry.rule},
                 {"unique_id", entry.unique_id},
                 {"message", entry.message},
                 {"fingerprint", entry.fingerprint}};
    if (!entry.content_fingerprint.empty()) json["content"] = entry.content_fingerprint;
    text += (i == 0 ? "\n    " : ",\n    ") + dumped(json);
  }
  text += baseline.entries.empty() ? "]\n}\n" : "\n  ]\n}\n";
  return text;
}

BaselineSplit split_by_baseline(std::vector<Finding> findings, const Baseline& baseline) {
  BaselineSplit split;
  std::vector<bool> used(baseline.entries.size());
  std::vector<bool> known(findings.size());
  const auto match = [&](auto key_of_entry, auto key_of_finding) {
    std::multimap<std::string_view, std::size_t> entries;
    for (std::size_t i = 0; i < baseline.entries.size(); ++i) {
      const std::string& key = key_of_entry(baseline.entries[i]);
      if (!used[i] && !key.empty()) entries.emplace(key, i);
    }
    for (std::size_t i = 0; i < findings.size(); ++i) {
      if (known[i]) continue;
      const auto found = entries.find(key_of_finding(findings[i]));
      if (found == entries.end()) continue;
      known[i] = used[found->second] = true;
      entries.erase(found);
    }
  };
  match([](const BaselineEntry& e) -> const std::string& { return e.fingerprint; },
        [](const Finding& f) { return f.fingerprint.text(); });
  match([](const BaselineEntry& e) -> const std::string& { return e.content_fingerprint; },
        [](const Finding& f) { return f.content_fingerprint.text(); });
  for (std::size_t i = 0; i < findings.size(); ++i) {
    (known[i] ? split.known : split.fresh).push_back(std::move(findings[i]));
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) split.fixed.push_back(baseline.entries[i]);
  }
  return split;
}

}  // namespace plowline
