#include "output/rule_pages.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <type_traits>
#include <utility>

#include "lint/config.h"
#include "lint/config_schema.h"
#include "lint/other_linters.h"

namespace plowline {
namespace {

std::vector<std::string> subjects_of(const RuleList& rules) {
  std::set<std::string> subjects;
  for (const Rule* rule : rules) subjects.insert(rule->info().subject);
  return {subjects.begin(), subjects.end()};
}

RuleList of_subject(const RuleList& rules, const std::string& subject) {
  RuleList found;
  std::ranges::copy_if(rules, std::back_inserter(found),
                       [&](const Rule* rule) { return rule->info().subject == subject; });
  return found;
}

// The presets that a table names: neither `all`, which has every rule, nor `strict` for what `recommended` has already.
std::string presets_text(const RuleInfo& rule) {
  std::vector<std::string> presets = presets_of(rule);
  presets.pop_back();
  if (preset_has("recommended", rule)) std::erase(presets, "strict");
  return fmt::format("{}", fmt::join(presets, ", "));
}

// One fact of the page's last section: what it is, and its value.
using Facts = std::vector<std::pair<std::string, std::string>>;
Facts facts_of(const RuleInfo& rule) {
  const std::vector<std::string> presets = presets_of(rule);
  const std::vector<std::string> needs = needs_of(rule);
  std::string when =
      presets.size() == 1 ? "all (or switch it on by name)" : fmt::format("{}", fmt::join(presets, ", "));
  if ((rule.presets & kOwnRule) != 0) when = "none: it runs where sql_rules in plowline.yml names its file";
  return {{"Severity", std::string(to_string(rule.severity))},
          {"Presets", std::move(when)},
          {"Needs", needs.empty() ? "manifest.json" : fmt::format("manifest.json, {}", fmt::join(needs, ", "))},
          {"Fix", rule.fixes ? "`plowline lint --fix` can repair some of what it finds" : ""}};
}

// ---- text -----------------------------------------------------------------------------------------------------------

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Words of one line of Markdown, put into lines of at most `width` columns behind `indent`.
void add_wrapped(std::string& out, std::string_view line, std::string_view indent, std::size_t width) {
  std::size_t used = 0;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    if (word.empty()) continue;
    const std::size_t wanted = columns_of(word);
    if (used != 0 && used + 1 + wanted > width) {
      out += '\n';
      used = 0;
    }
    out += used == 0 ? indent : std::string_view(" ");
    out += word;
    used += used == 0 ? indent.size() + wanted : 1 + wanted;
  }
  out += '\n';
}

constexpr std::string_view kFence = "```";

// The file that the block of code is: "```sql models/orders.sql". Empty where the opening fence names none.
std::string_view file_of_fence(std::string_view line) {
  const std::size_t space = line.find(' ');
  return space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
}

// Markdown as a terminal shows it: what stands between fences is indented as it is, the rest is broken into lines.
std::string plain(std::string_view markdown, std::size_t width) {
  constexpr std::string_view kIndent = "  ";
  std::string out;
  bool code = false;
  while (!markdown.empty()) {
    const std::size_t end = std::min(markdown.find('\n'), markdown.size());
    const std::string_view line = markdown.substr(0, end);
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
    if (line.starts_with(kFence)) {
      code = !code;
      if (const std::string_view file = file_of_fence(line); !file.empty()) out += fmt::format("  {}\n", file);
    } else if (code) {
      out += line.empty() ? "\n" : fmt::format("    {}\n", line);
    } else {
      add_wrapped(out, line, kIndent, width);
    }
  }
  return out;
}

std::string choices_text(const OptionSpec& option) {
  return option.choices.empty() ? "" : fmt::format(" One of: {}.", fmt::join(option.choices, ", "));
}

// ---- Markdown -------------------------------------------------------------------------------------------------------

// For a cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

// Code within a line. A backtick within it takes a longer fence.
std::string code(std::string_view text) {
  const bool backtick = text.find('`') != std::string_view::npos;
  return backtick ? fmt::format("`` {} ``", text) : fmt::format("`{}`", text);
}

void add_section(std::string& out, std::string_view heading, std::string_view text) {
  if (!text.empty()) out += fmt::format("**{}**\n\n{}\n\n", heading, text);
}

// Renderers of Markdown show nothing of a fence but its language, so the file's name stands above it.
std::string with_file_names(std::string_view markdown) {
  std::string out;
  while (!markdown.empty()) {
    const std::size_t end = std::min(markdown.find('\n'), markdown.size());
    const std::string_view line = markdown.substr(0, end);
    const std::string_view file = line.starts_with(kFence) ? file_of_fence(line) : std::string_view();
    if (file.empty()) {
      out += line;
    } else {
      out += fmt::format("`{}`:\n\n{}", file, line.substr(0, line.find(' ')));
    }
    if (end < markdown.size()) out += '\n';
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
  }
  return out;
}

// `dbt-checkpoint` check-a, check-b; `dbt-bouncer` MO021
std::string elsewhere_text(std::string_view rule, std::string_view quote) {
  std::string out;
  std::string_view linter;
  for (const RuleElsewhere& other : elsewhere(rule)) {
    if (other.linter == linter) {
      out += fmt::format(", {0}{1}{0}", quote, other.name);
    } else {
      out += fmt::format("{0}{1} {2}{3}{2}", out.empty() ? "" : "; ", other.linter, quote, other.name);
    }
    linter = other.linter;
  }
  return out;
}

std::string options_markdown(const std::vector<OptionSpec>& options) {
  if (options.empty()) return {};
  std::string out = "**Options**\n\n| option | value | default | |\n|---|---|---|---|\n";
  for (const OptionSpec& option : options) {
    out += fmt::format("| `{}` | {} | {} | {} |\n", option.name, type_of(option), cell(code(default_as_json(option))),
                       cell(option.description + choices_text(option)));
  }
  return out + "\n";
}

constexpr std::string_view kMade = "<!-- Made by `make rules-readme` from the rules themselves: change those. -->";

constexpr std::string_view kIntroduction =
    R"(# Rules of `plowline lint`

`plowline rules NAME` prints the page of one rule, `plowline rules` the table of all.

Which rules run, how severely, and on which nodes is said in `plowline.yml`; `plowline init` writes one to begin with:

```yaml
presets: [recommended, snowplow]   # what runs; [] for nothing but what is named below
rules:
  snowplow: error                  # a subject: the severity of those of its rules that run
  unused-suppression: off          # a rule: error, warn, on (its own severity) or off
```

`on` for a subject runs all of its rules, `off` none but those with an entry of their own. An entry may also be a map: of
`severity`, `where` and `except` (nodes, in dbt's selection language), and for a rule its options beside them.

One finding is silenced where it arises: by `-- plowline: ignore RULE` or `{# plowline: ignore RULE #}` in SQL,
`# plowline: ignore RULE` in YAML, or `meta: {plowline: {ignore: [RULE]}}` of the node.

)";

std::string preset_table() {
  std::string out = "| preset | |\n|---|---|\n";
  for (const std::string_view preset : preset_names()) {
    out += fmt::format("| `{}` | {} |\n", preset, preset_description(preset));
  }
  return out +
         "\nWithout a configuration `recommended` counts, and `snowplow` where a Snowplow package is installed.\n\n";
}

// Which other linters have the rule, without its names there.
std::string linters_text(std::string_view rule) {
  std::vector<std::string_view> linters;
  for (const RuleElsewhere& other : elsewhere(rule)) {
    if (linters.empty() || linters.back() != other.linter) linters.push_back(other.linter);
  }
  return fmt::format("{}", fmt::join(linters, ", "));
}

std::string subject_table(const std::string& subject, const RuleList& rules) {
  std::string out = fmt::format(
      "## {}\n\n| rule | finds | severity | presets | needs | fix | also in |\n|---|---|---|---|---|---|---|\n",
      subject);
  for (const Rule* rule : rules) {
    const RuleInfo& info = rule->info();
    out += fmt::format("| [{0}]({1}/README.md#{0}) | {2} | {3} | {4} | {5} | {6} | {7} |\n", info.name, subject,
                       cell(info.summary), to_string(info.severity), presets_text(info),
                       fmt::join(needs_of(info), ", "), info.fixes ? "yes" : "", linters_text(info.name));
  }
  return out + "\n";
}

}  // namespace

