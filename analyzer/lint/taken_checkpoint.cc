// dbt-checkpoint's hooks in .pre-commit-config.yaml.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <sstream>

#include "lint/checkpoint_hooks.h"
#include "lint/path_regex.h"
#include "lint/taken_config.h"

namespace plowline {
namespace {

// Flags that say where dbt's artifacts lie, or what the hook itself is to do:
// plowline finds these itself.
constexpr std::array<std::string_view, 5> kOwnFlags{"--manifest", "--catalog", "--config", "--is_test",
                                                    "--include-disabled"};

// What hooks that are no checks do.
std::string reason_of_other(std::string_view id) {
  if (id.starts_with("dbt-")) return "runs dbt; plowline reads the artifacts that dbt has written";
  if (id == "remove-script-semicolon" || id == "replace-script-table-names" || id == "unify-column-description") {
    return "changes files; the rule that finds the same is " +
           std::string(id == "remove-script-semicolon"      ? "trailing-semicolon"
                       : id == "replace-script-table-names" ? "hard-coded-reference"
                                                            : "column-description-consistent");
  }
  if (id.starts_with("generate-")) return "writes properties files";
  return "no rule of plowline is known for it";
}

using Values = std::map<std::string, std::vector<std::string>>;
using Words = std::vector<std::string>;

// The flags with their values, as argparse reads them.
Values arguments_of(const Words& words) {
  Values values;
  std::string flag;
  for (const std::string& word : words) {
    if (word == "--") break;
    const bool number = word.size() > 1 && word[1] >= '0' && word[1] <= '9';
    if (word.size() > 1 && word.starts_with('-') && !number) {
      const std::size_t equals = word.find('=');
      flag = word.substr(0, equals);
      values[flag];
      if (equals != std::string::npos) values[flag].push_back(word.substr(equals + 1));
    } else if (!flag.empty()) {
      values[flag].push_back(word);
    }
  }
  return values;
}

// Keys of a hook that say what plowline takes from it, or how pre-commit starts it.
constexpr std::array<std::string_view, 19> kHookKeys{"id",
                                                     "args",
                                                     "files",
                                                     "exclude",
                                                     "name",
                                                     "alias",
                                                     "description",
                                                     "entry",
                                                     "language",
                                                     "language_version",
                                                     "always_run",
                                                     "verbose",
                                                     "log_file",
                                                     "fail_fast",
                                                     "env",
                                                     "require_serial",
                                                     "pass_filenames",
                                                     "additional_dependencies",
                                                     "minimum_pre_commit_version"};
// The same for the file as a whole.
constexpr std::array<std::string_view, 7> kFileKeys{"repos",
                                                    "files",
                                                    "exclude",
                                                    "default_language_version",
                                                    "default_install_hook_types",
                                                    "fail_fast",
                                                    "minimum_pre_commit_version"};

constexpr std::string_view kNotNarrowed =
    "says when the hook runs and on which kinds of files; plowline lint looks at the whole project whenever it is "
    "called";

bool is_checkpoint(const std::string& repository) {
  return repository.find("dbt-checkpoint") != std::string::npos ||
         repository.find("pre-commit-dbt") != std::string::npos;
}

bool is_check(std::string_view id) {
  return std::ranges::find(checkpoint_hooks(), id, &CheckpointHook::id) != checkpoint_hooks().end();
}

Words words_of(const std::string& command) {
  std::istringstream in(command);
  return {std::istream_iterator<std::string>(in), {}};
}

class HookTaker {
 public:
  HookTaker(const PlacedValue& document, const PathPatterns& paths, TakenConfig& taken)
      : paths_(paths), taken_(taken), files_(pattern_in(document, "files")), exclude_(pattern_in(document, "exclude")) {
    report_keys("", document, kFileKeys);
  }

  // A hook of dbt-checkpoint's repository.
  void take(const PlacedValue& hook) {
    const PlacedValue* id = hook.get("id");
    if (id == nullptr) {
      line_ = hook.position.line;
      return untaken("a hook", "has no id");
    }
    take_check(hook, id->text, {});
  }

