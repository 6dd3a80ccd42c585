#include "command/invocation.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "diagnostic/suggest.h"

namespace plowline {
namespace {

struct Subcommand {
  std::string_view name;
  bool full_refresh;  // whether some dbt version takes --full-refresh here
};

constexpr std::array<Subcommand, 12> kSubcommands{{
    {"run", true},
    {"build", true},
    {"compile", true},
    {"test", false},
    {"seed", true},
    {"snapshot", false},
    {"ls", false},
    {"list", false},
    {"show", true},
    {"clone", true},
    {"docs generate", false},
    {"source freshness", false},
}};

constexpr auto kSubcommandNames = [] {
  std::array<std::string_view, kSubcommands.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kSubcommands[i].name;
  return names;
}();

// What plowline sets, by dbt's names, and the names that mean the same to some version.
constexpr std::array<std::string_view, 11> kOwnOptions{"--target",       "--profile", "--project-dir",    "--select",
                                                       "--models",       "--model",   "--exclude",        "--selector",
                                                       "--full-refresh", "--vars",    "--no-full-refresh"};
constexpr std::string_view kOwnLetters = "tsmf";
constexpr std::string_view kSwitchLetters = "xqdhvV";  // dbt's other letters that take no value

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    if (blank > 0) words.emplace_back(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return words;
}

// A switch cluster such as `-xt`, read letter by letter up to one that takes the rest as its value.
bool cluster_repeats(std::string_view letters) {
  for (const char letter : letters) {
    if (kOwnLetters.find(letter) != std::string_view::npos) return true;
    if (kSwitchLetters.find(letter) == std::string_view::npos) return false;
  }
  return false;
}

// The option that an extra argument would set a second time, or nothing. argparse also takes abbreviations.
std::optional<std::string_view> own_option(std::string_view argument) {
  if (!argument.starts_with('-') || argument.size() < 2) return std::nullopt;
  if (!argument.starts_with("--")) {
    if (cluster_repeats(argument.substr(1))) return argument;
    return std::nullopt;
  }
  const std::string_view name = argument.substr(0, argument.find('='));
  if (name.size() < 3) return std::nullopt;
  const auto own = std::ranges::find_if(kOwnOptions, [&](std::string_view option) { return option.starts_with(name); });
  return own == kOwnOptions.end() ? std::nullopt : std::optional(*own);
}

Result<void> check_subcommand(const InvocationOptions& options) {
  const auto known = std::ranges::find(kSubcommands, options.subcommand, &Subcommand::name);
  if (known == kSubcommands.end()) {
    const std::vector<std::string> names(kSubcommandNames.begin(), kSubcommandNames.end());
    const auto meant = nearest(options.subcommand, names);
    return usage_error(
        fmt::format("`{}` is no subcommand of dbt that takes a selection", printable(options.subcommand)),
        fmt::format("{}known: {}", meant ? fmt::format("did you mean '{}'? ", *meant) : "",
                    fmt::join(kSubcommandNames, ", ")));
  }
  if (options.full_refresh && !known->full_refresh) {
    return usage_error(fmt::format("`dbt {}` has no --full-refresh", known->name));
  }
  return {};
}

Result<void> check_selection(const InvocationOptions& options) {
  if (!options.selector || (options.select.empty() && options.exclude.empty())) return {};
  return usage_error("--selector cannot be combined with --select or --exclude: dbt would ignore the latter",
                     "write the whole selection into the selector in selectors.yml, or give --select alone");
}

Result<void> check_extra(const std::vector<std::string>& extra) {
  for (const std::string& argument : extra) {
    const auto own = own_option(argument);
    if (!own) continue;
    return usage_error(fmt::format("the extra argument `{}` would set {} a second time", printable(argument), *own),
                       "give this option to plowline itself, before the `--`");
  }
  return {};
}

// Collects words; the first error stays.
class Words {
 public:
  explicit Words(std::vector<std::string>& words) : words_(words) {}

  void add(std::string word) {
    if (word.find('\0') != std::string::npos) {
      fail(usage_error(fmt::format("`{}` holds a NUL byte, which no argument can hold", printable(word))));
    }
    words_.push_back(std::move(word));
  }

  void add_option(std::string_view name, const std::optional<std::string>& value) {
    if (!value) return;
    if (value->empty()) return fail(usage_error(fmt::format("{} is empty", name)));
    if (value->starts_with('-')) return add(fmt::format("{}={}", name, *value));
    add(std::string(name));
    add(*value);
  }

  void add_selection(std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    std::vector<std::string> words;
    for (const std::string& value : values) {
      for (std::string& word : words_of(value)) words.push_back(std::move(word));
    }
    if (words.empty()) return fail(usage_error(fmt::format("{} is empty", name)));
    if (std::ranges::any_of(words, [](const std::string& word) { return word.starts_with('-'); })) {
      return add(fmt::format("{}={}", name, fmt::join(words, " ")));
    }
    add(std::string(name));
    for (std::string& word : words) add(std::move(word));
  }

  const Result<void>& status() const { return status_; }

 private:
  void fail(std::unexpected<Error> error) {
    if (status_) status_ = std::move(error);
  }

  std::vector<std::string>& words_;
  Result<void> status_;
};

}  // namespace

std::span<const std::string_view> dbt_subcommands() {
  return kSubcommandNames;
}

Result<Invocation> Invocation::build(InvocationOptions options) {
  for (const auto& checked : {check_subcommand(options), check_selection(options), check_extra(options.extra)}) {
    if (!checked) return std::unexpected(checked.error());
  }
  if (options.dbt.empty()) return usage_error("the path of dbt is empty");
  Invocation invocation;
  Words words(invocation.words_);
  words.add(std::move(options.dbt));
  for (std::string& word : words_of(options.subcommand)) words.add(std::move(word));
  words.add_option("--target", options.target);
  words.add_option("--profile", options.profile);
  words.add_option("--project-dir", options.project_dir);
  words.add_selection("--select", options.select);
  words.add_selection("--exclude", options.exclude);
  words.add_option("--selector", options.selector);
  if (options.full_refresh) words.add("--full-refresh");
  Words extra(invocation.extra_);
  for (std::string& argument : options.extra) extra.add(std::move(argument));
  if (!words.status()) return std::unexpected(words.status().error());
  if (!extra.status()) return std::unexpected(extra.status().error());
  invocation.vars_ = std::move(options.vars);
  return invocation;
}

Result<std::vector<std::string>> Invocation::argv(VarsStyle style) const {
  std::vector<std::string> words = words_;
  if (!vars_.empty()) {
    const auto text = vars_.render(style);
    if (!text) return std::unexpected(text.error());
    words.insert(words.end(), {"--vars", *text});
  }
  words.insert(words.end(), extra_.begin(), extra_.end());
  return words;
}

}  // namespace plowline