std::vector<std::string> presets_of(const RuleInfo& rule) {
  std::vector<std::string> presets;
  for (const std::string_view preset : preset_names()) {
    if (preset_has(preset, rule)) presets.emplace_back(preset);
  }
  return presets;
}

std::vector<std::string> needs_of(const RuleInfo& rule) {
  constexpr std::pair<Needs, const char*> kNeeds[] = {
      {kNeedsCatalog, "catalog.json"},
      {kNeedsState, "an earlier manifest.json"},
      {kNeedsStateCatalog, "the earlier catalog.json"},
      {kNeedsProjectFiles, "the project's files"},
      {kNeedsSnowplow, "a Snowplow package"},
      {kNeedsRunResults, "run_results.json"},
      {kUsesCatalog, "catalog.json (if there is one)"},
  };
  std::vector<std::string> needs;
  for (const auto& [flag, name] : kNeeds) {
    if ((rule.needs & flag) != 0) needs.emplace_back(name);
  }
  return needs;
}

std::string type_of(const OptionSpec& option) {
  return std::visit(
      [&]<typename T>(const T&) -> std::string {
        if constexpr (std::is_same_v<T, bool>) return "true or false";
        if constexpr (std::is_same_v<T, std::int64_t>) {
          return fmt::format("a whole number, at least {}", option.minimum);
        }
        if constexpr (std::is_same_v<T, double>) return "a number";
        if constexpr (std::is_same_v<T, std::string>) return "a text";
        if constexpr (std::is_same_v<T, std::vector<std::string>>) return "a list of texts";
        if constexpr (std::is_same_v<T, TextMap>) return "a map of texts";
        if constexpr (std::is_same_v<T, NumberMap>) return "a map of whole numbers";
        if constexpr (std::is_same_v<T, ListMap>) return "a map of lists of texts";
        if constexpr (std::is_same_v<T, Pattern>) return "a regular expression (RE2)";
      },
      option.default_value);
}