  // A hook of another repository, or of `repo: local`, that runs one of dbt-checkpoint's programs.
  void take_other(const PlacedValue& hook, bool local) {
    const PlacedValue* id = hook.get("id");
    const PlacedValue* entry = hook.get("entry");
    Words command = entry == nullptr ? Words() : words_of(entry->text);
    if (local && !command.empty() && is_check(command[0])) {
      take_check(hook, command[0], {command.begin() + 1, command.end()});
    } else if (id != nullptr && is_check(id->text)) {
      line_ = id->position.line;
      untaken(id->text, "is no hook of dbt-checkpoint's own repository: what it does cannot be seen here");
    }
  }

 private:
  void untaken(const std::string& from, std::string reason) {
    taken_.untaken.push_back({from, std::move(reason), line_});
  }

  void take_check(const PlacedValue& hook, const std::string& id, Words words) {
    id_ = id;
    line_ = hook.get("id") == nullptr ? hook.position.line : hook.get("id")->position.line;
    const auto same = [&](const CheckpointHook& one) { return one.id == id_; };
    if (!is_check(id_)) return untaken(id_, reason_of_other(id_));
    const PlacedValue* args = hook.get("args");
    const auto more = args == nullptr                          ? Words()
                      : args->kind == PlacedValue::Kind::kList ? texts_in(*args)
                                                               : std::nullopt;
    if (!more) return untaken(id_ + " args", "is no list of texts: the hook is not taken");
    words.insert(words.end(), more->begin(), more->end());
    const auto values = known_flags(arguments_of(words));
    if (!values) return;
    std::vector<TakenEntry> entries;
    for (const CheckpointHook& one : checkpoint_hooks()) {
      if (!same(one)) continue;
      auto entry = entry_of(one, *values);
      if (!entry) return;
      entries.push_back(*std::move(entry));
    }
    report_keys(id_ + " ", hook, kHookKeys);
    // The one hook with two rules: of these, those that are asked for.
    const bool several = entries.size() > 1;
    if (several) std::erase_if(entries, [](const TakenEntry& entry) { return entry.options.empty(); });
    if (several && entries.empty()) untaken(id_, "asks for nothing: it has no count");
    scope(hook, *values, entries);
    std::ranges::move(entries, std::back_inserter(taken_.entries));
  }

  // The arguments under their full names: argparse takes an abbreviation for the one flag that begins so. Nothing
  // where one is unknown: there, the hook ends with a usage error.
  std::optional<Values> known_flags(const Values& given) {
    Values values;
    for (const auto& [flag, words] : given) {
      const auto full = full_flag(flag);
      if (!full) {
        untaken(fmt::format("{} {}", id_, flag), "is no argument of this hook: the hook is not taken");
        return std::nullopt;
      }
      values[*full] = words;
    }
    return values;
  }

  std::optional<std::string> full_flag(const std::string& flag) const {
    std::set<std::string> known(kOwnFlags.begin(), kOwnFlags.end());
    known.insert("--exclude");
    if (id_ == "check-model-tags") known.insert({"--has-any-tags", "--has-all-tags"});
    for (const CheckpointHook& hook : checkpoint_hooks()) {
      if (hook.id != id_) continue;
      for (const CheckpointArgument& argument : hook.arguments) known.emplace(argument.flag);
    }
    if (known.contains(flag)) return flag;
    std::optional<std::string> found;
    for (const std::string& one : known) {
      if (!flag.starts_with("--") || !one.starts_with(flag)) continue;
      if (found) return std::nullopt;
      found = one;
    }
    return found;
  }

  // Nothing where an argument is not understood: without it the rule would be another check.
  std::optional<TakenEntry> entry_of(const CheckpointHook& hook, const Values& values) {
    TakenEntry entry;
    entry.rule = hook.rule;
    entry.severity = "error";
    entry.from = id_;
    entry.line = line_;
    for (const CheckpointArgument& argument : hook.arguments) {
      const auto given = values.find(std::string(argument.flag));
      if (given == values.end()) {
        if (!argument.required) continue;
        untaken(id_, fmt::format("lacks {}, without which it does not run", argument.flag));
        return std::nullopt;
      }
      std::string name(argument.option);
      if (id_ == "check-model-tags" && name == "allowed") name = tags_option(values);
      const auto text = checkpoint_option(argument.as, given->second);
      if (!text) {
        untaken(fmt::format("{} {}{}", id_, argument.flag, given->second.empty() ? "" : " " + given->second.front()),
                argument.as == CheckpointValue::kPattern
                    ? "is no regular expression in RE2's syntax, which has no look-ahead and no "
                      "back references: the hook is not taken"
                    : "its value is not understood: the hook is not taken");
        return std::nullopt;
      }
      entry.options.emplace_back(name, *text);
    }
    for (const auto& [name, value] : hook.fixed) {
      const auto same = [&](const auto& option) { return option.first == name; };
      if (std::ranges::none_of(entry.options, same)) entry.options.emplace_back(name, value);
    }
    return entry;
  }

