#include "backfill/run_folder.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

#include "artifact/json.h"
#include "artifact/write_file.h"
#include "diagnostic/json_output.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kStateFile = "backfill.json";
constexpr int kVersion = 1;

Json window_json(const DrivenWindow& window) {
  return {{"package", window.package},
          {"state", window.state ? Json(static_cast<int>(*window.state)) : Json(nullptr)},
          {"lower_limit", to_text(window.lower_limit)},
          {"upper_limit", to_text(window.upper_limit)},
          {"reaches_now", window.reaches_now},
          {"no_data", window.no_data}};
}

Json run_json(const DrivenRun& run) {
  Json windows = Json::array();
  for (const DrivenWindow& window : run.windows) windows.push_back(window_json(window));
  return {{"number", run.number},
          {"result", to_string(run.result)},
          {"started", to_text(run.started)},
          {"finished", run.finished ? Json(to_text(*run.finished)) : Json(nullptr)},
          {"exit_status", run.exit_status ? Json(*run.exit_status) : Json(nullptr)},
          {"windows", windows},
          {"errors", run.errors}};
}

// The state file's values; what has not the shape that plowline writes is nothing.
std::optional<std::int64_t> number_in(const JsonText& object, std::string_view key) {
  const auto value = object.get(key);
  if (!value || value->kind() != JsonText::Kind::kNumber) return std::nullopt;
  const std::string text = value->scalar();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<std::string> text_in(const JsonText& object, std::string_view key) {
  const auto value = object.get(key);
  return value ? value->string() : std::nullopt;
}

std::optional<Instant> instant_in(const JsonText& object, std::string_view key) {
  const auto text = text_in(object, key);
  return text ? instant_from(*text) : std::nullopt;
}

std::optional<DrivenWindow> window_in(const JsonText& object) {
  const auto lower = instant_in(object, "lower_limit");
  const auto upper = instant_in(object, "upper_limit");
  const auto reaches_now = object.get("reaches_now");
  const auto no_data = object.get("no_data");
  if (!lower || !upper || !reaches_now || !no_data) return std::nullopt;
  DrivenWindow window{text_in(object, "package").value_or(""), {}, *lower, *upper, {}, {}};
  const auto state = number_in(object, "state");
  if (state && *state >= 1 && *state <= 4) window.state = static_cast<RunState>(*state);
  window.reaches_now = reaches_now->boolean().value_or(false);
  window.no_data = no_data->boolean().value_or(false);
  return window;
}

std::optional<DrivenRun> run_in(const JsonText& object) {
  const auto number = number_in(object, "number");
  const auto result = run_result_from(text_in(object, "result").value_or(""));
  const auto started = instant_in(object, "started");
  const auto windows = object.get("windows");
  if (!number || *number < 1 || !result || !started || !windows) return std::nullopt;
  DrivenRun run;
  run.number = static_cast<std::size_t>(*number);
  run.result = *result;
  run.started = *started;
  run.finished = instant_in(object, "finished");
  if (const auto status = number_in(object, "exit_status")) run.exit_status = static_cast<int>(*status);
  for (const JsonText& item : windows->items()) {
    auto window = window_in(item);
    if (!window) return std::nullopt;
    run.windows.push_back(std::move(*window));
  }
  if (const auto errors = object.get("errors")) run.errors = errors->strings();
  return run;
}

struct KeptState {
  BackfillIdentity identity;
  std::vector<DrivenRun> runs;
};

std::optional<KeptState> state_in(const JsonText& document) {
  const auto identity = document.get("identity");
  const auto runs = document.get("runs");
  if (number_in(document, "version") != kVersion || !identity || !runs) return std::nullopt;
  KeptState state;
  for (const auto& [name, value] : identity->members()) state.identity.emplace_back(name, value.scalar());
  for (const JsonText& item : runs->items()) {
    auto run = run_in(item);
    if (!run || (!state.runs.empty() && run->number <= state.runs.back().number)) return std::nullopt;
    if (run->result == RunResult::kRunning) run->result = RunResult::kInterrupted;
    state.runs.push_back(std::move(*run));
  }
  return state;
}

Result<KeptState> read_state(const fs::path& file) {
  const auto bytes = FileBytes::read(file);
  if (!bytes) return std::unexpected(bytes.error());
  const auto document = check({bytes->text()});
  auto state = document ? state_in(*document) : std::nullopt;
  if (state) return std::move(*state);
  return input_error(
      file.string(), {}, "this is no record of a backfill that this plowline can read",
      "start anew with --restart: it moves the folder's files aside, and changes nothing in the warehouse");
}

std::string shortened(const std::string& value) {
  constexpr std::size_t kMost = 200;
  const std::string text = printable(value);
  if (text.empty()) return "none";
  return text.size() <= kMost ? text : text.substr(0, kMost) + "…";
}

// What differs first, for a person.
Result<void> check_same(const fs::path& folder, const BackfillIdentity& before, const BackfillIdentity& now) {
  for (const auto& [name, value] : now) {
    const auto other = std::ranges::find(before, name, [](const auto& part) { return part.first; });
    const std::string old = other == before.end() ? "" : other->second;
    if (old == value) continue;
    return usage_error(fmt::format("the runs in {} are of another backfill: {} was {}, and is {} now",
                                   printable(folder.string()), name, shortened(old), shortened(value)),
                       "give what was given before to go on with it; or start anew with --restart, which keeps the old "
                       "logs and changes nothing in the warehouse; or keep this one elsewhere with --log-dir DIR");
  }
  return {};
}

std::unexpected<Error> cannot_use(const fs::path& folder, const std::error_code& error) {
  return input_error(folder.string(), {}, fmt::format("cannot be used for the runs' logs: {}", error.message()),
                     "name another folder with --log-dir DIR");
}

bool is_of_a_backfill(const fs::path& file) {
  const std::string name = file.filename().string();
  return name == kStateFile || (name.starts_with("run_") && (name.ends_with(".jsonl") || name.ends_with(".txt")));
}

// Moves what an earlier backfill left into a folder of its own.
Result<void> move_aside(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (is_of_a_backfill(entry->path())) files.push_back(entry->path());
  }
  if (error) return cannot_use(folder, error);
  if (files.empty()) return {};
  fs::path aside;
  for (int i = 1; aside.empty() || fs::exists(aside, error); ++i) aside = folder / fmt::format("earlier_{}", i);
  if (!fs::create_directory(aside, error)) return cannot_use(aside, error);
  for (const fs::path& file : files) {
    fs::rename(file, aside / file.filename(), error);
    if (error) return cannot_use(file, error);
  }
  return {};
}

}  // namespace

