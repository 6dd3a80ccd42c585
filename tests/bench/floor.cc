// The floor under every reader of a manifest: read the file, let simdjson find its structure, and walk with On-Demand
// over the fields that plowline reads, building nothing. Prints the seconds of each step as one JSON object.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

namespace ondemand = simdjson::ondemand;

constexpr auto kRecordMaps =
    std::to_array<std::string_view>({"nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries",
                                     "unit_tests", "functions", "macros", "docs", "groups"});

constexpr auto kFields = std::to_array<std::string_view>({"unique_id",      "resource_type",
                                                          "name",           "package_name",
                                                          "path",           "original_file_path",
                                                          "patch_path",     "fqn",
                                                          "tags",           "alias",
                                                          "database",       "schema",
                                                          "identifier",     "relation_name",
                                                          "source_name",    "access",
                                                          "group",          "language",
                                                          "column_name",    "attached_node",
                                                          "depends_on",     "checksum",
                                                          "version",        "latest_version",
                                                          "config",         "unrendered_config",
                                                          "meta",           "columns",
                                                          "description",    "raw_code",
                                                          "raw_sql",        "compiled_code",
                                                          "compiled_sql",   "test_metadata",
                                                          "contract",       "refs",
                                                          "macro_sql",      "arguments",
                                                          "block_contents", "owner",
                                                          "nodes",          "macros"});

// Text is looked at only so far that the walk cannot be left out.
std::uint64_t seen = 0;

bool is_wanted(std::string_view key) {
  return std::ranges::find(kFields, key) != kFields.end();
}

// Which keys stand at which place differs little from record to record: what stood there last time is tried first.
class Guess {
 public:
  bool wanted(const char* key, std::size_t at) {
    if (at >= places_.size()) places_.resize(at + 1);
    auto& [last, answer] = places_[at];
    if (last.empty() || std::memcmp(key, last.data(), last.size()) != 0) {
      const std::string_view rest(key, 64);
      last = rest.substr(0, rest.find('"') + 1);
      answer = is_wanted(last.substr(0, last.size() - 1));
    }
    return answer;
  }

 private:
  std::vector<std::pair<std::string_view, bool>> places_;  // with the closing quote
};

bool walk_strings(ondemand::value value) {
  ondemand::array array;
  if (value.get_array().get(array)) return false;
  for (auto element : array) {
    ondemand::value item;
    if (std::move(element).get(item)) return false;
    seen += item.raw_json_token().size();
  }
  return true;
}

// A field of a record: lists are walked, `depends_on` and `checksum` are too, other objects are spans.
bool walk_field(ondemand::value value, std::string_view key, Guess& inner) {
  const std::string_view token = value.raw_json_token();
  seen += token.size();
  if (token[0] == '[' && key != "columns") return walk_strings(value);
  if (token[0] != '{') return true;
  ondemand::object object;
  if (value.get_object().get(object)) return false;
  if (key[0] != 'd' && !key.starts_with("che")) {
    std::string_view whole;
    return object.raw_json().get(whole) == simdjson::SUCCESS;
  }
  std::size_t at = 0;
  for (auto result : object) {
    ondemand::field field;
    if (std::move(result).get(field)) return false;
    if (inner.wanted(field.key().raw(), at++) && field.value().raw_json_token()[0] == '[' &&
        !walk_strings(field.value()))
      return false;
  }
  return true;
}

bool walk_records(ondemand::value value, Guess& guess, Guess& inner) {
  ondemand::object records;
  if (value.get_object().get(records)) return false;
  for (auto result : records) {
    ondemand::field entry;
    ondemand::object record;
    if (std::move(result).get(entry) || entry.value().get_object().get(record)) return false;
    std::size_t at = 0;
    for (auto member : record) {
      ondemand::field field;
      if (std::move(member).get(field)) return false;
      const char* key = field.key().raw();
      if (guess.wanted(key, at++) && !walk_field(field.value(), {key, 8}, inner)) return false;
    }
  }
  return true;
}

bool walk(ondemand::document& document) {
  ondemand::object top;
  if (document.get_object().get(top)) return false;
  for (auto result : top) {
    ondemand::field field;
    if (std::move(result).get(field)) return false;
    const std::string_view rest(field.key().raw(), 64);
    const std::string_view key = rest.substr(0, rest.find('"'));
    Guess guess;
    Guess inner;
    if (std::ranges::find(kRecordMaps, key) == kRecordMaps.end()) continue;
    if (field.value().raw_json_token()[0] == '{' && !walk_records(field.value(), guess, inner)) return false;
  }
  return true;
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool read_range(int file, char* target, std::size_t from, std::size_t to) {
  while (from < to) {
    const ssize_t n = pread(file, target + from, to - from, static_cast<off_t>(from));
    if (n <= 0) return false;
    from += static_cast<std::size_t>(n);
  }
  return true;
}

// The whole file, read by two threads as plowline does it.
std::string_view read_file(const char* name) {
  const int file = open(name, O_RDONLY | O_CLOEXEC);
  struct stat status{};
  if (file < 0 || fstat(file, &status) != 0) return {};
  const auto size = static_cast<std::size_t>(status.st_size);
  void* memory =
      mmap(nullptr, size + simdjson::SIMDJSON_PADDING, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return {};
  auto* data = static_cast<char*>(memory);
  bool second = false;
  std::thread helper([&] { second = read_range(file, data, size / 2, size); });
  const bool first = read_range(file, data, 0, size / 2);
  helper.join();
  return first && second ? std::string_view(data, size) : std::string_view();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} MANIFEST\n", argv[0]);
    return 2;
  }
  const double start = now();
  const std::string_view text = read_file(argv[1]);
  const double read = now();
  ondemand::parser parser;
  ondemand::document document;
  if (parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING).get(document)) return 3;
  const double indexed = now();
  if (!walk(document)) return 3;
  const double walked = now();
  fmt::print(R"({{"read": {:.6f}, "index": {:.6f}, "walk": {:.6f}, "whole": {:.6f}, "seen": {}}})"
             "\n",
             read - start, indexed - read, walked - indexed, walked - start, seen);
  std::fflush(stdout);
  _exit(0);
}