  static std::string tags_option(const Values& values) {
    if (values.contains("--has-any-tags")) return "any";
    return values.contains("--has-all-tags") ? "all" : "allowed";
  }

  void report_keys(const std::string& from, const PlacedValue& map, std::span<const std::string_view> known) {
    for (const auto& [key, value] : map.members) {
      if (std::ranges::find(known, key.text) != known.end()) continue;
      if (key.text != "ci") {
        taken_.untaken.push_back({from + key.text, std::string(kNotNarrowed), key.position.line});
      }
    }
  }

  static std::vector<PathPattern> pattern_in(const PlacedValue& map, std::string_view key) {
    const PlacedValue* pattern = map.get(key);
    if (pattern == nullptr || pattern->text.empty()) return {};
    return {{pattern->text, true}};
  }

  // `files` and `exclude`, of the hook and of the file, and the hook's own --exclude: looked for anywhere in a path.
  // What cannot be said is listed once for each hook.
  void scope(const PlacedValue& hook, const Values& values, std::vector<TakenEntry>& entries) {
    std::vector<PathPattern> argument;
    if (const auto given = values.find("--exclude"); given != values.end() && !given->second.empty()) {
      if (!given->second.front().empty()) argument = {{given->second.front(), true}};
    }
    narrow("the file's files", files_, only_files, entries);
    narrow("files", pattern_in(hook, "files"), only_files, entries);
    narrow("the file's exclude", exclude_, without_files, entries);
    narrow("exclude", pattern_in(hook, "exclude"), without_files, entries);
    narrow("--exclude", argument, without_files, entries);
  }

  template <typename Narrow>
  void narrow(const std::string& what, const std::vector<PathPattern>& patterns, Narrow how,
              std::vector<TakenEntry>& entries) {
    std::optional<PathsUnsaid> unsaid;
    for (TakenEntry& entry : entries) {
      if (auto one = how(paths_, patterns, entry)) unsaid = std::move(one);
    }
    if (!unsaid) return;
    untaken(fmt::format("{} {}: {}", id_, what, without_blanks(patterns[0].text)),
            unsaid->reason + (unsaid->nothing_there ? ": the hook is not taken" : ""));
    if (unsaid->nothing_there) entries.clear();
  }

  const PathPatterns& paths_;
  TakenConfig& taken_;
  std::vector<PathPattern> files_;
  std::vector<PathPattern> exclude_;
  std::string id_;
  std::size_t line_ = 0;
};

}  // namespace

Result<void> take_checkpoint(const PlacedValue& document, const PathPatterns& paths, TakenConfig& taken) {
  taken.linter = "dbt-checkpoint";
  const PlacedValue& repos = *document.get("repos");
  if (repos.kind != PlacedValue::Kind::kList) {
    return std::unexpected(Error{ExitStatus::kUsage, "", repos.position, "repos is no list",
                                 "name a .pre-commit-config.yaml that pre-commit can read"});
  }
  HookTaker taker(document, paths, taken);
  for (const PlacedValue& repo : repos.items) {
    const PlacedValue* name = repo.get("repo");
    const PlacedValue* its_hooks = repo.get("hooks");
    if (name == nullptr || its_hooks == nullptr) continue;
    for (const PlacedValue& hook : its_hooks->items) {
      if (is_checkpoint(name->text)) {
        taker.take(hook);
      } else {
        taker.take_other(hook, name->text == "local");
      }
    }
  }
  return {};
}

}  // namespace plowline