Result<RunFolder> RunFolder::open(fs::path folder, BackfillIdentity identity, bool restart) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return cannot_use(folder, error);
  RunFolder opened;
  opened.folder_ = std::move(folder);
  opened.identity_ = std::move(identity);
  const fs::path file = opened.folder_ / kStateFile;
  if (restart) {
    if (auto moved = move_aside(opened.folder_); !moved) return std::unexpected(std::move(moved.error()));
  } else if (fs::exists(file, error)) {
    auto state = read_state(file);
    if (!state) return std::unexpected(std::move(state.error()));
    if (auto same = check_same(opened.folder_, state->identity, opened.identity_); !same)
      return std::unexpected(std::move(same.error()));
    opened.runs_ = std::move(state->runs);
  }
  return opened;
}

fs::path RunFolder::log_file(std::size_t number) const {
  return folder_ / fmt::format("run_{:04}.jsonl", number);
}

fs::path RunFolder::error_file(std::size_t number) const {
  return folder_ / fmt::format("run_{:04}.stderr.txt", number);
}

Result<void> RunFolder::keep(const DrivenRun& run) {
  const auto known = std::ranges::find(runs_, run.number, &DrivenRun::number);
  if (known == runs_.end()) {
    runs_.push_back(run);
  } else {
    *known = run;
  }
  Json identity = Json::object();
  for (const auto& [name, value] : identity_) identity[name] = value;
  Json runs = Json::array();
  for (const DrivenRun& kept : runs_) runs.push_back(run_json(kept));
  return write_file(folder_ / kStateFile,
                    document_text({{"version", kVersion}, {"identity", identity}, {"runs", runs}}));
}

std::string folder_name(const std::vector<std::string>& models) {
  constexpr std::size_t kLongest = 200;
  std::string name;
  for (const std::string& model : models) {
    if (!name.empty()) name += '+';
    for (const char c : model) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                         c == '-' || (c == '.' && !name.empty());
      name += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return name.substr(0, kLongest);
}

}  // namespace plowline