std::string rules_text(const RuleList& rules) {
  std::size_t widest_name = 0;
  std::size_t widest_presets = 0;
  for (const Rule* rule : rules) {
    widest_name = std::max(widest_name, rule->info().name.size());
    widest_presets = std::max(widest_presets, presets_text(rule->info()).size());
  }
  std::string out;
  for (const std::string& subject : subjects_of(rules)) {
    out += fmt::format("{}{}\n", out.empty() ? "" : "\n", subject);
    for (const Rule* rule : of_subject(rules, subject)) {
      const RuleInfo& info = rule->info();
      out += fmt::format("  {:{}}  {:5}  {:{}}  {}\n", info.name, widest_name, to_string(info.severity),
                         presets_text(info), widest_presets, info.summary);
    }
  }
  return out;
}

std::string rule_page_text(const Rule& rule, std::size_t width) {
  const RuleInfo& info = rule.info();
  std::string out = fmt::format("{}: {}\n\n", info.name, info.summary);
  const auto section = [&](std::string_view heading, std::string_view text) {
    if (!text.empty()) out += fmt::format("{}\n{}\n", heading, plain(text, width));
  };
  section("What it does", info.what);
  section("Why is this bad?", info.why);
  section("Example", info.example);
  section("Use instead", info.use_instead);
  if (!rule.options().empty()) out += "Options\n";
  for (const OptionSpec& option : rule.options()) {
    out += fmt::format("  {}: {}; default {}\n", option.name, type_of(option), default_as_json(option));
    add_wrapped(out, option.description + choices_text(option), "      ", width);
  }
  if (!rule.options().empty()) out += "\n";
  section("Where the fact comes from", info.basis);
  section("In other linters", elsewhere_text(info.name, ""));
  for (const auto& [name, value] : facts_of(info)) {
    if (!value.empty()) out += fmt::format("{:10}{}\n", name + ":", value);
  }
  return out;
}

std::string rule_page_markdown(const Rule& rule) {
  const RuleInfo& info = rule.info();
  std::string out = fmt::format("## {}\n\n", info.name);
  add_section(out, "What it does", info.what);
  add_section(out, "Why is this bad?", info.why);
  add_section(out, "Example", with_file_names(info.example));
  add_section(out, "Use instead", with_file_names(info.use_instead));
  out += options_markdown(rule.options());
  add_section(out, "Where the fact comes from", info.basis);
  add_section(out, "In other linters", elsewhere_text(info.name, "`"));
  for (const auto& [name, value] : facts_of(info)) {
    if (!value.empty()) out += fmt::format("- {}: {}\n", name, value);
  }
  return out;
}

std::string rules_markdown(const RuleList& rules) {
  std::string out = fmt::format("{}\n{}{}", kMade, kIntroduction, preset_table());
  for (const std::string& subject : subjects_of(rules)) out += subject_table(subject, of_subject(rules, subject));
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string subject_markdown(const std::string& subject, const RuleList& rules) {
  std::string out = fmt::format("{}\n# Rules about {}\n\n[All rules](../README.md)\n", kMade, subject);
  for (const Rule* rule : rules) out += "\n" + rule_page_markdown(*rule);
  return out;
}

}  // namespace plowline
